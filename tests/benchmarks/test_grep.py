"""Grep over a million lines of 145 bytes, held against `rg -c` on the same bytes."""

import random
import shutil
import subprocess
import time
from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.benchmark import Report

from cockpit.logs.block import LogBlock
from cockpit.logs.buffer import LogBuffer
from cockpit.logs.matcher import Matcher, Pattern
from cockpit.logs.search import Search
from cockpit.logs.spool import Spool

LINES = 1_000_000
BLOCK_LINES = 10_000
TIMES = 9
GOAL = "≤ 1.5"
PATTERNS = {
    "rare literal": Pattern("refused by db-7"),
    "no match": Pattern("segmentation fault"),
    "rare, any case": Pattern("(?i)Refused by DB"),
    "literal, 2 % of the lines": Pattern("Timeout"),
    "literal, 10 % of the lines": Pattern("WARN"),
    "alternatives, 2 % of the lines": Pattern("Timeout|reset by peer|Refused"),
    "class and repetition, 10 %": Pattern(r"duration=9\d\dms"),
    "two places, 0.2 %": Pattern(r"Timeout.*orders/1\d+ "),
    "text after a class, 0.1 %": Pattern(r"\w+ by db-[0-9]"),
    "all but 2 %": Pattern("Timeout", inverse=True),
    "every line": Pattern("path="),
}

pytestmark = pytest.mark.benchmark


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A log of a million lines: 2 % errors, 10 % warnings, a few of a kind that nobody expects."""
    if shutil.which("rg") is None:
        pytest.skip("ripgrep (rg) is not installed: there is nothing to hold grep against")
    chance = random.Random(1)  # noqa: S311  (the same lines in every run)
    path = tmp_path_factory.mktemp("grep") / "api.log"
    with path.open("wb") as log:
        for _ in range(LINES):
            luck = chance.random()
            log.write(
                b"2026-11-21T14:08:51.120Z %s GET /api/orders/%d status=200 duration=%dms path=/orders trace=%032x\n"
                % (
                    b"ERROR connection refused by db-7"
                    if luck < 0.001
                    else b"ERROR Timeout while connecting to db"
                    if luck < 0.02
                    else b"WARN  slow answer, trying again now "
                    if luck < 0.12
                    else b"INFO  the request was handled well  ",
                    chance.randrange(100_000),
                    chance.randrange(1000),
                    chance.getrandbits(128),
                )
            )
    yield path
    path.unlink()


@pytest.fixture(scope="module")
def buffer(file: Path, tmp_path_factory: pytest.TempPathFactory) -> LogBuffer:
    """The same lines, most of them in the spool."""
    buffer = LogBuffer(spool=Spool(tmp_path_factory.mktemp("spool"), 1 << 30))
    lines = file.read_bytes().split(b"\n")[:-1]
    for start in range(0, LINES, BLOCK_LINES):
        text = b"\n".join(lines[start : start + BLOCK_LINES])
        buffer.append(LogBlock(stream="api/api", text=text, times=array("q", range(start, start + BLOCK_LINES))))
    assert buffer.first == 0
    return buffer


@pytest.mark.parametrize("name", PATTERNS)
async def test_grep(name: str, buffer: LogBuffer, file: Path, report: Report) -> None:
    pattern = PATTERNS[name]
    flags = ["-i"] * pattern.ignores_case + ["-v"] * pattern.inverse
    ours, theirs = [], []
    for _ in range(TIMES):  # in turn: both have the same neighbours
        started = time.perf_counter()
        count = ripgrep(["-c", *flags, pattern.text, str(file)])
        theirs.append(time.perf_counter() - started)
        started = time.perf_counter()
        search = Search(Matcher(pattern), buffer)
        while await search.step():
            pass
        ours.append(time.perf_counter() - started)
    assert search.count == count
    report.add(f"grep: {name}", 1000 * min(ours), "ms", baseline=1000 * min(theirs), goal=GOAL)


def ripgrep(arguments: list[str]) -> int:
    """Run `rg` and give the number that it prints; nothing is printed for 0."""
    return int(subprocess.run(["rg", *arguments], capture_output=True, check=False).stdout or 0)
