"""Runs one command in a session of its own, and ends it when it takes too long or a person has had enough."""

import asyncio
import os
import re
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from enum import StrEnum
from typing import Final

import msgspec

from cockpit.actions.commands.output import Output
from cockpit.clock import Clock

_CHUNK: Final = 16 * 1024
"""Bytes that are read, cleaned and redacted at once, while the screen waits."""
_FLOOD_CHUNK: Final = 64 * 1024
_BREATH: Final = 0.01
"""Seconds between two reads of a flood: it waits for us, not the screen for it."""
_GOODBYE: Final = 2.0
"""Seconds that a command gets to end by itself."""
_LINGER: Final = 0.5
"""Seconds in which the last output may arrive after the command has ended; what it left running is then ended."""
_WRAPPER: Final = 'trap : TERM; "$0" -c "$1"; exit "$?"'
"""Stands between the cockpit and the script, so that one that ends its parent, or its parent's group, ends this. When
all are asked to end, it waits for the script."""
_NO_INPUT: Final = re.compile(
    r"\bEOF\b|end of file|(?:no|not a|requires? a|cannot open).{0,20}(?:tty|terminal)", re.IGNORECASE
)
"""What programs say that want to ask somebody."""


class How(StrEnum):
    """How a command came to its end."""

    RUNNING = "running"
    ENDED = "ended"
    TIMED_OUT = "timed out"
    CANCELLED = "cancelled"
    NOT_STARTED = "not started"


class Call(msgspec.Struct, frozen=True):
    """What to run."""

    text: str
    """A script for `shell`."""
    environment: Mapping[str, str]
    shell: str = "bash"
    seconds: float = 60.0
    """After which it is ended."""


class CommandRun:
    """One command from its start to its end. Belongs to one event loop."""

    def __init__(self, call: Call, clock: Clock, changed: Callable[[], None]) -> None:
        """Prepare to run `call`; `changed` is called on the loop when there is more to show."""
        self.call = call
        self.output = Output()
        self.how = How.RUNNING
        self.exit: int | None = None
        """Its exit status; None: it has none, because it runs or was ended by a signal."""
        self.signal: str = ""
        """What ended it, such as `SIGKILL`; empty: it ended by itself."""
        self.complaint = ""
        """Why it could not be started."""
        self._clock = clock
        self._changed = changed
        self._began = clock()
        self._over: float | None = None
        self._stop = asyncio.Event()

    @property
    def seconds(self) -> float:
        """How long it has run."""
        return self._over if self._over is not None else (self._clock() - self._began).total_seconds()

    @property
    def running(self) -> bool:
        """Whether it has not come to its end."""
        return self.how is How.RUNNING

    @property
    def well(self) -> bool:
        """Whether it ended by itself and says that all went well."""
        return self.how is How.ENDED and self.exit == 0

    @property
    def summary(self) -> str:
        """Say in a line how it ended, such as `exit 0 in 1.2 s`."""
        match self.how:
            case How.RUNNING:
                return f"running for {self.seconds:.0f} s"
            case How.NOT_STARTED:
                return f"not started: {self.complaint}"
            case How.TIMED_OUT:
                return f"ended after {self.call.seconds:.0f} s, the time it was given"
            case How.CANCELLED:
                return f"cancelled after {self.seconds:.1f} s"
            case How.ENDED:
                told = f"exit {self.exit}" if self.exit is not None else f"ended by {self.signal}"
                asked = "; it asked for input, which nobody gives it here" if self.wanted_input else ""
                return f"{told} in {self.seconds:.1f} s{asked}"

    @property
    def wanted_input(self) -> bool:
        """Whether it seems to have asked for something: it failed, and its last line is a question or says so."""
        if self.well or not self.output.lines:
            return False
        asked = self.output.asked.rstrip().endswith((":", "?", "]", ")", ">"))
        return asked or _NO_INPUT.search(self.output.lines[-1]) is not None

    def found(self, variables: Mapping[str, str]) -> None:
        """Add to its environment, before it is run."""
        self.call = msgspec.structs.replace(self.call, environment={**self.call.environment, **variables})

    def refuse(self, why: str) -> None:
        """Do not start it at all."""
        self.complaint = why
        self._end(How.NOT_STARTED)

    def cancel(self) -> None:
        """End it soon."""
        self._stop.set()

    async def run(self) -> None:
        """Run it to its end. When the caller is cancelled meanwhile, nothing of it is left behind."""
        # A pipe of our own: that of asyncio makes it wait for whatever the command has left running.
        reading, writing = os.pipe()
        try:
            process = await asyncio.create_subprocess_exec(
                *("sh", "-c", _WRAPPER, self.call.shell, self.call.text),
                env=dict(self.call.environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=writing,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            os.close(reading)
            self.refuse(getattr(error, "strerror", None) or str(error))
            return
        finally:
            os.close(writing)
        stream = asyncio.StreamReader(limit=_FLOOD_CHUNK)
        protocol = asyncio.StreamReaderProtocol(stream)
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, os.fdopen(reading, "rb", 0))
        try:
            await self._watch(process, stream)
        finally:
            transport.close()
            _kill(process.pid, signal.SIGKILL)
            await process.wait()  # a moment at most: nothing survives that signal

    async def _watch(self, process: asyncio.subprocess.Process, stream: asyncio.StreamReader) -> None:
        reading = asyncio.create_task(self._read(stream))
        ending = asyncio.create_task(process.wait())
        stopping = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait({ending, stopping}, timeout=self.call.seconds, return_when=asyncio.FIRST_COMPLETED)
            how = How.ENDED if ending.done() else How.CANCELLED if stopping.done() else How.TIMED_OUT
            if how is not How.ENDED:
                _kill(process.pid, signal.SIGTERM)
                await asyncio.wait({ending}, timeout=_GOODBYE)
                _kill(process.pid, signal.SIGKILL)
                await ending
            await asyncio.wait({reading}, timeout=_LINGER)
        finally:
            for task in (reading, ending, stopping):
                task.cancel()
            await asyncio.gather(reading, ending, stopping, return_exceptions=True)
        status = process.returncode
        if status is not None and status < 0:
            self.signal = signal.Signals(-status).name
        elif how is How.ENDED:
            self.exit = status
        self._end(how)

    async def _read(self, stream: asyncio.StreamReader) -> None:
        while chunk := await stream.read(_FLOOD_CHUNK if self.output.flooded else _CHUNK):
            self.output.take(chunk)
            self._changed()
            await asyncio.sleep(_BREATH if self.output.flooded else 0)

    def _end(self, how: How) -> None:
        self.output.finish()
        self._over = (self._clock() - self._began).total_seconds()
        self.how = how
        self._changed()


def _kill(group: int, what: signal.Signals) -> None:
    """Send a signal to whatever is left of the session of a command."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, what)
