"""When something began, as precisely as those that tell of it know it."""

from datetime import timedelta

from msgspec.structs import replace
from support.estate import Estate
from support.outside_looks import MINUTE, UNHEALTHY, ago, aws, balancer, group, series, target

from cockpit.diagnosis.beginning import Beginning, together
from cockpit.diagnosis.facts import Outside
from cockpit.diagnosis.finding import Finding, SinceFrom

BY_THE_MINUTE = Beginning(ago(minutes=14), MINUTE, SinceFrom.SERVER)
"""What CloudWatch tells of targets that have failed at its newest thirteen points."""
KEY = "aws/targets/TargetGroup/shop/api"
ROUNDING = timedelta(seconds=1)


def failing(estate: Estate, *, rolled_out: timedelta, seen: Beginning | None = None) -> Finding:
    """Diagnose targets that have failed since a minute of CloudWatch, and revision 12, which went out so long after."""
    pod = estate.pod("api-r12-1", ip="10.0.0.1")
    groups = (group(target(UNHEALTHY), unhealthy=series(*[0] * 5, *[1] * 13)),)
    revisions = [estate.revision(11), estate.revision(12, created=BY_THE_MINUTE.at + rolled_out)]
    look = Outside(aws(balancers=(balancer(),), groups=groups))
    return estate.only(pod, *revisions, aws={"shop": look}, begun={KEY: seen} if seen else {})


def test_a_change_in_the_minute_in_which_something_began_was_before_it(estate: Estate) -> None:
    finding = failing(estate, rolled_out=timedelta(seconds=24))
    assert ", shortly after revision 12" in finding.title
    assert finding.since == BY_THE_MINUTE.at + timedelta(seconds=24)
    assert finding.about


def test_a_change_after_that_minute_explains_nothing(estate: Estate) -> None:
    finding = failing(estate, rolled_out=timedelta(seconds=64))
    assert (finding.since, finding.changed) == (BY_THE_MINUTE.at, None)


def test_what_was_seen_in_that_minute_is_not_moved_to_where_the_minute_begins(estate: Estate) -> None:
    seen = Beginning(BY_THE_MINUTE.at + timedelta(seconds=18))
    finding = failing(estate, rolled_out=timedelta(seconds=6), seen=seen)
    assert ", 12 s after revision 12" in finding.title
    assert (finding.since, finding.since_from, finding.about) == (seen.at, SinceFrom.SEEN, False)


def test_what_was_seen_long_after_that_minute_began_in_it(estate: Estate) -> None:
    finding = failing(estate, rolled_out=-timedelta(minutes=3), seen=Beginning(ago(minutes=2)))
    assert ", 3 min after revision 12" in finding.title
    assert (finding.since, finding.since_from) == (BY_THE_MINUTE.at, SinceFrom.SERVER)


def test_nothing_has_yet_to_begin() -> None:
    assert BY_THE_MINUTE.not_after(BY_THE_MINUTE.at + ROUNDING).end == BY_THE_MINUTE.at + ROUNDING
    assert BY_THE_MINUTE.not_after(BY_THE_MINUTE.at - ROUNDING) == replace(
        BY_THE_MINUTE, at=BY_THE_MINUTE.at - ROUNDING, within=timedelta()
    )


def test_two_spans_leave_what_both_allow() -> None:
    later = replace(BY_THE_MINUTE, at=BY_THE_MINUTE.at + MINUTE / 2)
    for both in (together(BY_THE_MINUTE, later), together(later, BY_THE_MINUTE)):
        assert both == Beginning(later.at, MINUTE / 2, SinceFrom.SERVER)
