"""Lines that are kept on the disk, and disks that take no more."""

import errno
import os
import subprocess
import sys
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cockpit.logs import buffer as buffer_module
from cockpit.logs import spool as spool_module
from cockpit.logs.block import LineKind, LogBlock
from cockpit.logs.buffer import LogBuffer
from cockpit.logs.matcher import Matcher, Pattern
from cockpit.logs.search import Search
from cockpit.logs.spool import Spool

MEGABYTE = 2**20


@pytest.fixture(autouse=True)
def _small_chunks() -> Iterator[None]:
    with patch.object(buffer_module, "CHUNK_BYTES", 1000):
        yield


def write(buffer: LogBuffer, count: int) -> None:
    """Append numbered lines of 100 bytes, a second apart."""
    for number in range(buffer.end, buffer.end + count):
        text = b"line %-95d" % number
        buffer.append(LogBlock(stream=f"api-{number % 3}/api", text=text, times=array("q", [number])))


def numbers(buffer: LogBuffer) -> list[int]:
    """Read all kept lines of the log."""
    lines = [buffer.line(number) for number in range(buffer.first, buffer.end)]
    return [int(line.text.split()[1]) for line in lines if line.kind is LineKind.TEXT]


def test_what_does_not_fit_into_memory_is_kept_in_the_spool(tmp_path: Path) -> None:
    buffer = LogBuffer(5000, Spool(tmp_path, MEGABYTE))
    write(buffer, 500)
    assert numbers(buffer) == list(range(500))
    assert buffer.size <= 5000 + 1000
    assert 40_000 < buffer.spooled < 100_000
    line = buffer.line(7)
    assert (line.time, line.stream, line.kind) == (7, "api-1/api", LineKind.TEXT)


def test_the_spool_is_bounded_and_its_files_give_their_space_back(tmp_path: Path) -> None:
    buffer = LogBuffer(5000, Spool(tmp_path, 64_000))
    write(buffer, 3000)
    assert buffer.first > 1000
    assert numbers(buffer) == list(range(buffer.first, 3000))
    assert buffer.dropped_until == buffer.first - 1
    assert spool_bytes(tmp_path) <= 64_000
    del buffer
    assert spool_bytes(tmp_path) == 0


def test_the_files_have_no_name_and_belong_to_the_owner_alone(tmp_path: Path) -> None:
    buffer = LogBuffer(5000, Spool(tmp_path / "spool", MEGABYTE))
    write(buffer, 500)
    assert list((tmp_path / "spool").iterdir()) == []
    assert (tmp_path / "spool").stat().st_mode & 0o777 == 0o700
    modes = [os.fstat(handle).st_mode & 0o777 for handle, _ in spool_files(tmp_path)]
    assert modes == [0o600] * len(modes)
    assert modes


async def test_spooled_lines_are_searched_like_all_others(tmp_path: Path) -> None:
    buffer = LogBuffer(5000, Spool(tmp_path, MEGABYTE))
    write(buffer, 500)
    buffer.append(LogBlock("api-0/api", b"line 7 is a gap", array("q", [500]), LineKind.GAP))
    write(buffer, 100)
    for pattern in (Pattern("line 7 "), Pattern("line .?7 ", inverse=True)):
        search = Search(Matcher(pattern), buffer)
        while await search.step():
            pass
        expected = [7] if not pattern.inverse else [n for n in range(601) if n not in (7, *range(17, 98, 10), 500)]
        assert list(search.matches) == expected


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 50), min_size=1, max_size=80), st.integers(-1, 60))
def test_a_line_is_found_by_its_time(tmp_path: Path, times: list[int], wanted: int) -> None:
    with patch.object(buffer_module, "CHUNK_BYTES", 40):
        buffer = LogBuffer(200, Spool(tmp_path, MEGABYTE))
        for time in times:
            buffer.append(LogBlock("a/a", b"line", array("q", [time])))
    expected = next((number for number, time in enumerate(times) if time >= wanted), len(times))
    assert buffer.at_time(wanted) == expected


