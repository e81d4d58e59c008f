"""The way of a frame to the terminal: styles it already has left out, encoded, written by a thread of its own.

The event loop hands text over and never waits: a terminal that has stopped reading stops only the thread.
"""

import os
import re
import select
import threading
from collections.abc import Callable
from functools import lru_cache
from queue import SimpleQueue

CHUNK_BYTES = 16384
"""Written at once; between two chunks a frame can still be abandoned."""

_RESET = "\x1b[0m"
_END_OF = {
    "foreground": "39",
    "background": "49",
    "1": "22",
    "2": "22",
    "3": "23",
    "4": "24",
    "5": "25",
    "6": "25",
    "7": "27",
    "8": "28",
    "9": "29",
    "21": "24",
    "51": "54",
    "52": "54",
    "53": "55",
}
"""What ends a colour or an attribute (ECMA-48, select graphic rendition)."""
_MOVE = r"\x1b\[\d+;\d+H"
_NO_TEXT = rf"(?P<no_text>(?:{_MOVE}|\n|\x1b\[\?2026[hl])*)"  # moves, line ends, synchronized output begins or ends
_STYLE = r"\x1b\[(?!0m)(?P<style>[\d;]+)m"
_PEN_CHANGE = re.compile(rf"(?:\A|\x1b\[0m){_NO_TEXT}(?:{_STYLE})?|(?P<stray>\x1b\[[\d;:]*m)")
_PASSED_OVER = re.compile(rf"{_MOVE}\n?(?={_MOVE})")
_CODE = re.compile(r"[34]8;(?:2;\d+;\d+;\d+|5;\d+)|\d+")


def _parts(style: str) -> dict[str, str]:
    """Split a style into its codes, by what each of them sets."""
    parts = {}
    for code in _CODE.findall(style):
        number = int(code.partition(";")[0])
        if 30 <= number <= 39 or 90 <= number <= 97:
            parts["foreground"] = code
        elif 40 <= number <= 49 or 100 <= number <= 107:
            parts["background"] = code
        else:
            parts[code] = code
    return parts


@lru_cache(maxsize=4096)
def style_change(before: str, after: str) -> str:
    """Give the shortest sequence that turns one style into another; a style is the codes of a whole one, "1;38;5;9"."""
    old, new = _parts(before), _parts(after)
    if not (old.keys() | new.keys()) <= _END_OF.keys():
        return f"\x1b[0;{after}m"
    ends = {_END_OF[what]: None for what in old if what not in new}
    begins = [code for what, code in new.items() if old.get(what) != code or _END_OF[what] in ends]
    codes = ";".join([*ends, *begins])
    return f"\x1b[{codes}m" if codes else ""


class Pen:
    """Knows the style that the terminal draws in, and sends only what changes it.

    Textual sets the whole style before each piece of text and resets it afterwards: about 40 bytes around each changed
    digit of a clock. Mostly the next piece wants the style that is already there, or another foreground only. Cursor
    moves without text between them are reduced to the last one.
    """

    def __init__(self) -> None:
        self._style: str | None = None  # unknown; "" is the terminal's own

    def trim(self, text: str) -> str:
        """Return a shorter text that draws the same."""
        return _PEN_CHANGE.sub(lambda change: self._change(change, at_end=change.end() == len(text)), text)

    def _change(self, change: re.Match[str], *, at_end: bool) -> str:
        if change["stray"]:
            self._style = None
            return change["stray"]
        moves = _PASSED_OVER.sub("", change["no_text"])
        style = change["style"]
        if style is None:
            if at_end or self._style == "":
                return moves
            self._style = ""
            return _RESET + moves
        before, self._style = self._style, style
        return moves + (f"\x1b[0;{style}m" if before is None else style_change(before, style))


class Output(threading.Thread):
    """Writes to the terminal, in order, in a daemon thread.

    Args:
        descriptor: The terminal's file descriptor. It is neither closed nor made non-blocking: the shell shares it.
        encode: Turns text into the terminal's bytes. It must not raise.
        on_drained: Called in the thread when all that was put has been written.
        on_lost: Called in the thread, once, when the terminal is gone; nothing is written after that.
    """

    def __init__(
        self,
        descriptor: int,
        encode: Callable[[str], bytes],
        on_drained: Callable[[], None],
        on_lost: Callable[[], None],
    ) -> None:
        super().__init__(name="cockpit-output", daemon=True)
        self._descriptor = descriptor
        self._encode = encode
        self._on_drained = on_drained
        self._on_lost = on_lost
        # SimpleQueue.put may be called by a signal handler that interrupted another put.
        self._frames: SimpleQueue[tuple[int, str] | None] = SimpleQueue()
        self._epoch = 0
        self._writing = 0

    @property
    def waiting(self) -> int:
        """How many frames have not reached the terminal, the one that is being written included."""
        return self._frames.qsize() + self._writing

    def put(self, frame: str) -> None:
        """Write this after all that was put before; returns at once."""
        self._frames.put((self._epoch, frame))

    def abandon(self) -> None:
        """Forget what was put and not yet written, the rest of a frame that is being written included."""
        self._epoch += 1

    def stop(self, timeout: float) -> bool:
        """Write what is left, end the thread, and say whether that was done within `timeout` seconds."""
        self._frames.put(None)
        self.join(timeout)
        return not self.is_alive()

    def run(self) -> None:
        """Write until stopped or until the terminal is gone."""
        pen = Pen()
        stopped = False
        while not stopped:
            # All that waits goes out in one piece: each write gives the interpreter away and has to win it back.
            items = [self._frames.get()]
            while not self._frames.empty():
                items.append(self._frames.get())
            self._writing = len(items)
            stopped = None in items
            epoch = self._epoch
            text = "".join(item[1] for item in items if item is not None and item[0] == epoch)
            try:
                if not self._write(epoch, self._encode(pen.trim(text))):
                    pen = Pen()
            except OSError:
                self._on_lost()
                return
            self._writing = 0
            if self._frames.empty():
                self._on_drained()

    def _write(self, epoch: int, data: bytes) -> bool:
        """Write all of `data` unless it is abandoned; False if it was."""
        rest = memoryview(data)
        while rest:
            if epoch != self._epoch:
                return False
            try:
                rest = rest[os.write(self._descriptor, rest[:CHUNK_BYTES]) :]
            except BlockingIOError:  # another program left the shared terminal non-blocking
                select.select([], [self._descriptor], [])
        return True
