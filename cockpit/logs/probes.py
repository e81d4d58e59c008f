"""What is looked for in a text to find the lines that may match: plain text, or an expression.

Both search without the interpreter's lock, and both leave each line at the first place that they find in it.
"""

import re
from collections.abc import Sequence
from itertools import product
from typing import Protocol

from cockpit.logs.literals import LEAST_LETTERS
from cockpit.regex import Find

_OTHER_CASES = {b"s": "\u017f".encode(), b"k": "\u212a".encode()}
"""The long s and the Kelvin sign, which are an s and a k in another case to RE2, but not to `bytes.lower`."""
_PLAIN_PIECE = re.compile(f"(?=([ -~]{{{LEAST_LETTERS}}}))")
_NEVER_THERE = tuple(bytes([byte]) * LEAST_LETTERS for byte in range(0xFC, 0x100))
"""Bytes of which no UTF-8 text has any.

Looked for together with literals that begin with three different letters or fewer, they keep the library from leaping
to each of those letters. Several literals are found much faster by all their letters at once.
"""


class Probe(Protocol):
    """Finds lines in a text whose every line is ended by a newline."""

    def ends(self, text: bytes, begin: int) -> list[int]:
        """Give the ends of the lines in which something is found, from an offset on, ascending."""


class LiteralProbe:
    """Looks for any of several literals, byte for byte, all at once (Aho and Corasick)."""

    def __init__(self, literals: Sequence[bytes]) -> None:
        """Prepare to look for `literals`, none of which holds a newline."""
        from ahocorasick_rs import (  # noqa: PLC0415  (loaded with the first search)
            BytesAhoCorasick,
            Implementation,
            MatchKind,
        )

        texts = [*literals, *_NEVER_THERE] if len(literals) > 1 else literals
        # Only with this kind of match does it look for several literals with vector instructions; with them the
        # automaton seldom runs, so that it had better be small, however long the literals are.
        automaton = BytesAhoCorasick(texts, MatchKind.LeftmostFirst, Implementation.ContiguousNFA)
        self._search = automaton.find_matches_as_indexes

    def ends(self, text: bytes, begin: int) -> list[int]:
        """Give the ends of the lines that hold one of them."""
        rest = text[begin:]
        newline = rest.find
        ends: list[int] = []
        end = -1
        for _, at, after in self._search(rest):
            if at > end:
                end = newline(b"\n", after)
                ends.append(end)
        return [begin + end for end in ends] if begin else ends


class ExpressionProbe:
    """Looks for an expression, and leaps from match to match."""

    def __init__(self, find: Find) -> None:
        """Prepare to look with `find`."""
        self._find = find

    def ends(self, text: bytes, begin: int) -> list[int]:
        """Give the ends of the lines in which it finds something."""
        ends: list[int] = []
        find, size, newline = self._find, len(text), text.find
        offset = find(text, begin, size)
        while 0 <= offset < size:  # at the size: the nothing that follows the last newline
            end = newline(b"\n", offset)
            ends.append(end)
            offset = find(text, end + 1, size)
        return ends


def lower_case(text: bytes, literals: Sequence[bytes]) -> bytes | None:
    """Give a text in which lower-case `literals` are found byte for byte; None if they may stand there otherwise."""
    letters = b"".join(literals)
    if not text.isascii() and any(other in text for letter, other in _OTHER_CASES.items() if letter in letters):
        return None
    return text.lower()


def any_case_pieces(literals: Sequence[str], sample: bytes) -> list[bytes] | None:
    """Give, in every case, a few letters of each literal: those that are rarest in text like `sample`.

    A line that holds one of the literals in any case holds one of them; None if a literal has no such letters.
    """
    sample = sample.lower()
    found: list[bytes] = []
    for literal in literals:
        pieces = [piece.lower().encode() for piece in _PLAIN_PIECE.findall(literal)]
        if not pieces:
            return None
        found += _in_every_case(min(pieces, key=sample.count))
    return found


def _in_every_case(piece: bytes) -> list[bytes]:
    letters = [piece[at : at + 1] for at in range(len(piece))]
    cases = [sorted({letter, letter.upper(), _OTHER_CASES.get(letter, letter)}) for letter in letters]
    return [b"".join(spelling) for spelling in product(*cases)]
