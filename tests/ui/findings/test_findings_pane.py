from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from cockpit.diagnosis.finding import Evidence, Finding, FindingSeverity
from cockpit.ui.findings.finding_text import since_text
from cockpit.ui.findings.findings_pane import _in_full


def test_a_text_that_is_cut_says_so() -> None:
    long = Finding("key", FindingSeverity.WRONG, "crash " * 40, "crash-loop", ())
    assert _in_full(long, 23, UTC) == ["crash crash crash crash"] * 2 + ["crash crash crash cras…", "enter shows it"]
    short = Finding("key", FindingSeverity.WRONG, "crash", "crash-loop", ())
    assert _in_full(short, 23, UTC) == ["crash", "enter shows it"]


def test_what_cannot_be_seen_any_more_says_since_when_and_why() -> None:
    proof = Evidence("postgres/shop-db", "shop-db", "37 of 37")
    read_at = datetime(2026, 11, 21, 23, 8, 30, tzinfo=UTC)
    full = Finding("key", FindingSeverity.WRONG, "shop-db: 37 of 37", "full", (proof,), unseen_since=read_at)
    assert _in_full(full, 90, UTC)[0] == "shop-db: 37 of 37 · not seen since 23:08:30: shop-db cannot be read"


def test_a_beginning_that_is_known_to_the_minute_shows_no_seconds() -> None:
    at = datetime(2026, 11, 21, 14, 8, 24, tzinfo=UTC)
    exact = Finding("key", FindingSeverity.WRONG, "crash", "crash-loop", (), since=at)
    assert since_text(exact, UTC) == "14:08:24"
    assert since_text(replace(exact, began_within=timedelta(seconds=36)), UTC) == "~14:08"
    assert since_text(replace(exact, since=None), UTC) == ""
