"""What was found stays while its source cannot be read: unknown is not over."""

from datetime import UTC, datetime

from cockpit.diagnosis.finding import Evidence, Finding, FindingSeverity
from cockpit.diagnosis.unseen import Unread, Unseen

READ_AT = datetime(2026, 11, 21, 23, 8, 30, tzinfo=UTC)
SERVER, ACCOUNT = "postgres/shop-db", "aws/prod"
DOWN = Unread(READ_AT, stands=False)
SILENT = Unread(READ_AT, stands=True)


def finding(
    key: str, source: str = SERVER, severity: FindingSeverity = FindingSeverity.WRONG, covers: tuple[str, ...] = ()
) -> Finding:
    return Finding(key, severity, key, "x", (Evidence(source, "x", "x"),), covers=covers)


FULL, AWAY = finding("full"), finding("away")


def told(findings: tuple[Finding, ...]) -> list[tuple[str, datetime | None]]:
    return [(each.key, each.unseen_since) for each in findings]


def test_what_was_found_of_a_server_that_dies_stays_and_says_since_when_it_was_not_seen() -> None:
    unseen = Unseen()
    unseen.kept([FULL], {})
    for _ in range(2):
        assert told(unseen.kept([AWAY], {SERVER: DOWN})) == [("away", None), ("full", READ_AT)]
    assert unseen.kept([AWAY], {SERVER: DOWN})[1].unseen == "shop-db cannot be read"


def test_it_is_over_once_the_server_answers_and_does_not_show_it() -> None:
    unseen = Unseen()
    unseen.kept([FULL], {})
    unseen.kept([AWAY], {SERVER: DOWN})
    assert unseen.kept([], {}) == ()
    assert told(unseen.kept([AWAY], {SERVER: DOWN})) == [("away", None)]


def test_why_a_server_cannot_be_read_may_change() -> None:
    unseen = Unseen()
    unseen.kept([AWAY], {SERVER: DOWN})
    assert told(unseen.kept([finding("denied")], {SERVER: DOWN})) == [("denied", None)]


def test_what_is_found_in_a_source_that_can_be_read_ends_at_once() -> None:
    unseen = Unseen()
    unseen.kept([FULL, finding("alarm", ACCOUNT)], {})
    assert told(unseen.kept([], {SERVER: DOWN})) == [("full", READ_AT)]


def test_what_rules_find_in_the_last_answer_of_an_account_is_marked() -> None:
    unseen = Unseen()
    unseen.kept([finding("alarm", ACCOUNT)], {})
    silent = [finding("alarm", ACCOUNT), finding("unreadable", ACCOUNT)]
    assert told(unseen.kept(silent, {ACCOUNT: SILENT})) == [("alarm", READ_AT), ("unreadable", None)]
    later = unseen.kept([finding("unreadable", ACCOUNT)], {ACCOUNT: SILENT})
    assert told(later) == [("unreadable", None), ("alarm", READ_AT)]


def test_what_another_finding_tells_together_is_not_told_again() -> None:
    unseen = Unseen()
    unseen.kept([FULL], {})
    together = finding("together", "kubernetes/pods", covers=("full",))
    assert told(unseen.kept([together], {SERVER: DOWN})) == [("together", None)]


def test_the_worst_stays_first() -> None:
    unseen = Unseen()
    unseen.kept([FULL], {})
    slight = finding("slight", "kubernetes/pods", FindingSeverity.DOUBTFUL)
    assert [each.key for each in unseen.kept([slight], {SERVER: DOWN})] == ["full", "slight"]
