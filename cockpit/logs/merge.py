"""The blocks of several streams put into one order by time."""

from array import array
from collections.abc import Iterator, Sequence
from itertools import groupby

from cockpit.logs.block import LogBlock


def merge(blocks: Sequence[LogBlock]) -> Iterator[LogBlock]:
    """Give the lines of `blocks` in the order of their times, as blocks of one stream each.

    A stream's own order is never changed: a line, or a remark, that has no time or an earlier one than the line before
    it in its stream stays behind that line. Lines with the same time stay in the order of arrival.
    """
    if len({block.stream for block in blocks}) < 2:
        yield from blocks
        return
    keys = _sort_keys(blocks)
    owners = [index for index, block in enumerate(blocks) for _ in block.times]
    offsets = [offset for block in blocks for offset in range(len(block.times))]
    lines = [block.text.split(b"\n") for block in blocks]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    for owner, run in groupby(order, key=owners.__getitem__):
        indexes = list(run)
        yield LogBlock(
            stream=blocks[owner].stream,
            text=b"\n".join(lines[owner][offsets[index]] for index in indexes),
            times=array("q", [blocks[owner].times[offsets[index]] for index in indexes]),
            kind=blocks[owner].kind,
        )


def _sort_keys(blocks: Sequence[LogBlock]) -> list[int]:
    """Give each line the latest time that its stream had reached, or the first known one of the stream before that."""
    reached: dict[str, int] = {}
    for block in blocks:
        known = next((time for time in block.times if time), 0)
        if known and not reached.get(block.stream):
            reached[block.stream] = known
    keys: list[int] = []
    for block in blocks:
        latest = reached.get(block.stream, 0)
        for time in block.times:
            latest = max(latest, time)
            keys.append(latest)
        reached[block.stream] = latest
    return keys
