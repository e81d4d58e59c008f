"""A whole log written to a file, with full times and the names of the streams, and without secrets."""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from cockpit.logs.block import LineKind
from cockpit.logs.buffer import LogBuffer
from cockpit.logs.chunk import KINDS, TEXT, Part
from cockpit.logs.matcher import Case, Matcher, Pattern
from cockpit.redact import redact
from cockpit.threads import call_in_thread

_SECOND = 1_000_000_000

_CUES = Pattern(
    r"(?i:pass|pwd|secret|token|credential|signature|[?&]sig\W|\"auth\"|key|authorization|bearer|basic|identified|curl)"
    r"|://\S*@|hooks\.slack\.com|-----BEGIN"
    r"|A[KS]IA[A-Z0-9]|gh[oprsu]_|github_pat_|glpat-|xox[abeoprs]-|xapp-|[sr]k_(?:live|test)_|whsec_|AIza|ya29\."
    r"|GOCSPX-|npm_|pypi-|dckr_pat_|do[opr]_v1_|hv[bsr]\.|SG\.|hf_|sk-|eyJ",
    case=Case.MATCH,
)
"""What a line with a secret holds, whichever rule of `redact` finds it: those take a hundred times longer to look."""

_KEY_BEGINS = b"-----BEGIN "
_KEY_ENDS = b"-----END "
_KEY_LINE_BYTES = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\\ \t")


async def save_log(buffer: LogBuffer, path: Path) -> int:
    """Write all kept lines of `buffer` to `path`, in another thread: a line each, `time stream text`.

    Only its owner can read the file, which is there in full or not at all. Secrets are masked.

    Returns:
        The number of lines.

    Raises:
        OSError: The file cannot be written; one that was there before is untouched.
    """
    parts = buffer.parts(buffer.first, buffer.size + buffer.spooled + 1)
    return await call_in_thread(_write, parts, list(buffer.streams), path)


def _write(parts: Sequence[Part], streams: Sequence[str], path: Path) -> int:
    writer = _Writer(streams)
    with _replacing(path) as file:
        for part in parts:
            file.write(b"".join(writer.lines(part)))
    return sum(part.end - part.first for part in parts)


class _Writer:
    """Turns kept lines into lines of a file."""

    def __init__(self, streams: Sequence[str]) -> None:
        self._streams = [stream.encode("utf-8", "replace") for stream in streams]
        self._kinds = [b"" if kind is LineKind.TEXT else f"{kind.name}: ".encode() for kind in KINDS]
        self._cues = Matcher(_CUES)
        self._in_key: set[int] = set()
        """Streams that are in the middle of a private key, which is written over several lines."""

    def lines(self, part: Part) -> Iterator[bytes]:
        suspicious = {number - part.first for number in self._cues.lines(part, part.first)}
        texts = part.text().split(b"\n")
        stamp = _stamper()
        columns = zip(part.times(), part.streams(), part.kinds(), strict=True)
        for index, (time, stream, kind) in enumerate(columns):
            text = texts[index]
            if self._in_key and stream in self._in_key:
                text = self._rest_of_key(stream, text)
            elif index in suspicious or kind != TEXT:
                text = self._masked(stream, text)
            yield b"%s %s %s%s\n" % (stamp(time), self._streams[stream], self._kinds[kind], text)

    def _masked(self, stream: int, text: bytes) -> bytes:
        masked = redact(text.decode()).encode()
        if _KEY_BEGINS in text and _KEY_ENDS not in text and masked != text:
            self._in_key.add(stream)
        return masked

    def _rest_of_key(self, stream: int, text: bytes) -> bytes:
        """Mask what belongs to a key that began in a line before; its end, or another text, ends that."""
        if _KEY_ENDS in text:
            self._in_key.discard(stream)
            return b"[redacted:private-key]"
        if _KEY_LINE_BYTES.issuperset(text):
            return b"[redacted:private-key]"
        self._in_key.discard(stream)
        return self._masked(stream, text)


def _stamper() -> Callable[[int], bytes]:
    """Make a function that writes times (ns since 1970) as RFC 3339 with all nine digits; `-` for an unknown one."""
    known_second, known = -1, b""

    def stamp(time: int) -> bytes:
        nonlocal known_second, known
        if not time:
            return b"-"
        second, rest = divmod(time, _SECOND)
        if second != known_second:
            known_second, known = second, datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S").encode()
        return b"%s.%09dZ" % (known, rest)

    return stamp


@contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    """Write a file that takes the place of `path` when all of it is on the disk."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
