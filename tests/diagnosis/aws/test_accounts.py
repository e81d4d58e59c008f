"""Accounts that cannot be looked at."""

from datetime import timedelta

import pytest
from support.outside_looks import ago, aws, found_in_aws, instance, only_in_aws, trouble
from support.ward import NOW

from cockpit.diagnosis.diagnose import diagnose
from cockpit.diagnosis.facts import Facts, Outside
from cockpit.diagnosis.finding import Finding, FindingSeverity
from cockpit.diagnosis.policy import Policy
from cockpit.reading import Trouble, TroubleKind

FAILED = aws(instances=(instance(status="failed"),))


def found(trouble: Trouble) -> list[Finding]:
    return diagnose(Facts(aws={"shop": Outside(FAILED, trouble)}), NOW, Policy())


def test_an_account_in_which_all_is_well_gives_nothing() -> None:
    assert found_in_aws(instances=(instance(),), clock_ahead=timedelta(minutes=-3)) == []


@pytest.mark.parametrize("kind", [TroubleKind.EXPIRED, TroubleKind.DENIED, TroubleKind.MISSING])
def test_what_only_a_person_can_mend_is_told_at_once_with_what_to_type(kind: TroubleKind) -> None:
    (finding,) = found(trouble(kind, "the SSO session has expired", since=NOW, remedy="aws sso login --profile shop"))
    assert (finding.key, finding.severity) == ("unreadable/aws/shop", FindingSeverity.DOUBTFUL)
    assert finding.title.startswith("AWS shop: ")
    assert finding.title.endswith(": the SSO session has expired")
    assert finding.evidence[-1].fact == "try: aws sso login --profile shop"
    assert finding.evidence[-1].command == "aws sso login --profile shop"


@pytest.mark.parametrize("kind", [TroubleKind.UNREACHABLE, TroubleKind.TIMEOUT, TroubleKind.THROTTLED])
def test_what_may_pass_leaves_the_last_look_in_force_for_two_minutes(kind: TroubleKind) -> None:
    (still,) = found(trouble(kind, since=ago(seconds=90)))
    (blind,) = found(trouble(kind, since=ago(minutes=3)))
    assert still.key == "aws/status/RDS/shop/shop-db"
    assert (blind.key, blind.since) == ("unreadable/aws/shop", ago(minutes=3))


def test_a_clock_that_is_minutes_off_is_told_before_aws_refuses_us() -> None:
    finding = only_in_aws(clock_ahead=timedelta(minutes=10))
    assert finding.title == (
        "AWS shop: this machine's clock is 10 min ahead of AWS': from 5 min on, AWS refuses what we ask"
    )
    assert "behind AWS'" in only_in_aws(clock_ahead=timedelta(minutes=-10)).title


def test_of_several_accounts_titles_say_which() -> None:
    both = {"shop": Outside(FAILED), "test": Outside(FAILED)}
    titles = [finding.title for finding in diagnose(Facts(aws=both), NOW, Policy())]
    assert [title.split(":")[0] for title in titles] == ["RDS shop/shop-db", "RDS test/shop-db"]
