"""A pseudo-terminal with an emulated screen, to run full-screen programs as a person would."""

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import psutil
import pyte

ROOT = Path(__file__).parent.parent.parent
DEADLINE_SECONDS = 15.0
_UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[[<>=?][0-9;]*[ucpm]|\x1b\[\?[0-9;]*\$p")
_PRIVATE_MODE = re.compile(rb"\x1b\[\?(\d+)([hl])")
_LAST = b"\0"
_MODES_TO_LEAVE = (b"1049", b"1000", b"1003", b"1006", b"2004", b"1004", b"2048")


class PtyProcess:
    """A program in a pseudo-terminal.

    Nothing reads from the terminal but the methods that wait: a test that calls none of them has a stalled terminal.
    Standard input and standard error can be led elsewhere.
    """

    def __init__(
        self,
        command: Sequence[str],
        size: tuple[int, int],
        environ: Mapping[str, str],
        *,
        stdin: int | None = None,
        stderr: int | None = None,
    ) -> None:
        self.output = b""
        self.read_at = 0.0
        """When the newest output was read, before it was drawn; as `time.monotonic` tells it."""
        self._master, self._slave = os.openpty()
        self._settings = termios.tcgetattr(self._slave)
        self.resize(size)
        self.process = subprocess.Popen(
            command,
            stdin=self._slave if stdin is None else stdin,
            stdout=self._slave,
            stderr=self._slave if stderr is None else stderr,
            env=dict(environ),
            start_new_session=True,
            preexec_fn=self._take_control,  # noqa: PLW1509  (the only way to a controlling terminal)
        )

    def feed(self, data: bytes) -> None:
        """Type this."""
        os.write(self._master, data)

    def resize(self, size: tuple[int, int]) -> None:
        """Give the terminal this many columns and lines; its screen is blank afterwards."""
        columns, lines = size
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def signal(self, number: int) -> None:
        """Send a signal to the program."""
        self.process.send_signal(number)

    def stopped(self) -> bool:
        """Whether the program has been stopped by a signal and waits to be continued."""
        return bool(psutil.Process(self.process.pid).status() == psutil.STATUS_STOPPED)

    @property
    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(self._screen.display)

    def line(self, y: int, *, bold: bool = False) -> str:
        """What is on one line of the screen, or what of it is bold; much quicker than `text`."""
        cells = self._screen.buffer[y]
        shown = (cells[x] for x in range(self._screen.columns))
        return "".join(cell.data for cell in shown if cell.bold or not bold)

    def cell(self, x: int, y: int) -> pyte.screens.Char:
        """One cell of the screen with its colours."""
        return self._screen.buffer[y][x]

    def reversed_lines(self) -> list[int]:
        """The lines, from 0, of which at least half is in reverse."""
        columns, lines = range(self._screen.columns), range(self._screen.lines)
        return [y for y in lines if sum(self.cell(x, y).reverse for x in columns) * 2 >= len(columns)]

    def wait_until(self, reached: Callable[[], bool], what: str) -> None:
        """Read from the terminal until a condition holds."""
        deadline = time.monotonic() + DEADLINE_SECONDS
        while not reached():
            assert time.monotonic() < deadline, f"no {what}; the screen shows:\n{self.text}"
            self._read()

    def wait_for(self, text: str) -> None:
        """Read from the terminal until this is on the screen."""
        self.wait_until(lambda: text in self.text, f"{text!r} on the screen")

    def wait_for_output(self, data: bytes) -> None:
        """Read from the terminal until these bytes have come."""
        self.wait_until(lambda: data in self.output, f"{data!r} in the output")

    def exit_status(self) -> int:
        """Read all that the program writes until it has ended; minus the number of the signal that killed it."""
        self.wait_until(lambda: self.process.poll() is not None, "end of the program")
        while self._read():
            pass
        os.write(self._slave, _LAST)  # arrives after all that the program has written
        self.wait_until(lambda: self.output.endswith(_LAST), "end of the output")
        self.output = self.output.removesuffix(_LAST)
        return int(self.process.returncode)

    def exit_status_unread(self) -> int:
        """Wait for the end of the program without reading from its terminal."""
        return self.process.wait(DEADLINE_SECONDS)

    def hang_up(self) -> None:
        """Close the terminal, as when an SSH connection breaks."""
        os.close(self._master)
        self._master = -1

    @property
    def restored(self) -> bool:
        """Whether the terminal is as it was.

        No mode is left on, the keyboard protocol was left as often as entered, the cursor is visible, and lines are
        edited and echoed.
        """
        modes = dict(_PRIVATE_MODE.findall(self.output))
        return (
            all(modes.get(mode, b"l") == b"l" for mode in _MODES_TO_LEAVE)
            and modes.get(b"25", b"h") == b"h"
            and modes.get(b"7", b"h") == b"h"
            and self.output.count(b"\x1b[<u") == self.output.count(b"\x1b[>25u")
            and termios.tcgetattr(self._slave) == self._settings
        )

    def close(self) -> None:
        """End the program and the terminal."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for descriptor in (self._master, self._slave):
            if descriptor >= 0:
                os.close(descriptor)
        self._master = self._slave = -1

    def _take_control(self) -> None:
        """Own the terminal as a login shell does: with no signal ignored, however these tests were started."""
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        fcntl.ioctl(self._slave, termios.TIOCSCTTY, 0)

    def _read(self) -> bool:
        """Read what there is, or comes within a moment; False if that is nothing."""
        if not select.select([self._master], [], [], 0.02)[0]:
            return False
        data = os.read(self._master, 65536)
        self.read_at = time.monotonic()
        self.output += data
        self._stream.feed(_UNKNOWN_TO_PYTE.sub(b"", data))
        return True


class StartInTerminal(Protocol):
    """Starts a Python program in a pseudo-terminal."""

    def __call__(
        self,
        *arguments: str,
        size: tuple[int, int] = ...,
        env: Mapping[str, str] = ...,
        stdin: int | None = None,
        stderr: int | None = None,
    ) -> PtyProcess:
        """Run `python *arguments`, with `env` added to a plain environment."""


def plain_environment(**more: str) -> dict[str, str]:
    """Give the environment of a program that shall not know who runs the tests."""
    own = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**own, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "LANG": "C.UTF-8", **more}
