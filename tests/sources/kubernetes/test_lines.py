"""Lines from chunks: of a watch, and of a log."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.sources.kubernetes.lines import LineTooLong, split_lines
from cockpit.sources.kubernetes.log_lines import LineAssembler, TimestampParser, moment

CONTENT = st.text(alphabet="ab\nü", max_size=60).map(str.encode)
CUTS = st.lists(st.integers(0, 100), max_size=8)


def pieces(content: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted(min(cut, len(content)) for cut in cuts), len(content)]
    return [content[begin:end] for begin, end in pairwise(edges)]


@given(CONTENT, CUTS)
def test_where_chunks_break_makes_no_difference(content: bytes, cuts: list[int]) -> None:
    whole = content.split(b"\n")
    expected = whole if whole[-1] else whole[:-1]
    assert list(split_lines(pieces(content, cuts))) == expected


def test_a_watch_without_line_breaks_is_given_up() -> None:
    with pytest.raises(LineTooLong):
        list(split_lines([b"x" * 60, b"y" * 60], longest=100))


@given(CONTENT, CUTS)
def test_log_lines_are_joined_and_the_last_one_waits(content: bytes, cuts: list[int]) -> None:
    assembler = LineAssembler()
    lines = [line for piece in pieces(content, cuts) for line in assembler.feed([piece])]
    *complete, rest = content.split(b"\n")
    assert lines == complete
    assert assembler.flush() == (rest or None)


@given(st.integers(0, 30), CUTS)
def test_a_long_line_is_cut_the_same_way_wherever_the_chunks_break(length: int, cuts: list[int]) -> None:
    content = b"first\n" + b"x" * length + b"\nnext\n"
    assembler = LineAssembler(longest=10)
    lines = [line for piece in pieces(content, cuts) for line in assembler.feed([piece])]
    cut = b"x" * min(length, 10) + (f" …[+{length - 10} bytes]".encode() if length > 10 else b"")
    assert lines == [b"first", cut, b"next"]


@pytest.mark.parametrize(
    ("stamp", "time"),
    [
        ("2026-11-21T08:00:18.666669030Z", 1795248018666669030),
        ("2026-11-21T08:00:18.5Z", 1795248018500000000),
        ("2026-11-21T08:00:18Z", 1795248018000000000),
        ("2026-11-21T10:00:18.500000+02:00", 1795248018500000000),
    ],
)
def test_time_stamps(stamp: str, time: int) -> None:
    lines = TimestampParser().parse([f"{stamp} a b".encode()])
    assert (lines.texts, list(lines.times)) == ([b"a b"], [time])


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"no time stamp",
        b"2026-11-21T08:00:18.66666903xZ x",
        b"2026-99-21T08:00:18.666669030Z x",
        b"2026-11-21T08:00:18 zoneless",
        b"\xff" * 30,
    ],
)
def test_a_line_without_a_time_stamp_stays_whole(line: bytes) -> None:
    lines = TimestampParser().parse([line])
    assert (lines.texts, list(lines.times)) == ([line], [0])


def test_an_empty_line_keeps_its_time() -> None:
    lines = TimestampParser().parse([b"2026-11-21T08:00:18.666669030Z ", b"2026-11-21T08:00:18.000000001Z x"])
    assert lines.texts == [b"", b"x"]
    assert moment(lines.times[0]).microsecond == 666669


@given(st.binary(max_size=60))
def test_any_bytes_are_a_line(line: bytes) -> None:
    assert len(TimestampParser().parse([line]).texts) == 1
