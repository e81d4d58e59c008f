"""The terminal driver: Textual's, mended for what happens at the end of an SSH line.

It survives any typed or pasted byte, leaves when the terminal is gone, never lets a terminal that has stopped reading
stop the program, and restores the terminal whichever way the program ends.
"""

import asyncio
import os
import select
import signal
import termios
import threading
import time
from codecs import getincrementaldecoder
from concurrent import futures
from contextlib import ExitStack, suppress
from typing import Any

from textual._ansi_sequences import SYNC_END, SYNC_START
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Key
from textual.message import Message

from cockpit.ui.terminal.canvas import Canvas
from cockpit.ui.terminal.capabilities import encoder, output_encoding, output_stream
from cockpit.ui.terminal.departure import SIGNALS, Departure
from cockpit.ui.terminal.output import Output
from cockpit.ui.widgets.type_ahead import handled

MAX_WAITING_FRAMES = 2
"""With more frames than this unwritten the terminal is behind, and painting is postponed."""
FLUSH_SECONDS = 2.0
"""How long leaving waits for a terminal that does not read."""
TYPE_AHEAD_SECONDS = 0.5
"""How long the next key waits for the effect of the one before."""
GRACE_SECONDS = 10.0
"""How long the screen may take to close after a signal before the process ends without it."""

_BELL = "\a"
_PUSH_TITLE, _POP_TITLE = "\x1b[22;2t", "\x1b[23;2t"
"""Terminals that do not know these ignore them."""
_RESTORE = (
    "\x1b[?2026l\x1b[0m"  # a synchronized update that was abandoned half-way, and its style
    "\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l"  # mouse
    "\x1b[?2004l\x1b[?2048l\x1b[?1004l\x1b[?7h"  # pasting, resize and focus reports, line wrap
    "\x1b[<u\x1b[?1049l\x1b[?25h"  # keyboard protocol, alternate screen, cursor
)


