"""The report for customers: made only of what they may read, so that nothing else can slip in."""

import msgspec

from cockpit.incident.clocks import RESOLVED
from cockpit.incident.report import milestones as names
from cockpit.incident.report.model import Audience, Message, Milestone, Report
from cockpit.incident.report.promises import Promises
from cockpit.incident.report.times import measures
from cockpit.incident.state import Period
from cockpit.runbooks.model import Runbook

LEFT_OUT = (
    "names of people; hosts, addresses and other insides of our systems; commands, log lines and captured evidence; "
    "findings and hypotheses; the checklist; the targets of our policy; and internal notes and messages"
)

_MILESTONES = frozenset(
    {names.IMPACT_STARTED, names.DETECTED, names.DECLARED, names.IDENTIFIED, names.MITIGATED, RESOLVED}
)
_TIMES = frozenset({"time to detect", "time to first update", "time to mitigate", "time to resolve", "longest silence"})


def for_customers(report: Report, runbook: Runbook) -> Report:
    """Give what customers may read: when it was how bad, what they were told, and how long it took.

    Of severities and statuses only the words of the runbook are shown, as anything can be typed in their place. A
    message is shown if it was meant for customers and given to them.
    """
    severities = set(report.scheme)
    statuses = {status.casefold() for status in runbook.statuses}
    known = {each.name: Milestone(each.name, each.at) for each in report.milestones}
    given = tuple(_message(each) for each in report.messages if each.audience == "customer" and each.told)
    told = tuple(Milestone("update", at) for at in sorted(each.at for each in given))
    times = measures(known, told, Promises(runbook, (), None), report.end)
    periods = tuple(
        Period(each.severity, each.start, each.end) for each in report.periods if each.severity in severities
    )
    changes = tuple(each for each in report.statuses if each.status.casefold() in statuses)
    return Report(
        audience=Audience.CUSTOMER,
        written_at=report.written_at,
        integrity=report.integrity,
        incident=report.incident,
        declared_at=report.declared_at,
        closed_at=report.closed_at,
        lasted=report.lasted,
        severity=_allowed(report.severity, severities),
        severity_since=report.severity_since if report.severity in severities else None,
        status=changes[-1].status if changes else None,
        status_since=changes[-1].at if changes else None,
        scheme=report.scheme,
        periods=periods,
        time_at={name: time for name, time in report.time_at.items() if name in severities},
        statuses=changes,
        milestones=tuple(each for each in known.values() if each.name in _MILESTONES),
        measures=tuple(each for each in times if each.name in _TIMES),
        messages=given,
        left_out=LEFT_OUT,
    )


def _allowed(word: str | None, allowed: set[str]) -> str | None:
    return word if word in allowed else None


def _message(message: Message) -> Message:
    shown = Message(name="", channel="", audience="customer", state="sent", at=message.at, who="", text=message.text)
    return msgspec.structs.replace(shown, told=True)
