"""What is worth remembering of a reading: a few words for each thing that it tells of."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from cockpit.diagnosis.finding import Findings
from cockpit.reading import Reading, State
from cockpit.sources.aws.model import AwsLook, Series
from cockpit.sources.kubernetes.model import Pod, Pods
from cockpit.sources.postgres.model import PostgresLook
from cockpit.sources.web.model import AlertmanagerLook, HealthLook

Facts = dict[str, str]
"""A few words by what they are about: `pod shop/api-x`: `CrashLoopBackOff 0/1, 14 restarts`."""


def facts_of(reading: Reading[Any], before: Reading[Any] | None, told: Facts, now: datetime) -> Facts:
    """Tell what a reading says at the time `now`.

    Args:
        reading: of any source; of those that are not known here, only whether it can be read is told.
        before: the reading of the same source that was told last.
        told: what was told of it; pods that are the same object say the same.
        now: UTC.
    """
    state = reading.state(now)
    why = f": {reading.trouble.message}" if reading.trouble is not None else ""
    source = {} if state in (State.OFF, State.LOADING) else {f"source {reading.source}": f"{state}{why}"}
    if isinstance(reading.data, Pods):
        known = before.data.pods if before is not None and isinstance(before.data, Pods) else {}
        return source | _pods(reading.data.pods, known, told)
    rule = _RULES.get(type(reading.data))
    return source if rule is None else source | dict(rule(reading.source, reading.data))


def _pods(pods: Mapping[str, Pod], known: Mapping[str, Pod], told: Facts) -> Facts:
    facts = {}
    for key, pod in pods.items():
        subject = f"pod {key}"
        same = told.get(subject) if known.get(key) is pod else None
        facts[subject] = same or f"{pod.status} {pod.ready}/{pod.total}, {pod.restarts} restarts"
    return facts


def _findings(_: str, data: Findings) -> Iterator[tuple[str, str]]:
    for finding in data.findings:
        yield f"finding {finding.key}", finding.title


def _postgres(source: str, look: PostgresLook) -> Iterator[tuple[str, str]]:
    slots = look.activity.slots
    yield source, f"{slots.used} of {slots.usable} connections, {len(look.activity.lock_waits)} waits for locks"


def _aws(source: str, look: AwsLook) -> Iterator[tuple[str, str]]:
    for instance in look.instances:
        yield f"{source} RDS {instance.name}", _measured(instance.status, instance.metrics)
    for balancer in look.balancers:
        yield f"{source} balancer {balancer.name}", _measured(balancer.state, balancer.metrics)
    for group in look.groups:
        states = sorted(f"{target.id}:{target.port} {target.state}" for target in group.targets)
        yield f"{source} targets {group.name}", ", ".join(states) or "none"
    for alarm in look.alarms:
        yield f"{source} alarm {alarm.name}", "insufficient data" if alarm.insufficient else "ALARM"


def _measured(state: str, metrics: Mapping[Any, Series]) -> str:
    values = (f"{name} {series.newest:.3g}" for name, series in sorted(metrics.items()) if series.newest is not None)
    return ", ".join((state, *values))


def _health(source: str, look: HealthLook) -> Iterator[tuple[str, str]]:
    yield source, f"{look.newest.outcome} {look.newest.status or ''} {look.newest.message}".strip()


def _alerts(source: str, look: AlertmanagerLook) -> Iterator[tuple[str, str]]:
    for alert in look.alerts:
        yield f"{source} alert {alert.name} {alert.fingerprint}", "suppressed" if alert.suppressed else "fires"


_RULES: Mapping[type, Callable[[str, Any], Iterator[tuple[str, str]]]] = {
    Findings: _findings,
    PostgresLook: _postgres,
    AwsLook: _aws,
    HealthLook: _health,
    AlertmanagerLook: _alerts,
}
