"""Ports of the cluster that are open on this machine: one kubectl each, which ends with the cockpit."""

import asyncio
import os
import re
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import StrEnum

import msgspec

from cockpit.actions.shell import Child, require
from cockpit.text import clean

_OPEN = re.compile(r"Forwarding from 127\.0\.0\.1:(\d+) -> \d+")
_LONGEST_GOODBYE = 2.0
"""Seconds that kubectl gets to end by itself."""
_LONGEST_LINE = 500


class ForwardState(StrEnum):
    """What a port-forward is doing."""

    OPENING = "opening"
    OPEN = "open"
    ENDED = "ended"


class Forward(msgspec.Struct, frozen=True):
    """One port-forward."""

    number: int
    """By which it is stopped."""
    target: str
    """Such as `service/api`."""
    namespace: str
    port: int
    """Of the target."""
    local: int
    """On this machine; 0 until it is known."""
    state: ForwardState = ForwardState.OPENING
    error: str = ""
    """What kubectl complained of last."""


class PortForwards:
    """Starts, watches and stops port-forwards. Belongs to one event loop; `aclose` leaves no process behind."""

    def __init__(self, changed: Callable[[], None]) -> None:
        """Call `changed` on the loop after each change."""
        self._changed = changed
        self._forwards: dict[int, Forward] = {}
        self._processes: dict[int, asyncio.subprocess.Process] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._next = 1

    @property
    def forwards(self) -> Sequence[Forward]:
        """Those that were started and not stopped, in that order; ended ones stay until they are stopped, too."""
        return tuple(self._forwards.values())

    async def start(self, child: Child, target: str, namespace: str, port: int, local: int = 0) -> Forward:
        """Start one; `child` is its kubectl.

        Raises:
            SourceError: there is no kubectl, or it cannot be started.
        """
        require(child)
        process = await asyncio.create_subprocess_exec(
            *child.argv,
            env=child.environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,  # so that Ctrl-C on the terminal does not reach it, and plugins end with it
        )
        number, self._next = self._next, self._next + 1
        self._forwards[number] = Forward(number, target, namespace, port, local)
        self._processes[number] = process
        self._tasks[number] = asyncio.create_task(self._watch(number, process))
        self._changed()
        return self._forwards[number]

    async def stop(self, number: int) -> None:
        """End one, and forget it."""
        process, task = self._processes.pop(number, None), self._tasks.pop(number, None)
        if process is not None and task is not None:
            _signal(process, signal.SIGTERM)
            _, late = await asyncio.wait({task}, timeout=_LONGEST_GOODBYE)
            if late:
                _signal(process, signal.SIGKILL)
                await asyncio.wait({task})
        if self._forwards.pop(number, None) is not None:
            self._changed()

    async def aclose(self) -> None:
        """End them all."""
        await asyncio.gather(*(self.stop(number) for number in tuple(self._processes)))

    async def _watch(self, number: int, process: asyncio.subprocess.Process) -> None:
        """Read what a kubectl says until it ends."""
        if process.stdout is None or process.stderr is None:
            return
        await asyncio.gather(self._read(number, process.stdout), self._read(number, process.stderr, complains=True))
        status = await process.wait()
        forward = self._forwards[number]
        self._set(number, state=ForwardState.ENDED, error=forward.error or f"kubectl ended with status {status}")

    async def _read(self, number: int, stream: asyncio.StreamReader, *, complains: bool = False) -> None:
        while raw := await _line(stream):
            line = clean(raw.decode(errors="replace").strip())[:_LONGEST_LINE]
            if complains:
                self._set(number, error=line)
            elif found := _OPEN.match(line):
                self._set(number, state=ForwardState.OPEN, local=int(found[1]))

    def _set(self, number: int, **fields: object) -> None:
        self._forwards[number] = msgspec.structs.replace(self._forwards[number], **fields)
        self._changed()


async def _line(stream: asyncio.StreamReader) -> bytes:
    """Read a line; of one that is longer than a line should be, a part."""
    try:
        return await stream.readuntil(b"\n")
    except asyncio.IncompleteReadError as error:
        return error.partial
    except asyncio.LimitOverrunError as error:
        return await stream.read(error.consumed or 1)


def _signal(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
