"""What a person types to search the logs: a pattern, and before it what they would give to grep."""

import re

import msgspec

_OPTION = re.compile(r"\s*-([ABC])\s*(\d{1,3})(?:\s+|$)")


class GrepLine(msgspec.Struct, frozen=True):
    """A search that was typed."""

    pattern: str
    context: tuple[int, int] | None = None
    """Lines before and after each match, when they were asked for."""


def parse_grep(typed: str) -> GrepLine:
    """Understand `[-A LINES] [-B LINES] [-C LINES] PATTERN`, as grep has it: lines after, before, and around."""
    before = after = 0
    asked = False
    rest = typed
    while (option := _OPTION.match(rest)) is not None:
        asked, lines = True, int(option[2])
        if option[1] in "BC":
            before = lines
        if option[1] in "AC":
            after = lines
        rest = rest[option.end() :]
    return GrepLine(rest, (before, after) if asked else None)
