"""Type-ahead: what is typed faster than the screen can follow still goes where it was meant to go."""

import asyncio
from typing import Any

from textual.app import App, ScreenStackError
from textual.message_pump import MessagePump

_ROUNDS = 3
"""One for the key itself, one for the focus or the screen that it asked for, one for what that screen focuses."""


async def handled(app: App[Any]) -> None:
    """Wait until what was typed so far has taken effect, the change of focus or of screen that it led to included.

    Textual hands each key at once to whoever has the focus: in a burst, as a slow line delivers it, the text after the
    key that opens a prompt would be taken for commands.
    """
    for _ in range(_ROUNDS):
        try:
            pumps: tuple[MessagePump, ...] = (app, app.focused or app.screen, app.screen)
        except ScreenStackError:  # the app is closing
            return
        for pump in pumps:
            reached = asyncio.Event()
            if pump.call_later(reached.set):
                await reached.wait()
