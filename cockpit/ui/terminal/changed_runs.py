"""Where two lines of the screen differ."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rich.cells import get_character_cell_size
from rich.style import Style
from textual.strip import Strip

_JOIN = 12
"""Changed cells that stand closer than this are sent as one run: moving the cursor costs about as many bytes."""
_NARROW = re.compile(r"[ -~·—“”…←-⇿─-╿▀-▟■-◼⚙⚿✔]*")
"""Nothing but characters of one cell; most lines are of these, and need not be looked at one by one."""


def changed_runs(old: Strip, new: Strip) -> Iterator[tuple[int, int]]:
    """Give the runs of cells (start, end) in which two strips differ; all of it where their lengths differ."""
    if old.cell_length != new.cell_length:
        yield 0, max(old.cell_length, new.cell_length)
        return
    if old == new:
        return
    before, after = _cells(old), _cells(new)
    if not len(before) == len(after) == new.cell_length:  # characters that are narrower together than one by one
        yield 0, new.cell_length
        return
    start = end = -1
    for first, last in _differences(before, after, old, new):
        while last < len(after) and not (before[last] and after[last]):  # the second half of a wide character
            last += 1  # noqa: PLW2901
        if start >= 0 and first - end >= _JOIN:
            yield start, end
            start = first
        start, end = (first if start < 0 else start), max(end, last)
    if start >= 0:
        yield start, end


def _differences(before: Sequence[str], after: Sequence[str], old: Strip, new: Strip) -> Iterator[tuple[int, int]]:
    """Give, from left to right, pieces of one style in which the style differs, and else the cells that differ."""
    styles_before, styles_after = list(_style_ends(old)), list(_style_ends(new))
    cuts = sorted({0, *(end for end, _ in styles_before), *(end for end, _ in styles_after)})
    was = now = 0
    for start, end in pairwise(cuts):
        was += styles_before[was][0] <= start
        now += styles_after[now][0] <= start
        blank = before[start:end] == after[start:end] == " " * (end - start)
        if not _look_the_same(styles_before[was][1], styles_after[now][1], blank=blank):
            yield start, end
        elif not blank:
            yield from _other_texts(before, after, start, end)


def _other_texts(before: Sequence[str], after: Sequence[str], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Give where cells differ, a stretch at a time: closer runs are joined anyhow, and cells are many."""
    for first in range(start, end, _JOIN):
        last = min(first + _JOIN, end)
        if before[first:last] != after[first:last]:
            while first < last and before[first] == after[first]:
                first += 1  # noqa: PLW2901
            while first < last and before[last - 1] == after[last - 1]:
                last -= 1
            if first < last:
                yield first, last


def _look_the_same(was: Style | None, now: Style | None, *, blank: bool) -> bool:
    """Tell whether cells of two styles look the same; those that are blank show no colour of text."""
    if was == now:
        return True
    return blank and was is not None and now is not None and _blank_look(was) == _blank_look(now)


def _blank_look(style: Style) -> object:
    ink = style.color if style.reverse else None
    return style.bgcolor, style.underline, style.underline2, style.strike, style.overline, style.reverse, ink


def _style_ends(strip: Strip) -> Iterator[tuple[int, Style | None]]:
    end = 0
    for segment in strip:
        if segment.text:
            end += segment.cell_length
            yield end, segment.style


def _cells(strip: Strip) -> Sequence[str]:
    """Give what stands in each cell; a wide character stands in the first of its cells, nothing in the second."""
    text = strip.text
    if _NARROW.fullmatch(text):
        return text
    cells: list[str] = []
    for character in text:
        width = get_character_cell_size(character)
        if width == 0 and cells:  # a combining mark
            cells[-1] += character
        cells += [character, ""][:width]
    return cells
