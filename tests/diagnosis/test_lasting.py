"""Whether a number has been beyond a limit for long enough."""

import pytest
from support.outside_looks import ago, series
from support.ward import NOW

from cockpit.diagnosis.lasting import above, below


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ((50, 50, 50, 50, 99), False),
        ((50, 99, 50, 99, 50), False),
        ((50, 99, 50, 99, 99), True),
        ((99, 99, 99, 50, 50), True),
        ((99, 99, 50, 50, 50), False),
        ((99, 99), False),
        ((), False),
    ],
)
def test_three_of_the_five_newest_points_have_to_be_beyond(values: tuple[float, ...], told: bool) -> None:
    assert (above(series(*values), 80, NOW) is not None) is told
    assert (below(series(*(100 - value for value in values)), 20, NOW) is not None) is told


def test_points_that_are_old_or_no_numbers_tell_nothing() -> None:
    assert above(series(99, 99, 99, 99, 99, end=ago(minutes=16)), 80, NOW) is None
    assert above(series(99, float("nan"), float("inf"), 99, 50), 80, NOW) is None
    assert above(None, 80, NOW) is None


def test_it_began_with_the_first_point_after_the_last_quiet_stretch() -> None:
    excess = above(series(99, 99, 50, 50, 50, 99, 50, 99, 91), 80, NOW)
    assert excess is not None
    assert (excess.value, excess.since) == (91, ago(minutes=5))
