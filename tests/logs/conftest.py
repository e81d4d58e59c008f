"""Log blocks in few words."""

from array import array
from collections.abc import Callable, Sequence

import pytest

from cockpit.logs.block import LineKind, LogBlock

MakeBlock = Callable[..., LogBlock]


@pytest.fixture(scope="session")
def block() -> MakeBlock:
    """Make a block of lines; the times are given or count from 0."""

    def make(
        *lines: bytes, stream: str = "api-x2/api", times: Sequence[int] | None = None, kind: LineKind = LineKind.TEXT
    ) -> LogBlock:
        stamps = array("q", range(len(lines)) if times is None else times)
        return LogBlock(stream=stream, text=b"\n".join(lines), times=stamps, kind=kind)

    return make
