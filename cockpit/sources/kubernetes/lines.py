"""Lines out of chunks that break anywhere."""

from collections.abc import Iterable, Iterator

LONGEST_EVENT = 16 * 1024 * 1024
"""Bytes; etcd refuses objects larger than 1.5 MiB, so a longer line is no event of a watch."""


class LineTooLong(Exception):  # noqa: N818  (says what is the case)
    """What the server sends has no line breaks where there must be some."""


def split_lines(chunks: Iterable[bytes], longest: int = LONGEST_EVENT) -> Iterator[bytes]:
    """Yield complete lines without their newline, and at the end what is left, if anything.

    Raises:
        LineTooLong: a line is longer than `longest` bytes.
    """
    begun: list[bytes] = []
    held = 0
    for chunk in chunks:
        *complete, rest = chunk.split(b"\n")
        if complete:
            complete[0] = b"".join((*begun, complete[0]))
            begun, held = [], 0
            yield from complete
        if rest:
            begun.append(rest)
            held += len(rest)
            if held > longest:
                raise LineTooLong
    if begun:
        yield b"".join(begun)
