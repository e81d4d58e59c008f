"""Temporary files of the practice world: large to look at, and nothing on the disk."""

from pathlib import Path

from cockpit.gameday.postgres.spill import spill

GIBIBYTE = 2**30


def spilled(data: Path) -> dict[str, int]:
    return {path.name.partition(".")[0]: path.stat().st_size for path in (data / "base" / "pgsql_tmp").glob("*")}


def test_a_backend_has_as_much_as_is_wanted_and_the_disk_nothing(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    spill(tmp_path, 4711, 3 * GIBIBYTE)
    spill(tmp_path, 4711, 7 * GIBIBYTE)
    assert spilled(tmp_path) == {"pgsql_tmp4711": 7 * GIBIBYTE}
    (path,) = (tmp_path / "base" / "pgsql_tmp").iterdir()
    assert path.stat().st_blocks * 512 < GIBIBYTE // 1000


def test_what_has_ended_leaves_nothing_and_the_server_keeps_its_own(tmp_path: Path) -> None:
    (tmp_path / "base" / "pgsql_tmp").mkdir(parents=True)
    (tmp_path / "base" / "pgsql_tmp" / "pgsql_tmp7.0").write_bytes(b"1234")
    spill(tmp_path, 4711, GIBIBYTE)
    spill(tmp_path, None, GIBIBYTE)
    assert spilled(tmp_path) == {"pgsql_tmp7": 4}
