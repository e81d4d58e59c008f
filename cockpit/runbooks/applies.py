"""Which steps of a runbook are for this incident: its severity, and what was found wrong."""

import re
from collections.abc import Iterable

from cockpit.runbooks.model import Phase, Runbook, Step

_WORDS = {
    "image-pull": ("imagepull", "errimagepull", "image pull", "not starting"),
    "crash-loop": ("crashloop", "crash loop", "crashing", "restarting"),
    "oom": ("oom", "out of memory", "memory leak", "high memory"),
    "memory": ("memory leak", "high memory", "memory usage"),
    "cpu": ("high cpu", "cpu usage"),
    "not-ready": ("503", "not ready", "readiness", "probe"),
    "no-endpoints": ("503", "no endpoint", "unavailable"),
    "targets": ("503", "5xx", "target", "load balancer"),
    "balancer": ("5xx", "503", "502", "error rate"),
    "log-errors": ("error rate", "5xx"),
    "health": ("503", "5xx", "health check", "error rate"),
    "rollout-stuck": ("deployment failure", "failed deploy", "rollback"),
    "too-many-connections": ("connection pool", "too many connections", "database connection", "connections exhausted"),
    "postgres-down": ("database connection", "database down"),
    "slow-queries": ("slow quer",),
    "locks": ("slow quer", "lock"),
    "certificate": ("certificate", "ssl", "tls"),
    "third-party": ("third-party", "third party", "dependency"),
    "disk-full": ("disk", "storage"),
    "rds": ("database", "storage"),
    "pending": ("not starting", "pending"),
    "job-failed": ("failing", "job"),
}
"""What headings say that deal with a scenario, in lower case; beside them stands the scenario's own name."""


def deals_with(phase: Phase, scenario: str) -> bool:
    """Tell whether a phase is about what a finding calls its scenario."""
    title = phase.title.casefold()
    words = (*_WORDS.get(scenario, ()), scenario, scenario.replace("-", " "))
    return any(re.search(rf"\b{re.escape(word)}", title) for word in words)


def is_for(step: Step, severity: str | None) -> bool:
    """Tell whether a step is for a severity; before one is set, every step is."""
    return not step.when or severity is None or severity.casefold() in (name.casefold() for name in step.when)


def phases_for(
    runbook: Runbook, severity: str | None, scenarios: Iterable[str], *, touched: Iterable[str] = ()
) -> tuple[Phase, ...]:
    """Give the phases of every incident, and the scenarios that match, with the steps that are for the severity.

    Args:
        runbook: All there is.
        severity: The one that is set.
        scenarios: Those of what is, or was, found wrong.
        touched: Ids of steps that somebody has ticked: they stay, whatever is wrong now.
    """
    wanted, kept = frozenset(scenarios), frozenset(touched)
    phases = []
    for phase in runbook.phases:
        matches = phase.kind == "phase" or (
            phase.kind == "scenario" and any(deals_with(phase, scenario) for scenario in wanted)
        )
        steps = tuple(step for step in phase.steps if step.id in kept or (matches and is_for(step, severity)))
        if steps:
            phases.append(Phase(phase.title, steps, phase.kind, phase.timers, phase.line))
    return tuple(sorted(phases, key=lambda phase: phase.kind != "scenario"))  # what fits is offered first


def common_status(word: str) -> str:
    """Say in the common vocabulary what a team's own status means: investigating, identified, monitoring or resolved.

    Status pages know these four; some teams say `mitigating` for what others split in two.
    """
    told = word.casefold()
    for meaning, words in _STATUSES.items():
        if any(each in told for each in words):
            return meaning
    return "investigating"


_STATUSES = {
    "resolved": ("resolv", "closed", "fixed", "recovered"),
    "monitoring": ("monitor", "watching", "verifying"),
    "identified": ("identif", "mitigat", "fixing", "cause known"),
    "investigating": ("investigat", "triage", "assess", "detect"),
}
