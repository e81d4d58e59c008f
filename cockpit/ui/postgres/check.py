"""One line of the health of a server."""

from typing import NamedTuple

from cockpit.ui.postgres.postgres_view import View
from cockpit.ui.tones import Tone

UNKNOWN = "unknown"
_WORST_FIRST: tuple[Tone, ...] = ("wrong", "doubtful")


class Check(NamedTuple):
    """A figure, how it is judged, and why."""

    what: str
    value: str
    tone: Tone = ""
    """`well`, `doubtful`, `wrong`; `dim`: not known; empty: a figure that nobody judges."""
    remark: str = ""


class Group(NamedTuple):
    """What belongs together."""

    title: str
    checks: list[Check]


def missing(view: View, part: str, what: str) -> Check:
    """Say why a figure is not there: `part` is its name among the gaps, and what it belongs to may be missing too."""
    gap = view.look.gaps.get(f"health.{part}") or view.look.gaps.get("health")
    if gap is None:
        return Check(what, UNKNOWN, "dim", "not told yet")
    return Check(what, UNKNOWN, "dim", f"{gap.message}; try: {gap.remedy}" if gap.remedy else gap.message)


def judged(share: float | None, doubtful: float, wrong: float) -> Tone:
    """Judge a figure that is bad when it is high."""
    if share is None:
        return ""
    return "wrong" if share >= wrong else "doubtful" if share >= doubtful else "well"


def worst(*tones: Tone) -> Tone:
    """Give the worst of several judgements; `well` where there is none."""
    return next((tone for tone in _WORST_FIRST if tone in tones), "well")
