import pytest

from cockpit.ui.widgets.amounts import count, duration, milliseconds, percent, size


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "-"), (0.44, "0.4s"), (48, "48s"), (60, "01:00"), (432, "07:12"), (11_220, "3h07m"),
        (2 * 86_400 + 4 * 3_600, "2d04h"), (412 * 86_400, "412d"),
    ],
)  # fmt: skip
def test_a_duration_takes_six_cells_at_most(seconds: float | None, text: str) -> None:
    assert duration(seconds) == text
    assert len(text) <= 6


@pytest.mark.parametrize(
    ("amount", "text"), [(None, "-"), (0, "0"), (0.42, "0.42ms"), (812, "812ms"), (4_800, "4.8s"), (432_000, "07:12")]
)
def test_a_measured_time_keeps_its_unit(amount: float | None, text: str) -> None:
    assert milliseconds(amount) == text


@pytest.mark.parametrize(
    ("number", "text"), [(None, "-"), (812, "812"), (99_999, "99,999"), (412_000, "412k"), (4_200_000, "4.2M")]
)
def test_a_count_takes_six_cells_at_most(number: float | None, text: str) -> None:
    assert count(number) == text


def test_sizes_are_written_as_postgres_does() -> None:
    assert [size(amount) for amount in (None, 812, 4_400_000, 41 << 30)] == ["-", "812 B", "4.2 MiB", "41 GiB"]


def test_nearly_all_and_nearly_nothing_are_not_rounded_away() -> None:
    assert [percent(share) for share in (0, 0.001, 0.85, 0.999, 1)] == ["0 %", "<1 %", "85 %", "99.9 %", "100 %"]
