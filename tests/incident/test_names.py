"""Incident files are found and claimed by their names."""

import stat
from datetime import date
from pathlib import Path

import pytest

from cockpit.incident.errors import IncidentFileError
from cockpit.incident.names import claim, newest, probe

DAY = date(2026, 11, 21)


def fill(path: Path) -> Path:
    path.write_bytes(b"x")
    return path


def test_incidents_are_numbered_by_day(tmp_path: Path) -> None:
    names = [fill(claim(tmp_path, DAY)).name, fill(claim(tmp_path, DAY)).name, claim(tmp_path, date(2026, 11, 22)).name]
    assert names == [
        "INC-2026-11-21-001.incident",
        "INC-2026-11-21-002.incident",
        "INC-2026-11-22-001.incident",
    ]


def test_a_number_that_another_process_claims_meanwhile_is_passed_over(tmp_path: Path) -> None:
    claim(tmp_path, DAY)  # empty: not written to yet
    assert claim(tmp_path, DAY).name == "INC-2026-11-21-002.incident"


def test_directory_and_file_are_for_their_owner_only(tmp_path: Path) -> None:
    path = claim(tmp_path / "a" / "incidents", DAY)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_newest_is_told_by_day_and_number_and_not_by_spelling(tmp_path: Path) -> None:
    for name in ["INC-2026-11-20-1200", "INC-2026-11-21-999", "INC-2026-11-21-1000", "notes"]:
        fill(tmp_path / f"{name}.incident")
    (tmp_path / "INC-2026-11-22-001.incident").touch()  # claimed, but nothing was ever recorded
    assert newest(tmp_path) == tmp_path / "INC-2026-11-21-1000.incident"


def test_there_is_no_newest_where_nothing_is(tmp_path: Path) -> None:
    assert newest(tmp_path) is None
    assert newest(tmp_path / "missing") is None


def test_a_probe_leaves_nothing_behind(tmp_path: Path) -> None:
    probe(tmp_path / "incidents")
    assert list((tmp_path / "incidents").iterdir()) == []


def test_a_directory_that_cannot_be_is_explained(tmp_path: Path) -> None:
    occupied = fill(tmp_path / "incidents")
    for attempt in (lambda: claim(occupied, DAY), lambda: probe(occupied / "deeper")):
        with pytest.raises(IncidentFileError, match="no incident file can be kept in") as caught:
            attempt()
        assert "[incident]" in str(caught.value.remedy)


def test_in_a_directory_of_a_group_the_group_may_write(tmp_path: Path) -> None:
    private = claim(tmp_path, DAY)
    tmp_path.chmod(0o0770)
    not_handed_on = claim(tmp_path, DAY)
    tmp_path.chmod(0o2770)
    shared = claim(tmp_path, DAY)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (private, not_handed_on, shared)]
    assert modes == [0o600, 0o600, 0o660]
