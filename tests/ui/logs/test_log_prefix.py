"""What stands before a log line."""

from datetime import UTC, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from cockpit.ui.logs.prefix import MOST_NAME_CELLS, Stamps, own_stamp, short_names, stamp, stamp_width

MOMENT = 1_795_270_131_120_456_789  # 2026-11-21T14:08:51.120456789Z


def test_times_always_say_their_zone() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert stamp(MOMENT, Stamps.TIME, UTC) == "14:08:51Z"
    assert stamp(MOMENT, Stamps.FULL, UTC) == "2026-11-21T14:08:51.120Z"
    assert stamp(MOMENT, Stamps.TIME, berlin) == "15:08:51+01:00"
    assert stamp(MOMENT, Stamps.FULL, berlin) == "2026-11-21T15:08:51.120+01:00"


def test_a_line_without_a_time_has_no_stamp() -> None:
    assert stamp(0, Stamps.FULL, UTC) == ""
    assert stamp(MOMENT, Stamps.OFF, UTC) == ""


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("2026-11-21T14:08:51.120456Z INFO up", "INFO up"),
        ("2026-11-21 15:08:50+01:00  up", "up"),
        ("2026-11-21T14:08:54Z up", "2026-11-21T14:08:54Z up"),
        ("2026-11-21T15:08:51Z up", "2026-11-21T15:08:51Z up"),
        ("2026-11-21T14:08:51 up", "up"),
        ("2026-11-21T15:08:51 up", "2026-11-21T15:08:51 up"),
        ("2026/11/21 14:08:51 up", "up"),
        ("[2026-11-21 14:08:51,120] up", "up"),
        ('time="2026-11-21T14:08:51Z" level=info', "level=info"),
        ("ts=2026-11-21T14:08:51.120Z level=info", "level=info"),
        ("2026-13-41T14:08:51Z up", "2026-13-41T14:08:51Z up"),
        ("2026-11-21T14:08:51Z", "2026-11-21T14:08:51Z"),
        ("up", "up"),
    ],
)
def test_a_lines_own_time_is_known_when_it_is_that_of_the_log(line: str, rest: str) -> None:
    assert line[own_stamp(line, MOMENT) :] == rest


@given(st.integers(-(2**63), 2**63 - 1), st.sampled_from(list(Stamps)), st.integers(-12, 14))
def test_any_time_fits_into_its_column(nanoseconds: int, stamps: Stamps, hours: int) -> None:
    zone = timezone(timedelta(hours=hours, minutes=30))
    assert len(stamp(nanoseconds, stamps, zone)) <= stamp_width(stamps, zone)


@pytest.mark.parametrize(
    ("streams", "names"),
    [
        (["api-7f9-x2/api"], ["api-7f9-x2/api"]),
        (["api-7f9-x2/api", "api-7f9-k8/api"], ["x2", "k8"]),
        (["api-7f9-x2/api", "api-7f9-x2/proxy"], ["api", "proxy"]),
        (["api-7f9-x2/api", "api-7f9-k8/proxy"], ["x2/api", "k8/proxy"]),
        (["db-0/db", "web/web"], ["db-0/db", "web/web"]),
        (["api/c", "api-2/c"], ["api", "api-2"]),
        (["a" * 40 + "/c"], ["…" + "a" * 17 + "/c"]),
        (["日" * 15], ["…" + "日" * 9]),
        ([], []),
    ],
)
def test_names_keep_what_tells_them_apart(streams: list[str], names: list[str]) -> None:
    assert short_names(streams) == names


@given(st.lists(st.text(max_size=50), max_size=5))
def test_names_are_never_too_wide(streams: list[str]) -> None:
    assert all(cell_len(name) <= MOST_NAME_CELLS for name in short_names(streams))
