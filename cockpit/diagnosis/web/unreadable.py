"""Services of the web that cannot be looked at."""

from collections.abc import Iterator, Mapping
from typing import Any

from cockpit.diagnosis import outside
from cockpit.diagnosis.facts import Outside
from cockpit.diagnosis.finding import FindingSeverity
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.view import View
from cockpit.diagnosis.web.kinds import ALERTMANAGER, HEALTH, PROMETHEUS, STATUS_PAGE, web_ref
from cockpit.diagnosis.wording import one_line
from cockpit.sources.web import model


def problems(view: View) -> Iterator[Problem]:
    """Say why they cannot. Of an endpoint that fails, the look itself tells; here it is that we cannot ask it.

    Nothing of ours is the worse for a status page that is away.
    """
    facts = view.facts
    doubtful, notice = FindingSeverity.DOUBTFUL, FindingSeverity.NOTICE
    yield from _of(HEALTH, "health", model.HEALTH, facts.health, doubtful, view)
    yield from _of(PROMETHEUS, "Prometheus", model.PROMETHEUS, facts.prometheus, doubtful, view)
    yield from _of(ALERTMANAGER, "Alertmanager", model.ALERTMANAGER, facts.alertmanagers, doubtful, view)
    yield from _of(STATUS_PAGE, "status page", model.STATUS, facts.status_pages, notice, view)


def _of(
    kind: str, word: str, prefix: str, known: Mapping[str, Outside[Any]], severity: FindingSeverity, view: View
) -> Iterator[Problem]:
    for name, each in known.items():
        trouble = outside.trouble_of(each, view.now)
        if trouble is not None:
            subject = web_ref(kind, name)
            yield outside.unreadable(subject, f"{prefix}{name}", f"{word} {one_line(name)}", trouble, severity)