class FullDisk:
    """A disk that takes so many bytes in all its files, and no more."""

    def __init__(self, directory: Path, room: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self.directory = directory
        self.room = room
        self._pwrite = os.pwrite
        monkeypatch.setattr(os, "pwrite", self.pwrite)

    def pwrite(self, handle: int, data: Any, position: int) -> int:
        used = sum(size for _, size in spool_files(self.directory))
        taken = min(len(data), self.room - used)
        if taken <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return self._pwrite(handle, data[:taken], position)


def test_a_full_disk_costs_the_oldest_lines_alone_and_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    FullDisk(tmp_path, 30_000, monkeypatch)
    buffer = LogBuffer(5000, Spool(tmp_path, 100_000))
    write(buffer, 1000)
    kept = numbers(buffer)
    assert kept == list(range(kept[0], 1000))
    assert 100 < len(kept) < 300
    told = [buffer.line(number) for number in buffer.remarks]
    assert not told  # it was told when it happened, among lines that are dropped by now
    assert "No space left on device" in buffer.trouble
    assert buffer.remedy == f"df -h {tmp_path}"


def test_a_disk_that_takes_nothing_leaves_the_log_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    FullDisk(tmp_path, 0, monkeypatch)
    buffer = LogBuffer(5000, Spool(tmp_path, 100_000))
    write(buffer, 60)
    (remark,) = (buffer.line(number) for number in buffer.remarks)
    assert (remark.kind, remark.stream) == (LineKind.TROUBLE, "api-0/api")
    assert remark.text.startswith(b"the disk takes no more log lines, so that older ones are dropped early: No space")
    write(buffer, 500)
    kept = numbers(buffer)
    assert kept == list(range(kept[0], buffer.end))[-len(kept) :]
    assert buffer.spooled == 0
    assert buffer.size <= 5000


def test_space_is_left_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool_module, "RESERVE_BYTES", 2**60)
    buffer = LogBuffer(5000, Spool(tmp_path, 100_000))
    write(buffer, 100)
    assert "No space left on device" in buffer.trouble


def test_a_directory_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    buffer = LogBuffer(5000, Spool(tmp_path / "file" / "spool", 100_000))
    write(buffer, 100)
    assert "Not a directory" in buffer.trouble


LIMITED = """
import resource, sys
from array import array
from pathlib import Path
from cockpit.logs import buffer as module
from cockpit.logs.block import LogBlock
from cockpit.logs.spool import Spool
module.CHUNK_BYTES = 1000
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
buffer = module.LogBuffer(5000, Spool(Path(sys.argv[1]), 1_000_000))
for number in range(400):
    buffer.append(LogBlock("a/a", b"%-99d" % number, array("q", [number])))
kept = [buffer.line(number).text for number in range(buffer.first, buffer.end)]
print(buffer.first, len(kept), kept[-1].strip().decode(), buffer.trouble)
"""


@pytest.mark.parametrize(("limit", "first", "trouble"), [(500, 354, "File too large"), (10_000, 0, "")])
def test_a_limit_on_the_size_of_files_stops_nothing(tmp_path: Path, limit: int, first: int, trouble: str) -> None:
    output = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path), str(limit)], capture_output=True, check=True, text=True
    ).stdout
    oldest, _, newest, *told = output.split(maxsplit=3)
    assert abs(int(oldest) - first) <= 10
    assert newest == "399"
    assert trouble in " ".join(told)
    assert bool(told) == bool(trouble)


def test_lines_that_cannot_be_read_back_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = LogBuffer(5000, Spool(tmp_path, MEGABYTE))
    write(buffer, 500)

    def fail(*_: object) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "pread", fail)
    assert buffer.line(0).text == b"this line cannot be read back: Input/output error"
    assert buffer.line(499).text.startswith(b"line 499")


async def test_a_search_goes_on_after_lines_that_cannot_be_read_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    buffer = LogBuffer(5000, Spool(tmp_path, MEGABYTE))
    write(buffer, 500)
    monkeypatch.setattr(os, "pread", lambda *_: b"")
    search = Search(Matcher(Pattern("line 4")), buffer)
    while await search.step():
        pass
    assert list(search.matches) == list(range(search.matches[0], 500))
    assert 0 < search.count < 60


def spool_files(directory: Path) -> list[tuple[int, int]]:
    """Give handle and size of each open file without a name under `directory`, which the spool alone has."""
    found = []
    for entry in Path("/proc/self/fd").iterdir():
        try:
            target = entry.readlink()
            if str(target).endswith("(deleted)") and target.is_relative_to(directory):
                found.append((int(entry.name), os.fstat(int(entry.name)).st_size))
        except OSError:
            continue
    return found


def spool_bytes(directory: Path) -> int:
    return sum(size for _, size in spool_files(directory))
