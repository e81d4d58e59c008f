"""Text from outside made drawable: one line, no control characters, cut by cells rather than by characters.

Every string that a server, a pod or a person outside wrote goes through here before it is drawn. Nothing is parsed
as markup; draw the result with `rich.text.Text` or `textual.content.Content`, never as a markup string.
"""

import re
from typing import Literal
from unicodedata import category

from rich.cells import cell_len, get_character_cell_size

ELLIPSIS = "…"
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

MARKS_A_CHARACTER = 2
"""Combining marks kept on one character: enough for every living script, too few to climb over the lines above."""

# A sequence that is not ended loses only its first characters: the text after it must not vanish.
_ESCAPE = re.compile(
    r"""
      (?: \x1b\[ | \x9b ) [0-?]* [\ -/]* [@-~]?                                  # CSI: colours, cursor movement
    | (?: \x1b\] | \x9d ) [^\x07\x1b\x9c]* (?: \x07 | \x1b\\ | \x9c )           # OSC: titles, links, the clipboard
    | (?: \x1b[PX^_] | [\x90\x98\x9e\x9f] ) [^\x1b\x9c]* (?: \x1b\\ | \x9c )    # DCS, SOS, PM, APC
    | \x1b [\ -/]* [0-~]?                                                       # all other escapes
    """,
    re.VERBOSE,
)
LONGEST = 65_536
"""Characters that are looked at to fill one line: no screen is wider, and outside text may be of any length."""

_FIRST_COMBINING_MARK = "\u0300"
_VARIATION_SELECTORS = frozenset(map(chr, range(0xFE00, 0xFE10)))


def clean(text: str) -> str:
    """Make `text` safe to draw on one line.

    Escape sequences, bidirectional overrides and zero-width characters are removed; every kind of white space becomes
    one space; what else cannot be drawn (control characters, lone surrogates, private use) becomes `U+FFFD`, so that
    it is seen to be there; piles of combining marks are cut.
    """
    if text.isprintable() and (text.isascii() or max(text) < _FIRST_COMBINING_MARK):
        return text
    kept: list[str] = []
    marks = MARKS_A_CHARACTER  # a mark with no character before it would be drawn onto a foreign cell
    for character in _ESCAPE.sub("", text):
        drawn = _drawable(character)
        if not drawn:
            continue
        if get_character_cell_size(drawn) == 0:
            marks += 1
            if marks > MARKS_A_CHARACTER:
                continue
        else:
            marks = 0
        kept.append(drawn)
    return "".join(kept)


def _drawable(character: str) -> str:
    """Give what stands for one character on the screen; empty when nothing does."""
    if character in _VARIATION_SELECTORS:
        return ""
    if character.isprintable():
        return character
    if character.isspace():
        return " "
    return "" if _is_format(character) else REPLACEMENT


def _is_format(character: str) -> bool:
    """Tell whether the character only steers how others are drawn (Unicode category Cf): no cell of its own."""
    return category(character) == "Cf"


def fit(text: str, cells: int, *, ellipsis: bool = True) -> str:
    """Clean `text` and cut it to at most `cells` cells; a cut is marked with `…` unless `ellipsis` is False.

    A wide character that would be cut in half is left out, so that the result may be one cell short.
    """
    text = clean(text[:LONGEST])
    if cell_len(text) <= cells:
        return text
    if cells <= 0:
        return ""
    room = cells - 1 if ellipsis else cells
    return head(text, room) + (ELLIPSIS if ellipsis else "")


def head(text: str, cells: int) -> str:
    """Give as many leading characters of a clean text as fit into `cells`, with their combining marks."""
    if text.isascii():
        return text[: max(0, cells)]
    used = 0
    for index, character in enumerate(text):
        used += get_character_cell_size(character)
        if used > cells:
            return text[:index]
    return text


def pad(text: str, cells: int, *, align: Literal["left", "right"] = "left", ellipsis: bool = True) -> str:
    """Clean `text` and make it exactly `cells` cells wide: cut like `fit`, or filled up with spaces."""
    text = fit(text, cells, ellipsis=ellipsis)
    space = " " * (cells - cell_len(text))
    return space + text if align == "right" else text + space
