r"""What every line that matches a regular expression must hold: pieces of plain text, which are found much faster.

Of `timeout|refused`, every matching line holds one of the two; of `\d+ms for orders/\d`, it holds `ms for orders/`. The
rule is the one of Russ Cox, "Regular Expression Matching with a Trigram Index" (2012), for whole literals.
"""

from itertools import product
from typing import NamedTuple

MOST_LITERALS = 6
LEAST_LETTERS = 3
"""A shorter literal stands in so many lines that looking for it spares nothing."""

_NO_WIDTH = "bBAz"
_CLASSES = "dDwWsSpPC"


class Required(NamedTuple):
    """Literals of which a matching line holds at least one."""

    literals: tuple[str, ...]
    complete: bool
    """A line that holds one of them matches."""


class _Unclear(Exception):  # noqa: N818  (not an error: the expression is searched as it is)
    """The expression holds something that these rules do not cover."""


class _Info(NamedTuple):
    """What is known of a part of an expression."""

    exact: frozenset[str] | None
    """All the texts that it matches, if they are few."""
    needed: frozenset[str] | None
    """Texts of which its match holds one."""

    @property
    def literals(self) -> frozenset[str] | None:
        return self.needed if self.exact is None else self.exact


_ANYTHING = _Info(None, None)


def required_literals(pattern: str) -> Required | None:
    """Find the literals that a regular expression (RE2 syntax) requires; None when there are no useful ones."""
    try:
        info = _Reader(pattern).read()
    except _Unclear:
        return None
    literals = info.literals
    if literals is None or not _worth(literals):
        return None
    complete = info.exact is not None and not set(pattern) & set("^$\\")  # anchors and borders are more than text
    return Required(tuple(sorted(literals)), complete)


def _worth(literals: frozenset[str]) -> bool:
    if any("\n" in literal for literal in literals):  # no line holds it
        return False
    return len(literals) <= MOST_LITERALS and min(map(len, literals)) >= LEAST_LETTERS


class _Reader:
    """Reads an expression from left to right."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def read(self) -> _Info:
        info = self._alternatives()
        if self._at < len(self._pattern):
            raise _Unclear
        return info

    def _next(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _take(self) -> str:
        letter = self._next()
        if not letter:
            raise _Unclear
        self._at += 1
        return letter

    def _alternatives(self) -> _Info:
        branches = [self._sequence()]
        while self._next() == "|":
            self._at += 1
            branches.append(self._sequence())
        if len(branches) == 1:
            return branches[0]
        exact = [branch.exact for branch in branches]
        known = [branch.literals for branch in branches]
        return _Info(_union(exact), _union(known))

    def _sequence(self) -> _Info:
        """Join what follows each other: a literal goes on as long as every part is known exactly."""
        run = frozenset([""])
        found: list[frozenset[str]] = []
        whole = True
        while self._next() not in ("", "|", ")"):
            part = self._repeated()
            if part.exact is not None and len(run) * len(part.exact) <= MOST_LITERALS:
                run = frozenset(left + right for left, right in product(run, part.exact))
                continue
            found.append(run)
            whole = False
            run = frozenset([""]) if part.exact is None else part.exact
            if part.needed is not None:
                found.append(part.needed)
        if whole:
            return _Info(run, None)
        found = [literals for literals in [*found, run] if _worth(literals)]
        return _Info(None, max(found, key=lambda literals: (min(map(len, literals)), -len(literals)), default=None))

    def _repeated(self) -> _Info:
        info = self._atom()
        while (sign := self._next()) and sign in "*+?{":
            self._at += 1
            if sign == "{":
                times, brace, _ = self._pattern[self._at :].partition("}")
                if not brace or not times.replace(",", "").isdigit():
                    raise _Unclear
                self._at += len(times) + 1
                least = int(times.partition(",")[0] or 0)
            else:
                least = int(sign == "+")
            info = _Info(None, info.literals) if least else _ANYTHING
        return info

    def _atom(self) -> _Info:
        letter = self._take()
        if letter == "(":
            return self._group()
        if letter == "[":
            return self._class()
        if letter == "\\":
            return self._escape()
        if letter == ".":
            return _ANYTHING
        if letter in "*+?{":
            raise _Unclear
        return _Info(frozenset([""] if letter in "^$" else [letter]), None)

    def _group(self) -> _Info:
        if self._next() == "?":
            if self._pattern[self._at : self._at + 2] != "?:":  # flags, names
                raise _Unclear
            self._at += 2
        info = self._alternatives()
        if self._take() != ")":
            raise _Unclear
        return info

    def _class(self) -> _Info:
        if self._next() == "^":
            self._at += 1
        first = self._at
        while (letter := self._take()) != "]" or self._at == first + 1:  # a bracket that comes first is a member
            if letter == "\\":
                self._take()
            elif letter == "[":  # `[[:alpha:]]`
                raise _Unclear
        return _ANYTHING

    def _escape(self) -> _Info:
        letter = self._take()
        if letter in _NO_WIDTH:
            return _Info(frozenset([""]), None)
        if letter in _CLASSES:
            if letter in "pP" and self._take() == "{":
                while self._take() != "}":
                    pass
            return _ANYTHING
        if letter.isalnum() or not letter.isascii():
            raise _Unclear
        return _Info(frozenset([letter]), None)


def _union(sets: list[frozenset[str] | None]) -> frozenset[str] | None:
    """Join sets of which one applies; None if one of them is not known, or there are too many texts."""
    known = [texts for texts in sets if texts is not None]
    joined = frozenset().union(*known) if len(known) == len(sets) else frozenset()
    return joined if 0 < len(joined) <= MOST_LITERALS else None
