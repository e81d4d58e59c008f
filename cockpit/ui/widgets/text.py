"""Clean text measured and cut by cells rather than by characters.

Nothing is parsed as markup; draw the result with `rich.text.Text` or `textual.content.Content`, never as a markup
string.
"""

import re
from typing import Literal

from rich.cells import cell_len, get_character_cell_size

from cockpit.text import clean

ELLIPSIS = "…"
_DIRECTORIES = re.compile(r"(?<![\w:/.])~?(?:/[^/\s]+)+/(?=[^/\s])")
"""Of a path in a text: all but the name of the file."""
LONGEST = 65_536
"""Characters that are looked at to fill one line: no screen is wider, and outside text may be of any length."""


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


def shorten_paths(text: str, cells: int) -> str:
    """Leave out the directories of the paths in a text that does not fit: the names of the files are what is needed."""
    return text if cell_len(text) <= cells else _DIRECTORIES.sub(f"{ELLIPSIS}/", text)
