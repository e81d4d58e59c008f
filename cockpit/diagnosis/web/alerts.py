"""Alerts that fire in an Alertmanager."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from cockpit.diagnosis import outside
from cockpit.diagnosis.aws.kinds import RDS, aws_ref
from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.finding import Evidence, FindingSeverity
from cockpit.diagnosis.postgres.server_view import KIND as POSTGRES
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.view import View, workload_of
from cockpit.diagnosis.web.kinds import ALERTMANAGER, STATUS_PAGE, web_ref
from cockpit.diagnosis.wording import counted, one_line, quoted
from cockpit.sources.kubernetes.model import Pod
from cockpit.sources.kubernetes.objects import ObjectRef
from cockpit.sources.web.model import ALERTMANAGER as READING
from cockpit.sources.web.model import Alert

MOST_TOLD = 3

_ALWAYS = ("watchdog", "deadmansswitch", "infoinhibitor")
"""Alerts that fire when all is well: they show that alerting works, or serve to inhibit others."""
_SEVERITIES = {
    "critical": FindingSeverity.WRONG,
    "page": FindingSeverity.WRONG,
    "warning": FindingSeverity.DOUBTFUL,
    "info": FindingSeverity.NOTICE,
    "none": FindingSeverity.NOTICE,
}
_WORKLOADS = (("deployment", "Deployment"), ("statefulset", "StatefulSet"), ("daemonset", "DaemonSet"))
"""Labels by which kube-state-metrics names a workload."""
_NAMING = ("instance", "server", "service", "job", "database", "dbinstance_identifier", "provider", "component")
"""Labels by which exporters and people name what an alert is about."""
_KEY = "web/alert/"
_SAYING = ("summary", "description", "message")


def alert_of(key: str) -> tuple[str, str] | None:
    """Give the Alertmanager and the alert's name that the key of a finding names; None where it is about no alert."""
    name, _, alert_name = key.removeprefix(_KEY).partition("/")
    return (name, alert_name) if key.startswith(_KEY) and alert_name else None


def problems(view: View) -> Iterator[Problem]:
    """Tell of each alert once, however many of its name fire. Those that nobody shall be told of are left out."""
    for name, known in view.facts.alertmanagers.items():
        look = outside.current(known, view.now)
        groups: dict[str, list[Alert]] = defaultdict(list)
        for alert in look.alerts if look is not None else ():
            if not alert.suppressed and alert.name.lower() not in _ALWAYS:
                groups[alert.name].append(alert)
        for alert_name, alerts in groups.items():
            yield _problem(name, alert_name, alerts, view)


def _severity(alert: Alert) -> FindingSeverity:
    return _SEVERITIES.get(alert.severity.lower(), FindingSeverity.DOUBTFUL)


def _problem(name: str, alert_name: str, alerts: Sequence[Alert], view: View) -> Problem:
    ordered = sorted(alerts, key=lambda each: (_severity(each), each.fingerprint))
    worst = ordered[0]
    times = f" {counted(len(alerts), 'time')}" if len(alerts) > 1 else ""
    label = f" ({one_line(worst.severity)})" if worst.severity else ""
    workload = _workload(alerts, view)
    pods: Sequence[Pod] = view.pods_by_workload.get(workload, ()) if workload is not None else ()
    return outside.problem(
        Cause.ALERT,
        f"{_KEY}{name}/{alert_name}",
        web_ref(ALERTMANAGER, name),
        f"alert {one_line(alert_name)}",
        f"fires{times}{label}",
        why=_said(worst),
        severity=_severity(worst),
        since=min((each.starts_at for each in alerts if each.starts_at is not None), default=None),
        evidence=tuple(_evidence(name, each) for each in ordered[:MOST_TOLD]),
        objects=(*((workload,) if workload is not None else ()), *_named(alerts, view)),
        pods=tuple(sorted(pods, key=lambda pod: pod.key)),
    )


def _said(alert: Alert) -> str:
    return next((quoted(alert.annotations[each]) for each in _SAYING if alert.annotations.get(each)), "")


def _evidence(name: str, alert: Alert) -> Evidence:
    labels = [
        f"{one_line(label)}={one_line(value, 40)}"
        for label, value in sorted(alert.labels.items())
        if label not in ("alertname", "severity")
    ]
    told = ", ".join(filter(None, (", ".join(labels[:6]), _said(alert))))
    return outside.proof(f"{READING}{name}", alert.fingerprint, f"{quoted(alert.name, 60)}: {told or 'no labels'}")


def _workload(alerts: Sequence[Alert], view: View) -> ObjectRef | None:
    """Name the workload that all of the alerts are about, if it is one and the same."""
    found = {_about(each, view) for each in alerts}
    return found.pop() if len(found) == 1 else None


def _about(alert: Alert, view: View) -> ObjectRef | None:
    labels, namespace = alert.labels, alert.labels.get("namespace", "")
    pod = view.pods.get(f"{namespace}/{labels.get('pod', '')}")
    if pod is not None:
        return workload_of(pod)
    named = (ObjectRef(kind, namespace, labels[label]) for label, kind in _WORKLOADS if labels.get(label))
    return next((ref for ref in named if ref in view.pods_by_workload), None) or _behind_service(alert, view)


def _behind_service(alert: Alert, view: View) -> ObjectRef | None:
    """Give the workload that answers for the service that an alert names, if it is one."""
    service = view.services.get(f"{alert.labels.get('namespace', '')}/{alert.labels.get('service', '')}")
    pods = view.pods_selected(service.meta.namespace, service.selector) if service is not None else ()
    workloads = {workload_of(pod) for pod in pods}
    return workloads.pop() if len(workloads) == 1 else None


def _named(alerts: Sequence[Alert], view: View) -> list[ObjectRef]:
    """Give the database servers and the services of others that all of the alerts name in a label."""
    refs = [ObjectRef(POSTGRES, "", name) for name in view.facts.postgres]
    refs += [web_ref(STATUS_PAGE, name) for name in view.facts.status_pages]
    for account, known in view.facts.aws.items():
        instances = known.look.instances if known.look is not None else ()
        refs += [aws_ref(RDS, account, instance.name) for instance in instances]
    return [ref for ref in refs if all(_names(each, ref.name.rpartition("/")[2]) for each in alerts)]


def _names(alert: Alert, name: str) -> bool:
    return any(alert.labels.get(label) == name for label in _NAMING)
