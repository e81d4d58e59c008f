"""The secret of a target: looked up when a message goes, kept nowhere, and told to nobody."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from cockpit.actions.messages.operations import TokenUse
from cockpit.reading import SourceError, TroubleKind
from cockpit.text import clean

_WITHIN: Final = 20.0
"""Seconds for the command that prints it: it may ask an agent, but nobody can type here."""


async def token_of(use: TokenUse, environ: Mapping[str, str]) -> str:
    """Look up a secret; empty where none is needed. What the command prints beside it is shown to nobody.

    Raises:
        SourceError: it is not there.
    """
    if use.command is not None:
        return _fit(await _printed(use.command, environ), f"what {use.command[0]} prints")
    if use.variable is None:
        return ""
    if not environ.get(use.variable):
        message = f"the environment variable {use.variable}, which is to hold the token, is not set"
        raise SourceError(TroubleKind.EXPIRED, message, f"export {use.variable}=…")
    return _fit(environ[use.variable], f"what {use.variable} holds")


async def _printed(command: tuple[str, ...], environ: Mapping[str, str]) -> str:
    told = " ".join(command)
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=dict(environ),
            start_new_session=True,
        )
    except OSError as error:
        message = f"the command for the token cannot be run: {command[0]}: {error.strerror}"
        raise SourceError(TroubleKind.EXPIRED, message, told) from error
    try:
        async with asyncio.timeout(_WITHIN):
            output, _ = await process.communicate()
    except TimeoutError as error:
        message = f"the command for the token did not end within {_WITHIN:g} s; it cannot ask for anything here"
        raise SourceError(TroubleKind.EXPIRED, message, told) from error
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode:
        message = f"the command for the token failed with status {process.returncode}: {clean(told)}"
        raise SourceError(TroubleKind.EXPIRED, message, told)
    return output.decode("utf-8", "replace").strip().split("\n", 1)[0]


def _fit(token: str, where: str) -> str:
    """Give a token that fits on a line; what is wrong with it is told without it."""
    token = token.strip()
    if not token or not (token.isascii() and token.isprintable()):
        raise SourceError(TroubleKind.EXPIRED, f"{where} is no token: it is empty, or has characters that none has")
    return token
