"""Runs login programs away from the terminal, and ends those that still run when nobody waits for them any more."""

import os
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

LONGEST_OUTPUT = 1024 * 1024
"""Bytes that are kept of what a program prints, for each stream."""
_PIECE = 64 * 1024
_LONGEST_START = 1.0
"""Seconds that `end` waits for a program that is just being started."""


class Ended(Exception):  # noqa: N818  (not an error: nobody waits any more)
    """No program is started any more."""


class Printed(NamedTuple):
    """How a program ended, and the last `LONGEST_OUTPUT` bytes of each stream."""

    status: int
    output: bytes
    errors: bytes


class LoginPrograms:
    """The login programs of one cluster. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._ended = False

    def run(self, command: Sequence[str], environment: Mapping[str, str], time_out: float) -> Printed:
        """Run a program to its end. It gets no terminal and no input. Blocks.

        Raises:
            OSError: it cannot be started.
            subprocess.TimeoutExpired: it took longer than `time_out` seconds, and was ended.
            Ended: `end` was called before.
        """
        process = self._start(command, environment)
        try:
            with process:
                try:
                    return _printed(process, time_out)
                except subprocess.TimeoutExpired:
                    _kill(process)
                    raise
        finally:
            with self._lock:
                self._running.discard(process)

    def end(self) -> None:
        """End all that run, with the programs that they have started, and let none start any more."""
        started = self._lock.acquire(timeout=_LONGEST_START)
        try:
            self._ended = True
            for process in self._running:
                _kill(process)
        finally:
            if started:
                self._lock.release()

    def _start(self, command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._ended:
                raise Ended
            process = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,  # no way to /dev/tty, and a group that can be ended as a whole
            )
            self._running.add(process)
            return process


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.returncode is None:  # or else its number may be that of another process by now
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _printed(process: subprocess.Popen[bytes], time_out: float) -> Printed:
    """Read standard output and standard error until both end, and wait for the process.

    Raises:
        subprocess.TimeoutExpired: it takes longer than `time_out` seconds.
    """
    deadline = time.monotonic() + time_out
    output, errors = bytearray(), bytearray()
    with selectors.DefaultSelector() as selector:
        for stream, kept in ((process.stdout, output), (process.stderr, errors)):
            if stream is not None:
                selector.register(stream, selectors.EVENT_READ, kept)
        while selector.get_map():
            left = deadline - time.monotonic()
            ready = selector.select(left) if left > 0 else []
            if not ready:
                raise subprocess.TimeoutExpired(process.args, time_out)
            for key, _ in ready:
                piece = os.read(key.fd, _PIECE)
                if not piece:
                    selector.unregister(key.fileobj)
                key.data.extend(piece)
                del key.data[:-LONGEST_OUTPUT]
    status = process.wait(max(0.0, deadline - time.monotonic()))
    return Printed(status, bytes(output), bytes(errors))
