"""From what is known of the web to problems."""

from collections.abc import Callable, Iterator

from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.view import View
from cockpit.diagnosis.web import alerts, certificates, health, metrics, status_pages, unreadable

RULES: tuple[Callable[[View], Iterator[Problem]], ...] = (
    unreadable.problems,
    health.problems,
    certificates.problems,
    metrics.problems,
    alerts.problems,
    status_pages.problems,
)
"""Each finds the problems of one family."""


def problems(view: View) -> Iterator[Problem]:
    """Find what is wrong. What is well gives nothing."""
    for rule in RULES:
        yield from rule(view)
