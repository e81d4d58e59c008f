"""The bounded store of log lines."""

from array import array
from collections.abc import Callable
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.logs import buffer as buffer_module
from cockpit.logs.block import LineKind, LogBlock
from cockpit.logs.buffer import Line, LogBuffer
from cockpit.logs.chunk import LINE_OVERHEAD

PLAIN_LINE = st.binary(max_size=12).map(lambda raw: bytes(33 + byte % 90 for byte in raw))
BLOCKS = st.lists(
    st.builds(
        lambda stream, lines, kind, time: LogBlock(
            stream=stream,
            text=b"\n".join(lines),
            times=array("q", range(time, time + len(lines))),
            kind=kind,
        ),
        st.sampled_from(["a/a", "b/b"]),
        st.lists(PLAIN_LINE, min_size=1, max_size=6),
        st.sampled_from([LineKind.TEXT, LineKind.TEXT, LineKind.GAP]),
        st.integers(0, 1000),
    ),
    max_size=30,
)


def as_lines(blocks: list[LogBlock]) -> list[Line]:
    return [
        Line(time, block.stream, block.kind, text)
        for block in blocks
        for time, text in zip(block.times, block.text.split(b"\n"), strict=True)
    ]


@given(BLOCKS)
def test_every_line_is_found_under_its_number_as_long_as_there_is_room(blocks: list[LogBlock]) -> None:
    with patch.object(buffer_module, "CHUNK_BYTES", 20):
        buffer = LogBuffer()
        for block in blocks:
            buffer.append(block)
    expected = as_lines(blocks)
    assert (buffer.first, buffer.end) == (0, len(expected))
    assert [buffer.line(number) for number in range(buffer.end)] == expected
    assert list(buffer.remarks) == [number for number, line in enumerate(expected) if line.kind is LineKind.GAP]


@given(BLOCKS, st.integers(40, 400))
def test_the_oldest_lines_are_dropped_and_the_numbers_of_the_others_stay(blocks: list[LogBlock], room: int) -> None:
    with patch.object(buffer_module, "CHUNK_BYTES", 20):
        buffer = LogBuffer(max_bytes=room)
        for block in blocks:
            buffer.append(block)
    expected = as_lines(blocks)
    assert buffer.end == len(expected)
    assert [buffer.line(number) for number in range(buffer.first, buffer.end)] == expected[buffer.first :]
    assert buffer.dropped_until == max((line.time for line in expected[: buffer.first]), default=0)
    assert all(number >= buffer.first for number in buffer.remarks)
    largest_chunk = 20 + 12 + 20 * LINE_OVERHEAD
    assert buffer.size <= max(room, largest_chunk)


@given(BLOCKS, st.integers(0, 60))
def test_parts_hold_the_lines_that_follow(blocks: list[LogBlock], start: int) -> None:
    with patch.object(buffer_module, "CHUNK_BYTES", 20):
        buffer = LogBuffer()
        for block in blocks:
            buffer.append(block)
        parts = buffer.parts(start, limit=10_000)
    lines = [line for part in parts for line in part.text().split(b"\n")[:-1]]
    if start >= buffer.end:
        assert parts == []
    else:
        assert lines == [buffer.line(number).text for number in range(parts[0].first, buffer.end)]
        assert parts[0].first <= start < parts[0].end


def test_a_part_stays_as_it_is_while_lines_come(block: Callable[..., LogBlock]) -> None:
    buffer = LogBuffer()
    buffer.append(block(b"one"))
    (part,) = buffer.parts(0, limit=1)
    buffer.append(block(b"two"))
    assert (part.text(), list(part.starts()), part.end) == (b"one\n", [0], 1)


def test_a_line_that_is_not_kept_is_refused(block: Callable[..., LogBlock]) -> None:
    buffer = LogBuffer()
    buffer.append(block(b"one"))
    for number in (-1, 1):
        with pytest.raises(IndexError, match="0 to 0"):
            buffer.line(number)


def test_lines_without_their_times_are_refused(block: Callable[..., LogBlock]) -> None:
    with pytest.raises(ValueError, match="2 lines of api-x2/api came with 1 times"):
        LogBuffer().append(block(b"one", b"two", times=[1]))


def test_lines_are_cleaned_when_they_come_in(block: Callable[..., LogBlock]) -> None:
    buffer = LogBuffer()
    buffer.append(block(b"\x1b[31mred\x1b[0m", b"caf\xe9"))
    assert buffer.line(0).text == b"red"
    assert buffer.line(1).text.decode() == "caf\N{REPLACEMENT CHARACTER}"


def test_empty_lines_and_empty_blocks() -> None:
    buffer = LogBuffer()
    buffer.append(LogBlock(stream="a/a", text=b"", times=array("q")))
    assert buffer.end == 0
    buffer.append(LogBlock(stream="a/a", text=b"", times=array("q", [7])))
    assert buffer.line(0) == Line(7, "a/a", LineKind.TEXT, b"")
