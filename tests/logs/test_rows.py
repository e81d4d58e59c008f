"""Which rows a log view shows."""

from array import array
from collections.abc import Callable
from itertools import pairwise
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from cockpit.logs import buffer as buffer_module
from cockpit.logs.block import LineKind, LogBlock
from cockpit.logs.buffer import LogBuffer
from cockpit.logs.rows import EveryLine, MatchingLines, Rows, is_separator, line_of

# m: a matching line, .: another line, R: a remark
LOGS = st.text("m....R", max_size=40)


def add(buffer: LogBuffer, log: str) -> None:
    for mark in log:
        kind = LineKind.GAP if mark == "R" else LineKind.TEXT
        buffer.append(LogBlock(stream="a/a", text=mark.encode(), times=array("q", [0]), kind=kind))


def drawn(rows: Rows) -> list[int]:
    keys = []
    key = rows.at_or_after(-1)
    while key is not None:
        keys.append(key)
        key = rows.at_or_after(key + 1)
    return keys


def naive(log: str, before: int, after: int) -> list[int]:
    """Say for each line by itself whether it is shown, then put the separators."""
    shown = []
    for number, mark in enumerate(log):
        behind = log[max(0, number - after) : number]
        ahead = log[number : number + before + 1].partition("R")[0]
        if mark in "mR" or "m" in behind or "m" in ahead:
            shown.append(number)
    keys = [2 * number for number in shown]
    if before or after:
        keys += [2 * b - 1 for a, b in pairwise(shown) if b > a + 1 and "R" not in (log[a], log[b])]
    return sorted(keys)


@given(st.lists(LOGS, max_size=5), st.integers(0, 3), st.integers(0, 3))
def test_matches_are_shown_with_their_context_however_they_come(pieces: list[str], before: int, after: int) -> None:
    buffer = LogBuffer()
    rows = MatchingLines(buffer, before=before, after=after)
    log = ""
    for piece in pieces:
        start, log = len(log), log + piece
        add(buffer, piece)
        found = array("q", [number for number in range(start, len(log)) if log[number] == "m"])
        rows.extend(found, start, len(log))
    expected = naive(log, before, after)
    assert drawn(rows) == expected
    for line in range(-1, len(log) + 1):
        assert rows.count_from(line) == sum(1 for key in expected if key >= 2 * line and not is_separator(key))


@given(LOGS, st.integers(-2, 90), st.booleans())
def test_rows_are_found_from_any_place_in_both_directions(log: str, key: int, every: bool) -> None:
    buffer = LogBuffer()
    add(buffer, log)
    matching = MatchingLines(buffer, before=1, after=1)
    matching.extend(array("q", [number for number, mark in enumerate(log) if mark == "m"]), 0, len(log))
    rows: Rows = EveryLine(buffer) if every else matching
    keys = drawn(rows)
    assert rows.at_or_after(key) == min((row for row in keys if row >= key), default=None)
    assert rows.before(key) == max((row for row in keys if row < key), default=None)


@given(st.integers(0, 120), st.integers(-2, 250), st.booleans())
def test_the_first_row_tells_that_older_lines_were_dropped(count: int, key: int, every: bool) -> None:
    with patch.object(buffer_module, "CHUNK_BYTES", 10):
        buffer = LogBuffer(max_bytes=300)
        matching = MatchingLines(buffer)
        for number in range(count):
            add(buffer, "m")
            matching.extend(array("q", [number]), number, number + 1)
    rows: Rows = EveryLine(buffer) if every else matching
    expected = [2 * number for number in range(buffer.first, count)]
    if buffer.first:
        expected.insert(0, 2 * buffer.first - 1)
    assert drawn(rows) == expected
    assert rows.before(key) == max((row for row in expected if row < key), default=None)


def test_a_key_names_its_line() -> None:
    assert [line_of(key) for key in (0, 1, 2, 3)] == [0, 1, 1, 2]


def test_only_the_shown_lines_are_counted(block: Callable[..., LogBlock]) -> None:
    buffer = LogBuffer()
    add(buffer, "m..m")
    rows = MatchingLines(buffer, before=0, after=1)
    rows.extend(array("q", [0, 3]), 0, 4)
    assert drawn(rows) == [0, 2, 5, 6]
    assert rows.count_from(1) == 2
    assert EveryLine(buffer).count_from(1) == 3
