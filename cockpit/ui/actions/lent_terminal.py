"""Lends the terminal to another program."""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress

from textual.app import App

from cockpit.redact import redact
from cockpit.text import clean

_CHUNK = 4096
_KEPT = 4096
"""Bytes of what a program complains of that are looked at in the end."""
_LONGEST_GOODBYE = 2.0
"""Seconds that a program gets to end when the cockpit is left."""


async def lend(app: App[None], argv: Sequence[str], environment: Mapping[str, str]) -> tuple[int, str]:
    """Give the terminal to a program until that has ended; the cockpit reads on meanwhile, and draws nothing.

    Args:
        app: stands aside.
        argv: the program and its arguments.
        environment: of the program.

    Returns:
        Its exit status, and the last line that it wrote to standard error, fit to be shown and recorded.

    Raises:
        SuspendNotSupported: this terminal cannot be lent.
        OSError: the program cannot be started.
    """
    with app.suspend():
        process = await asyncio.create_subprocess_exec(*argv, env=dict(environment), stderr=asyncio.subprocess.PIPE)
        try:
            complaint = await _pass_on(process)
            return await process.wait(), complaint
        finally:
            await _end(process)


async def _pass_on(process: asyncio.subprocess.Process) -> str:
    """Write to the terminal what comes on standard error, and give the last line of it."""
    kept = b""
    if process.stderr is not None:
        while chunk := await process.stderr.read(_CHUNK):
            with suppress(OSError):
                os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, chunk)
            kept = (kept + chunk)[-_KEPT:]
    lines = [redact(clean(line)).strip() for line in kept.decode(errors="replace").splitlines()]
    return next((line for line in reversed(lines) if line), "")


async def _end(process: asyncio.subprocess.Process) -> None:
    """Leave no program behind when the cockpit is left."""
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(_LONGEST_GOODBYE):
            await process.wait()
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
