"""Asks for one of several things to do, and draws what the person may not do as such."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from textual.app import App

from cockpit.actions.plan import Right
from cockpit.actions.rights import denial
from cockpit.ui import dialogs
from cockpit.ui.widgets.picker import Choice, Picker

if TYPE_CHECKING:
    from cockpit.sources.kubernetes.rights import Rights


class Way(NamedTuple):
    """Something that can be chosen."""

    title: str
    remark: str
    rights: tuple[Right, ...]
    """What one must be allowed to do for it."""
    heading: bool = False
    """It stands above others and cannot be chosen."""

    @property
    def choice(self) -> Choice:
        """How it is offered."""
        return Choice(self.title, self.remark, heading=self.heading)


class Refused(Exception):  # noqa: N818  (it is no defect that is told)
    """The person may not do what was chosen; the message says which right is missing, and what to type."""


async def choose(app: App[None], rights: "Rights", title: str, ways: Sequence[Way]) -> Way | None:
    """Ask for one of `ways`; None when the person goes back.

    The rights are asked for while the ways are on the screen.

    Raises:
        Refused: the chosen one may not be gone.
    """
    picker = Picker(title, [way.choice for way in ways])
    asking = asyncio.create_task(_mark_denied(picker, rights, ways))
    try:
        chosen = await dialogs.ask(app, picker)
    finally:
        asking.cancel()
    way = next((each for each in ways if each.title == chosen), None)
    if way is not None and (denied := await denial(rights, way.rights)):
        raise Refused(f"{way.title} is not allowed: {denied}")
    return way


async def _mark_denied(picker: Picker, rights: "Rights", ways: Sequence[Way]) -> None:
    denied = await asyncio.gather(*(denial(rights, way.rights) for way in ways))
    if any(denied):
        picker.offer(
            [
                Choice(way.title, f"not allowed: {why}", "dim") if why else way.choice
                for way, why in zip(ways, denied, strict=True)
            ]
        )