class CockpitDriver(LinuxDriver):
    """Display and input on a terminal that may be slow, hung, gone or feeding nonsense."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._screen = output_stream()
        self.output_lost = False
        """True when the terminal is gone or did not take the last output in time: print nothing more to it."""
        self._departure: Departure | None = None
        self._output: Output | None = None
        self._taken_over = False
        self._titled = False
        self._frame: list[str] = []
        # Held while the terminal changes hands or a frame is put together; re-entered when a stop signal suspends then.
        self._lock = threading.RLock()
        self._postponing = False
        self._paint_hold = ExitStack()
        self.canvas = Canvas()

    @property
    def busy(self) -> bool:
        """Whether the terminal is behind. Painting is postponed then; work that is for the eye alone can be skipped."""
        return self._output is not None and self._output.waiting > MAX_WAITING_FRAMES

    def alarm(self, title: str) -> None:
        """Ring the bell, and put `title` into the title bar, whose text comes back when the terminal is given back."""
        push = "" if self._titled else _PUSH_TITLE
        self._titled = True
        self.write(f"{_BELL}{push}\x1b]2;{title}{_BELL}")

    def start_application_mode(self) -> None:
        """Take the terminal over, also again after it was lent to another program."""
        if self._departure is None:  # before anything is changed that would have to be restored
            self._departure = Departure(self._close_app, self._end, self._is_meant, GRACE_SECONDS)
            self._departure.take_over()
        else:
            self._app.call_later(self._app.refresh)  # the alternate screen is empty again
        encode = encoder(output_encoding(os.environ, self._screen.encoding))
        self.canvas = Canvas()
        with self._lock:
            self._output = Output(self._screen.fileno(), encode, self._on_drained, self._on_lost)
            self._output.start()
            self._taken_over = True
            try:
                super().start_application_mode()  # type: ignore[no-untyped-call]
            except BaseException:
                self._give_back()
                raise
        super().close()  # ends Textual's own writer thread, which has nothing to do here

    def stop_application_mode(self) -> None:
        """Give the terminal back. Frames that it has not taken yet are of no use any more."""
        self.disable_input()
        self._give_back()

    def close(self) -> None:
        """Wait, but not for ever, until the terminal has taken everything."""
        if self._output is not None:
            self.output_lost |= not self._output.stop(FLUSH_SECONDS)
            self._output = None

    def write(self, data: str) -> None:
        """Pass text on, unless the terminal has been given back.

        What lies between the start and the end of a synchronized update travels as one frame.
        """
        with self._lock:
            if self._output is None or not self._taken_over:
                return
            self._frame.append(data)
            if self._frame[0] == SYNC_START and data != SYNC_END:
                return
            self._output.put("".join(self._frame))
            self._frame.clear()
        if self.busy and not self._postponing:
            self._app.call_later(self._postpone_painting)

    def run_input_thread(self) -> None:
        """Turn what is typed into events until told to stop or until the terminal is gone."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        while not self.exit_event.is_set():
            text = ""
            if select.select([self.fileno], [], [], 0.1)[0]:
                try:
                    data = os.read(self.fileno, 4096)
                except OSError:
                    data = b""
                if not data:
                    self._on_lost()
                    return
                text = decode(data)
            for character in text:
                try:
                    for event in parser.feed(character):
                        self.process_message(event)
                except (ValueError, OverflowError):  # a key report with a number that is no character
                    parser = XTermParser(self._debug)
            for event in parser.tick():
                self.process_message(event)

    def process_message(self, message: Message) -> None:
        """Pass on what was typed, and wait until a key has taken effect before the next one is looked at."""
        super().process_message(message)
        if not isinstance(message, Key):
            return
        effect = asyncio.run_coroutine_threadsafe(handled(self._app), self._loop)
        deadline = time.monotonic() + TYPE_AHEAD_SECONDS
        # The loop may be waiting for the end of this thread.
        while not self.exit_event.is_set() and time.monotonic() < deadline:
            if futures.wait([effect], timeout=0.02).done:
                return
        effect.cancel()

    def _get_terminal_size(self) -> tuple[int, int]:
        """The size of the terminal that is drawn on, wherever standard output goes."""
        try:
            columns, lines = os.get_terminal_size(self._screen.fileno())
        except OSError:
            columns = lines = 0
        return (columns, lines) if columns and lines else super()._get_terminal_size()

    def _sigcont_application(self, *_: object) -> None:
        """Take the terminal back only if it was given up: the kernel also sends SIGCONT when a terminal closes."""
        if self._must_signal_resume or self._key_thread is None:
            super()._sigcont_application()

    # A paint is never dropped: Textual keeps what has changed until the batch ends. What a layout would have painted in
    # the meantime is not kept, so the end of the hold asks for one whole repaint.

    def _postpone_painting(self) -> None:
        if self._postponing:
            return
        self._postponing = True  # before the look at what waits: the end of that has to see it
        if self.busy:
            self._paint_hold.enter_context(self._app.batch_update())
        else:
            self._postponing = False

    def _resume_painting(self) -> None:
        self._postponing = False
        self._paint_hold.close()
        self._app.refresh()

    def _on_drained(self) -> None:
        if self._postponing:
            self._app.call_later(self._resume_painting)

    def _on_lost(self) -> None:
        self.output_lost = True
        if self._departure is not None:
            self._departure.leave(signal.SIGHUP)

    def _give_back(self) -> None:
        with self._lock:
            self._restore()

    def _restore(self) -> None:
        """Leave the terminal as it was found; whoever comes second finds nothing to do."""
        if self._output is None or not self._taken_over:
            return
        self._taken_over = False
        self._frame.clear()
        self._output.abandon()
        self._output.put(_RESTORE + (_POP_TITLE if self._titled else ""))
        self._titled = False
        if self.attrs_before is not None:
            with suppress(termios.error):
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)

    def _is_meant(self, number: int) -> bool:
        """While another program has the terminal, a SIGINT is meant for that program."""
        if number not in SIGNALS:
            # Wake the loop: the main thread runs the handler, and sleeps on if the kernel chose another for the signal.
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(int)
            return False
        return number != signal.SIGINT or self._output is not None

    def _close_app(self, status: int) -> None:
        try:
            self._loop.call_soon_threadsafe(self._app.exit, None, status)
        except RuntimeError:  # the loop has ended, so the app is closed
            self._end(status)

    def _end(self, status: int) -> None:
        """Restore the terminal and end the process without closing the app."""
        self._lock.acquire(timeout=FLUSH_SECONDS)  # never released: nothing is to be drawn after this
        self._restore()
        if (output := self._output) is not None:
            output.stop(FLUSH_SECONDS)
        os._exit(status)
