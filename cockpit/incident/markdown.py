"""Markdown made of outside text, in which that text can be nothing but text."""

import re
from collections.abc import Iterable, Sequence

from cockpit.text import clean

_MARKUP = re.compile(r"[\\`*_\[\]<>|~&$#]")
"""Characters that can begin markup within a line; GitHub's dialect included."""


def inline(text: str, most: int | None = None) -> str:
    """Write outside text so that it stays within its line, cell or heading, and is shown as it is.

    Lines are joined by ` ⏎ `; what cannot be printed is left out or becomes U+FFFD. Of a longer text the first `most`
    characters are shown, and how many there are.
    """
    if most is not None and len(text) > most:
        return f"{inline(text[:most])} … ({len(text):,} characters; all of them are in the incident file)"
    lines = [clean(line).strip() for line in text.splitlines()]
    told = " ⏎ ".join([line for line in lines if line]) if len(lines) > 1 else "".join(lines)
    return _MARKUP.sub(r"\\\g<0>", told)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay out a table; every cell has to be Markdown that fits a line, such as `inline` makes."""
    lines = (head, ["---"] * len(head), *rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def bullets(items: Iterable[str]) -> str:
    """Lay out a list; every item has to be Markdown that fits a line and does not begin with markup of its own."""
    return "\n".join(f"- {item}" for item in items)
