"""Several streams in the order of their times."""

from array import array
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from cockpit.logs.block import LineKind, LogBlock
from cockpit.logs.merge import LAG, LONGEST_WAIT, OPENING, SILENCE, Merger, merge

MakeBlock = Callable[..., LogBlock]


def lines(blocks: list[LogBlock]) -> list[tuple[str, bytes, int, LineKind]]:
    return [
        (block.stream, text, time, block.kind)
        for block in blocks
        for text, time in zip(block.text.split(b"\n"), block.times, strict=True)
    ]


def texts(blocks: list[LogBlock]) -> list[bytes]:
    return [text for _, text, _, _ in lines(blocks)]


def test_lines_are_ordered_by_time_across_streams(block: MakeBlock) -> None:
    a = block(b"a1", b"a3", b"a5", stream="a/a", times=[1, 3, 5])
    b = block(b"b2", b"b3", b"b4", stream="b/b", times=[2, 3, 4])
    assert texts(list(merge([a, b]))) == [b"a1", b"b2", b"a3", b"b3", b"b4", b"a5"]


def test_a_stream_keeps_its_own_order_even_if_its_clock_goes_back(block: MakeBlock) -> None:
    a = block(b"a5", b"a1", stream="a/a", times=[5, 1])
    b = block(b"b2", stream="b/b", times=[2])
    assert texts(list(merge([a, b]))) == [b"b2", b"a5", b"a1"]


def test_a_remark_keeps_its_place_in_its_stream(block: MakeBlock) -> None:
    gap = block(b"gap", stream="a/a", times=[0], kind=LineKind.GAP)
    a = block(b"a9", stream="a/a", times=[9])
    b = block(b"b2", b"b12", stream="b/b", times=[2, 12])
    assert texts(list(merge([gap, a, b]))) == [b"b2", b"gap", b"a9", b"b12"]
    assert texts(list(merge([b, a, gap]))) == [b"b2", b"a9", b"gap", b"b12"]


def test_one_stream_is_handed_on_as_it_came(block: MakeBlock) -> None:
    blocks = [block(b"a9", times=[9]), block(b"a1", times=[1])]
    assert list(merge(blocks)) == blocks


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"),
            st.lists(st.integers(0, 9), min_size=1, max_size=5),
            st.sampled_from([LineKind.TEXT, LineKind.GAP]),
        ),
        max_size=8,
    )
)
def test_nothing_is_lost_or_reordered_within_a_stream(specs: list[tuple[str, list[int], LineKind]]) -> None:
    blocks = [
        LogBlock(
            stream=stream,
            text=b"\n".join(b"%d.%d" % (number, line) for line in range(len(times))),
            times=array("q", times),
            kind=kind,
        )
        for number, (stream, times, kind) in enumerate(specs)
    ]
    merged = lines(list(merge(blocks)))
    assert sorted(merged) == sorted(lines(blocks))
    for stream in "abc":
        assert [line for line in merged if line[0] == stream] == [line for line in lines(blocks) if line[0] == stream]


def held_back(blocks: list[tuple[float, LogBlock]], looks: list[float]) -> list[list[bytes]]:
    """Let blocks come at their moments to streams that are open, and look what is handed on at others."""
    merger = Merger()
    for name in sorted({block.stream for _, block in blocks}):
        merger.add(LogBlock(name, b"", array("q")), 0.0)
    events: list[tuple[float, LogBlock | None]] = [*blocks, *((moment, None) for moment in looks)]
    handed: list[list[bytes]] = []
    for moment, block in sorted(events, key=lambda event: event[0]):
        if block is None:
            handed.append(texts(list(merger.take(moment))))
        else:
            merger.add(block, moment)
    return handed


def test_a_line_waits_for_an_older_one_that_takes_longer_to_come(block: MakeBlock) -> None:
    new = (10.0, block(b"new", stream="a/a", times=[10]))
    old = (10.0 + LAG / 2, block(b"old", stream="b/b", times=[9]))
    assert held_back([new, old], [10.01, 10.0 + LAG + 0.01, 11.0]) == [[], [b"old"], [b"new"]]


def test_a_single_stream_waits_for_nothing(block: MakeBlock) -> None:
    assert held_back([(1.0, block(b"a", times=[1]))], [1.0]) == [[b"a"]]


def test_streams_that_are_read_from_the_past_are_read_side_by_side(block: MakeBlock) -> None:
    fast = [(1.0, block(b"a1", b"a2", b"a3", b"a9", stream="a/a", times=[1, 2, 3, 9]))]
    slow = [(1.0 + 0.25 * step, block(b"b%d" % step, stream="b/b", times=[step])) for step in range(1, 5)]
    looks = [1.3, 1.55, 1.8, 2.05, 2.0 + SILENCE + 0.01]
    handed = [text for texts in held_back([*fast, *slow], looks) for text in texts]
    assert handed == [b"a1", b"b1", b"a2", b"b2", b"a3", b"b3", b"b4", b"a9"]


def test_no_line_waits_longer_than_the_longest_wait(block: MakeBlock) -> None:
    late = [(5 + step / 10, block(b"old", stream="b/b", times=[1])) for step in range(40)]
    new = (6.0, block(b"new", stream="a/a", times=[100]))
    before, after = held_back([*late, new], [6.0 + LONGEST_WAIT - 0.05, 6.0 + LONGEST_WAIT + 0.05])
    assert b"new" not in before
    assert b"new" in after


def test_streams_that_are_being_opened_are_waited_for(block: MakeBlock) -> None:
    merger = Merger()
    merger.expect("a/a", 0.0)
    merger.expect("b/b", 0.0)
    merger.add(block(b"a", stream="a/a", times=[5]), 0.1)
    assert texts(list(merger.take(0.9))) == []
    merger.add(block(b"b", stream="b/b", times=[3]), 1.0)
    assert texts(list(merger.take(1.6))) == [b"b", b"a"]
    merger.expect("c/c", 2.0)
    merger.add(block(b"a", stream="a/a", times=[6]), 2.1)
    assert texts(list(merger.take(2.0 + OPENING - 0.01))) == []
    merger.finish("c/c")
    assert texts(list(merger.take(2.5))) == [b"a"]
    merger.expect("d/d", 4.0)
    merger.add(block(b"a", stream="a/a", times=[6]), 4.1)
    assert texts(list(merger.take(4.0 + OPENING + 0.01))) == [b"a"]
    assert not merger


def test_a_stream_without_times_holds_nobody_up(block: MakeBlock) -> None:
    lines = [(1.0, block(b"a", stream="a/a", times=[5])), (1.0, block(b"b", stream="b/b", times=[0]))]
    assert held_back(lines, [1.0 + LAG]) == [[b"b", b"a"]]


@given(
    st.lists(st.tuples(st.integers(0, 3), st.floats(0, 10), st.floats(0, LAG)), max_size=60),
    st.lists(st.floats(0, 20), max_size=30),
)
def test_lines_that_come_within_the_lag_are_handed_on_in_true_order(
    lines: list[tuple[int, float, float]], looks: list[float]
) -> None:
    delays: dict[int, float] = {}
    blocks = []
    for stream, written, delay in sorted(lines, key=lambda line: line[1]):
        time = 1 + int(written * 1e9)
        blocks.append(
            (written + delays.setdefault(stream, delay), LogBlock(f"{stream}/x", b"%d" % time, array("q", [time])))
        )
    handed = [int(text) for texts in held_back(blocks, [*looks, 100.0]) for text in texts]
    assert handed == sorted(int(block.text) for _, block in blocks)
