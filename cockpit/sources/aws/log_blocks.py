"""Events of a log group as blocks of the log pane, and remarks on them."""

from array import array
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from cockpit.logs.block import LineKind, LogBlock
from cockpit.reading import SourceError
from cockpit.sources.aws.log_group_target import LogGroupTarget


def blocks_of(group: str, events: Iterable[Mapping[str, Any]]) -> list[LogBlock]:
    """Put events into the order of their times, and make one block of each run of events of the same stream.

    An event of several lines stays together.
    """
    ordered = sorted(events, key=lambda event: int(event["timestamp"]))
    blocks: list[LogBlock] = []
    texts: list[bytes] = []
    times: list[int] = []
    for at, event in enumerate(ordered):
        lines = str(event.get("message", "")).rstrip("\n").encode("utf-8", "replace").split(b"\n")
        texts += lines
        times += [int(event["timestamp"]) * 1_000_000] * len(lines)
        stream = str(event.get("logStreamName", ""))
        if at + 1 == len(ordered) or str(ordered[at + 1].get("logStreamName", "")) != stream:
            blocks.append(LogBlock(f"{group}/{stream}", b"\n".join(texts), array("q", times)))
            texts, times = [], []
    return blocks


def remark(target: LogGroupTarget, text: str, kind: LineKind, now: datetime) -> LogBlock:
    """Say something about a group between its lines."""
    moment = array("q", [int(now.timestamp() * 1_000_000_000)])
    return LogBlock(target.stream, text.replace("\n", " ").encode("utf-8", "replace"), moment, kind)


def trouble(target: LogGroupTarget, error: SourceError, kind: LineKind, now: datetime) -> LogBlock:
    """Say why a group cannot be read, and what to type."""
    text = f"{error.message}; try: {error.remedy}" if error.remedy else error.message
    return remark(target, text, kind, now)


def sign_of_life(target: LogGroupTarget) -> LogBlock:
    """Say that a group is read: a quiet one is as well."""
    return LogBlock(target.stream, b"", array("q"))
