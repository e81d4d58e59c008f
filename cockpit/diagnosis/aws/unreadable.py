"""Accounts that cannot be looked at, and a clock that will have AWS refuse us."""

from collections.abc import Iterator
from datetime import timedelta

from cockpit.diagnosis import outside
from cockpit.diagnosis.aws.account_view import AccountView
from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.wording import one_line, span

SKEW = timedelta(minutes=4)
"""AWS refuses requests that are signed five minutes too early or too late (AWS documentation, Signature Version 4)."""


def problems(view: AccountView) -> Iterator[Problem]:
    """Say why an account cannot be looked at, or soon cannot."""
    if view.trouble is not None:
        yield outside.unreadable(view.ref, view.source, f"AWS {one_line(view.name)}", view.trouble)
    ahead = view.look.clock_ahead
    if ahead is not None and abs(ahead) > SKEW:
        direction = "ahead of" if ahead > timedelta() else "behind"
        fact = f"this machine's clock is {span(abs(ahead))} {direction} AWS'"
        yield outside.problem(
            Cause.CLOCK,
            f"aws/{Cause.CLOCK}/{view.ref.kind}/{view.ref.name}",
            view.ref,
            f"AWS {one_line(view.name)}",
            fact,
            why="from 5 min on, AWS refuses what we ask",
            evidence=(view.proof("clock", fact), view.proof("clock", "try: chronyc tracking")),
        )
