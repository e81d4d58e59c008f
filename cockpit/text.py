"""Outside text made fit to be shown: one line of printable characters, with nothing in it that steers a terminal.

Every string that a server, a pod or a person outside wrote goes through here before it is drawn, printed or put into
a report. Log text has a filter of its own (`cockpit.logs.scrub`), which works on blocks of bytes.
"""

import re
from unicodedata import category

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
_FIRST_COMBINING_MARK = "\u0300"
_VARIATION_SELECTORS = frozenset(map(chr, range(0xFE00, 0xFE10)))
_JOINING = frozenset(
    map(chr, (*range(0x1160, 0x1200), 0x3164, *range(0xD7B0, 0xD7FC), 0xFFA0, *range(0x1F3FB, 0x1F400)))
)
"""No marks by their category, but drawn onto the character before: Hangul vowels and finals, skin colours."""


def clean(text: str) -> str:
    """Make `text` safe to show on one line.

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
        if _is_mark(drawn):
            marks += 1
            if marks > MARKS_A_CHARACTER:
                continue
        else:
            marks = 0
        kept.append(drawn)
    return "".join(kept)


def plain(text: str) -> str:
    """Make `text` safe to write on one line of any terminal, pipe, file and locale: clean, in ASCII with escapes."""
    return clean(text).encode("ascii", "backslashreplace").decode("ascii")


def _drawable(character: str) -> str:
    """Give what stands for one character on the screen; empty when nothing does."""
    if character in _VARIATION_SELECTORS:
        return ""
    if character.isprintable():
        return character
    if character.isspace():
        return " "
    return "" if _is_format(character) else REPLACEMENT


def _is_mark(character: str) -> bool:
    """Tell whether the character is drawn onto the one before it (Unicode categories Mn, Mc and Me, and a few more)."""
    return category(character).startswith("M") or character in _JOINING


def _is_format(character: str) -> bool:
    """Tell whether the character only steers how others are drawn (Unicode category Cf): no cell of its own."""
    return category(character) == "Cf"
