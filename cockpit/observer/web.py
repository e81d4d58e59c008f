"""What happened to health endpoints, alerts and the services of others between two looks."""

from collections.abc import Iterator
from datetime import datetime

from cockpit.observer.observation import Kind, Observation, Weight, before_and_after
from cockpit.sources.web.model import AlertmanagerLook, HealthLook, Outcome, StatusLook


def health(name: str, before: HealthLook, after: HealthLook) -> Iterator[Observation]:
    """Tell that an endpoint began to fail, fails otherwise, or answers well again."""
    was, now = before.newest, after.newest
    if was.outcome is now.outcome:
        return
    subject, data = f"endpoint {name}", {"url": after.url, **before_and_after(was, now)}
    if now.outcome is Outcome.GOOD:
        yield Observation(now.at, Kind.HEALTH, subject, name, "answers well", "good", data=data)
    else:
        since = after.bad_since if was.outcome is Outcome.GOOD else None
        what = f"fails: {now.message or now.outcome}"
        yield Observation(since or now.at, Kind.HEALTH, subject, name, what, now.outcome, Weight.GRAVE, data=data)


def alerts(before: AlertmanagerLook, after: AlertmanagerLook, at: datetime) -> Iterator[Observation]:
    """Tell alerts that fire and those that are resolved; where some were left out, nobody knows which are resolved."""
    old, new = ({alert.fingerprint: alert for alert in each.alerts} for each in (before, after))
    for fingerprint in () if before.left_out else new.keys() - old.keys():
        alert = new[fingerprint]
        about = ", ".join(filter(None, (alert.severity, alert.annotations.get("summary"))))
        silent = " (nobody is told)" if alert.suppressed else ""
        yield Observation(
            at,
            Kind.ALERT,
            f"alert {fingerprint}",
            alert.name,
            f"fires{f': {about}' if about else ''}{silent}",
            f"fires {alert.starts_at}",
            Weight.MINOR if alert.suppressed else Weight.GRAVE,
            data={"after": alert},
        ).dated(alert.starts_at)
    for fingerprint in () if after.left_out else old.keys() - new.keys():
        alert = old[fingerprint]
        token, data = f"resolved {alert.starts_at}", {"before": alert}
        yield Observation(at, Kind.ALERT, f"alert {fingerprint}", alert.name, "resolved", token, data=data)


def status(before: StatusLook, after: StatusLook, at: datetime) -> Iterator[Observation]:
    """Tell what somebody that we depend on says of their service."""
    if before.indicator != after.indicator:
        weight = Weight.PLAIN if after.indicator == "none" else Weight.GRAVE
        data = before_and_after(before, after)
        what = f"{before.indicator} → {after.indicator} ({after.description})"
        subject = f"status page {after.name}"
        seen = Observation(at, Kind.OUTAGE, subject, after.name, what, after.indicator, weight, data=data)
        yield seen.dated(after.updated_at)
