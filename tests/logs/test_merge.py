"""Several streams in the order of their times."""

from array import array
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from cockpit.logs.block import LineKind, LogBlock
from cockpit.logs.merge import merge

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
