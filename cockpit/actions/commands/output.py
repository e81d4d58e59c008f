"""What a command writes: cleaned, without its secrets, and no more of it than one can read."""

from collections import deque
from typing import Final

from cockpit.logs.scrub import scrub
from cockpit.redact import redact
from cockpit.text import clean

KEPT_BYTES: Final = 2 * 2**20
_END_BYTES: Final = 256 * 1024
"""Of what is kept, so much belongs to the end."""
_LONGEST_LINE: Final = 16 * 1024
_KEY_BEGINS, _KEY_ENDS = b"-----BEGIN", b"-----END"
_LONGEST_KEY: Final = 32 * 1024
_TABS: Final = 8


class Output:
    """Takes bytes as they come, and gives lines that may be shown and kept.

    The beginning is read at once. What comes after it is counted, and only its end is kept, to be read when all is
    over: a command that floods costs next to nothing.
    """

    def __init__(self, kept: int = KEPT_BYTES) -> None:
        """Keep so many bytes."""
        self.lines: list[str] = []
        """What may be shown so far."""
        self.bytes = 0
        """Written so far."""
        self.left_out = 0
        """Lines in the middle that are not kept."""
        self.asked = ""
        """The last line, if it was not ended: a prompt."""
        self._room = max(0, kept - _END_BYTES)
        self._rest = b""
        self._end: deque[bytes] = deque()
        self._end_size = 0
        self._dropped_lines = 0

    @property
    def flooded(self) -> bool:
        """Whether more comes than is kept."""
        return self._room <= 0

    def take(self, chunk: bytes) -> None:
        """Take over what has come."""
        self.bytes += len(chunk)
        if self.flooded:
            self._hold(chunk)
            return
        self._room -= len(chunk)
        data = self._rest + chunk
        whole, ended, rest = data.rpartition(b"\n")
        if len(rest) > _LONGEST_LINE:
            whole, ended, rest = data, b"\n", b""
        begins = whole.rfind(_KEY_BEGINS)
        if begins >= 0 and whole.find(_KEY_ENDS, begins) < 0 and len(data) - begins < _LONGEST_KEY:
            cut = whole.rfind(b"\n", 0, begins) + 1  # a key is masked as a whole or not at all
            whole, ended, rest = whole[: max(0, cut - 1)], data[max(0, cut - 1) : cut], data[cut:]
        self._rest = rest
        if ended:
            self._read(whole)

    def finish(self) -> None:
        """Read the rest, when nothing more will come."""
        end = b"".join(self._end)
        self._end.clear()
        if self._dropped_lines:
            cut = end.find(b"\n") + 1
            self._dropped_lines += bool(cut)
            end = end[cut:]
            self._read(self._rest)
            self._rest = b""
            self.left_out = self._dropped_lines
            self.lines.append(f"… {self.left_out:,} lines are left out here: {self.bytes:,} bytes came …")
        data, self._rest = self._rest + end, b""
        if data:
            self._read(data.removesuffix(b"\n"))
            self.asked = "" if data.endswith(b"\n") or not self.lines else self.lines[-1]

    def _hold(self, chunk: bytes) -> None:
        self._end.append(chunk)
        self._end_size += len(chunk)
        while self._end_size - len(self._end[0]) > _END_BYTES:
            dropped = self._end.popleft()
            self._end_size -= len(dropped)
            self._dropped_lines += dropped.count(b"\n") or 1

    def _read(self, data: bytes) -> None:
        text = redact(scrub(data).decode("utf-8", "replace"))
        self.lines += [clean(line.expandtabs(_TABS)[:_LONGEST_LINE]) for line in text.split("\n")]
