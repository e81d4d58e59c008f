"""As whom and where we look, what may not be seen, and what the looking costs."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final, NamedTuple

from cockpit.sources.aws.model import Gap
from cockpit.ui.aws.aws_view import AwsView
from cockpit.ui.paged.facts import moment
from cockpit.ui.paged.page import SIGN, Choices, Detail, Page, accepts, nothing_matches, sign
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.format import age
from cockpit.ui.widgets.line import Span
from cockpit.ui.widgets.rows import Cell, Column, Row

SOON: Final = timedelta(minutes=15)
"""Credentials that end sooner are worth a login now."""
_CLOCK_DOUBTFUL: Final = timedelta(minutes=1)
_CLOCK_WRONG: Final = timedelta(minutes=5)
"""From here on, AWS refuses what we sign (SigV4)."""
COLUMNS: Final = (
    SIGN,
    Column("what", "", 22),
    Column("value", "", 30, grows=True),
    Column("remark", "", 24, grows=True),
)


class _Fact(NamedTuple):
    what: str
    value: str
    tone: Tone = ""
    remark: str = ""


def draw(view: AwsView, choices: Choices) -> Page:
    """List the facts, and each part that could not be read with what would mend it."""
    told = [*_identity(view), *_costs(view), *_gaps(view)]
    wanted = [each for each in told if accepts(choices, lambda: " ".join(each))]  # noqa: B023  (called at once)
    rows = [Row(f"{nth} {each.what}", _cells(each)) for nth, each in enumerate(wanted)]
    gaps = len(view.look.gaps)
    said = f"{gaps} part{'s' if gaps > 1 else ''} missing" if gaps else "everything could be read"
    return Page(COLUMNS, rows, said, (), nothing_matches(choices, len(told), ""))


def detail(view: AwsView, key: str) -> Detail | None:
    """Tell a fact in full; a command that is cut cannot be typed."""
    for nth, each in enumerate([*_identity(view), *_costs(view), *_gaps(view)]):
        if each.what == key.partition(" ")[2] and (each.what != _GAP or f"{nth} {_GAP}" == key):
            return Detail(each.what, [[Span(f" {each.value}", each.tone)], [Span(f" {each.remark}")]])
    return None


def expiry_tone(view: AwsView) -> Tone:
    """Judge when the credentials end."""
    ends = view.look.identity.expires_at
    if ends is None or ends - view.now > SOON:
        return ""
    return "wrong" if ends <= view.now else "doubtful"


_GAP: Final = "not read"


def _cells(each: _Fact) -> tuple[Cell, ...]:
    return sign(each.tone), Cell(each.what, "dim"), Cell(each.value, each.tone), Cell(each.remark, "")


def _identity(view: AwsView) -> Iterator[_Fact]:
    who = view.look.identity
    yield _Fact("account", who.account)
    yield _Fact("role", who.role, "", who.arn)
    yield _Fact("region", who.region)
    yield _Fact("profile", who.profile or "that of the environment or the machine")
    ends = moment(who.expires_at, view.now, view.zone) or "not told, or never"
    login = f"aws sso login --profile {who.profile}" if who.profile and expiry_tone(view) else ""
    yield _Fact("credentials end", ends, expiry_tone(view), login)
    ahead = view.look.clock_ahead
    if ahead is None:
        yield _Fact("clock", "not compared with AWS'", "dim")
        return
    off = abs(ahead)
    tone: Tone = "wrong" if off >= _CLOCK_WRONG else "doubtful" if off >= _CLOCK_DOUBTFUL else ""
    which = "ahead of" if ahead > timedelta(0) else "behind"
    remark = "AWS refuses signatures from five minutes on: set this machine's clock" if tone else ""
    yield _Fact("clock", f"{off.total_seconds():.0f} s {which} AWS'", tone, remark)


def _costs(view: AwsView) -> Iterator[_Fact]:
    calls = view.look.calls
    yield _Fact("calls", f"{calls.last_minute} in the last minute", "", f"{calls.total:,} since the session began")
    asked = f"{calls.metrics_last_minute} in the last minute, which AWS charges"
    yield _Fact("metrics asked for", asked, "", f"about ${calls.dollars_per_hour:.2f} an hour")
    at = view.look.metrics_at
    yield _Fact("metrics", f"{age(at, view.now)} old" if at else "not asked for yet", "" if at else "dim")
    for left in view.look.left_out:
        yield _Fact("left out", left, "doubtful")


def _gaps(view: AwsView) -> Iterator[_Fact]:
    for gap in view.look.gaps:
        since = f", since {moment(gap.since, view.now, view.zone)}" if gap.since else ""
        remark = f"try: {gap.remedy}" if gap.remedy else ""
        yield _Fact(_GAP, f"{_what(gap)}: {gap.message}{since}", "doubtful", remark)


def _what(gap: Gap) -> str:
    return f"{gap.api} {'denied' if gap.denied else 'failed'}"
