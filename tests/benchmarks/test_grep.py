"""Grep over a million lines, against `rg` and `grep` on the same bytes."""

import random
import shutil
import subprocess
import time
from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest

from cockpit.logs.block import LogBlock
from cockpit.logs.buffer import LogBuffer
from cockpit.logs.search import Matcher, Pattern, Search

LINES = 1_000_000
BLOCK_LINES = 10_000
PATTERNS = {
    "rare literal": "refused by db-7",
    "literal, 2 % of the lines": "timeout",
    "any case": "(?i)TimeOut",
    "alternatives": "timeout|refused|reset by peer",
    "class and repetition": r"duration=9\d\dms",
    "two places": r"ERROR.*orders/1\d+ ",
    "every line": "path=",
}

pytestmark = pytest.mark.benchmark


@pytest.fixture(scope="module")
def lines() -> list[bytes]:
    chance = random.Random(1)  # noqa: S311  (the same lines in every run)
    return [
        b"2026-11-21T14:08:51.120Z %s method=GET path=/api/orders/%d status=200 duration=%dms trace=%032x user=%012x"
        % (
            b"ERROR timeout while connecting to the store"
            if chance.random() < 0.02
            else b"INFO  the request was handled well here ok",
            chance.randrange(100_000),
            chance.randrange(1000),
            chance.getrandbits(128),
            chance.getrandbits(48),
        )
        for _ in range(LINES)
    ]


@pytest.fixture(scope="module")
def buffer(lines: list[bytes]) -> LogBuffer:
    buffer = LogBuffer(max_bytes=1 << 30)
    blocks = [
        LogBlock(
            stream="api/api",
            text=b"\n".join(lines[start : start + BLOCK_LINES]),
            times=array("q", range(BLOCK_LINES)),
        )
        for start in range(0, LINES, BLOCK_LINES)
    ]
    started = time.perf_counter()
    for block in blocks:
        buffer.append(block)
    seconds = time.perf_counter() - started
    print(f"\nappend: {LINES / seconds / 1e6:.2f} million lines/s, {buffer.size / LINES:.0f} bytes kept a line")  # noqa: T201
    return buffer


@pytest.fixture(scope="module")
def file(lines: list[bytes], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("grep") / "api.log"
    path.write_bytes(b"\n".join(lines) + b"\n")
    yield path
    path.unlink()


@pytest.mark.parametrize("name", PATTERNS)
async def test_grep(name: str, buffer: LogBuffer, file: Path) -> None:
    text = PATTERNS[name]
    started = time.perf_counter()
    search = Search(Matcher(Pattern(text)), buffer)
    while await search.step():
        pass
    ours = time.perf_counter() - started
    report = f"\n{name}: {search.count} lines in {ours:.3f} s"
    smart = ["-i"] if Pattern(text).ignores_case else []
    for command in (["rg", "-c", *smart, text], ["grep", "-cP", *smart, text]):
        if shutil.which(command[0]):
            seconds, count = timed([*command, str(file)])
            assert count == search.count
            report += f" = {ours / seconds:.1f} times {command[0]} ({seconds:.3f} s)"
    print(report)  # noqa: T201


def timed(command: list[str]) -> tuple[float, int]:
    """Run a command twice and give the quicker time, and the number that it prints."""
    times = []
    for _ in range(2):
        started = time.perf_counter()
        output = subprocess.run(command, capture_output=True, check=False).stdout
        times.append(time.perf_counter() - started)
    return min(times), int(output or 0)
