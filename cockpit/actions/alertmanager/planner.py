"""Makes plans for an Alertmanager: reads what fires and what is silenced now, and says what would change."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from cockpit.actions.alertmanager.amtool import add_command, expire_command, lasting, written
from cockpit.actions.alertmanager.matching import covered, objection_to
from cockpit.actions.alertmanager.silences import find_silence, guard_of
from cockpit.actions.plan import AddSilence, ExpireSilence, Guard, Plan, Risk, Target, Verb
from cockpit.actions.resource import Ref
from cockpit.clock import Clock, utc_now
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.web.alertmanager import read_alerts, read_silences
from cockpit.sources.web.api import Api
from cockpit.sources.web.model import ALERTMANAGER, Alert, Matcher, Silence
from cockpit.text import clean

_NAMED: Final = 20
"""Alerts that a plan names one by one."""
_LONG: Final = timedelta(hours=24)
_TELLING: Final = ("namespace", "service", "job", "pod", "instance")
"""Labels that tell one alert from another of its name."""


class AlertmanagerPlanner:
    """Plans silences of one Alertmanager. Reads only.

    Every method raises a SourceError when what the plan needs cannot be read.
    """

    def __init__(self, api: Api, name: str, clock: Clock = utc_now) -> None:
        """Plan for the Alertmanager that the configuration calls `name`."""
        self._api = api
        self._name = name
        self._clock = clock

    async def silence(self, matchers: Sequence[Matcher], lasts: timedelta, author: str, comment: str) -> Plan:
        """Plan to tell nobody of the alerts that all matchers hold of, for a while from when it is run."""
        operation = AddSilence(tuple(matchers), lasts, author.strip(), comment.strip())
        target = Target(
            Ref("Alertmanager", self._name), Guard(", ".join(map(written, matchers)), by="matchers"), operation
        )
        refused = objection_to(matchers) or _lacking(operation)
        alerts: Sequence[Alert] = ()
        silences: Sequence[Silence] = ()
        if not refused:
            alerts, silences = await read_alerts(self._api), await read_silences(self._api)
        chosen = [] if refused else covered(alerts, matchers)
        return Plan(
            verb=Verb.SILENCE,
            title=clean(f"silence {target.guard.uid} on {self._name}"),
            command=add_command(self._api.url, operation) if matchers else "",
            risk=Risk.WRITE,
            context=f"{ALERTMANAGER}{self._name}",
            subject=self._name,
            targets=(target,),
            changes=() if refused else _silenced(chosen, len(alerts), lasts),
            warnings=() if refused else tuple(_warnings(operation, chosen, alerts, silences)),
            refused=refused,
        )

    async def expire(self, silence_id: str) -> Plan:
        """Plan to end a silence, so that its alerts are told of again.

        Raises:
            SourceError: there is no such silence, or it cannot be read.
        """
        wire = await find_silence(self._api, silence_id)
        silence = wire.told()
        if wire.is_over:
            raise SourceError(TroubleKind.MISSING, f"silence {silence.id} is over since {_at(silence.ends_at)}")
        alerts = covered(await read_alerts(self._api), wire.conditions)
        silences = [each for each in await read_silences(self._api) if each.id != silence.id]
        return Plan(
            verb=Verb.EXPIRE_SILENCE,
            title=clean(f"expire silence {silence.id} on {self._name}"),
            command=expire_command(self._api.url, silence.id),
            risk=Risk.WRITE,
            context=f"{ALERTMANAGER}{self._name}",
            subject=self._name,
            targets=(Target(Ref("Silence", silence.id, uid=silence.id), guard_of(wire), ExpireSilence()),),
            changes=(
                clean(f"{', '.join(map(written, silence.matchers))}: until now → {_at(self._clock())}"),
                clean(f"by {silence.created_by}, until {_at(silence.ends_at)}: {silence.comment}"),
                *_told_again(alerts, silences),
            ),
        )


def _lacking(operation: AddSilence) -> str:
    if operation.lasts < timedelta(seconds=1):
        return "it has to last for a while"
    if not operation.author:
        return "it needs to say who makes it"
    return "" if operation.comment else "it needs a comment: others have to know why nobody is told"


def _silenced(chosen: Sequence[Alert], alerts: int, lasts: timedelta) -> tuple[str, ...]:
    head = f"{len(chosen)} of {alerts} alerts that fire are silenced for {lasting(lasts)}"
    return (head, *_named(chosen))


def _told_again(alerts: Sequence[Alert], others: Sequence[Silence]) -> tuple[str, ...]:
    """Tell which alerts are not silenced otherwise."""
    still = {alert.fingerprint for each in others if not each.pending for alert in covered(alerts, each.matchers)}
    free = [alert for alert in alerts if alert.fingerprint not in still]
    rest = f", {len(still)} stay silenced by others" if still else ""
    return (f"people are told again of {len(free)} alerts that fire{rest}", *_named(free))


def _named(alerts: Sequence[Alert]) -> tuple[str, ...]:
    lines = tuple(map(_line, alerts[:_NAMED]))
    return (*lines, f"and {len(alerts) - _NAMED} more") if len(alerts) > _NAMED else lines


def _line(alert: Alert) -> str:
    """Tell an alert in a line: `Down · critical · namespace=shop pod=api-1 · since 14:08:00`."""
    labels = " ".join(f"{name}={alert.labels[name]}" for name in _TELLING if name in alert.labels)
    since = f"since {_at(alert.starts_at)}" if alert.starts_at else ""
    return " · ".join(part for part in (alert.name, alert.severity, labels, since) if part)


def _warnings(
    operation: AddSilence, chosen: Sequence[Alert], alerts: Sequence[Alert], silences: Sequence[Silence]
) -> list[str]:
    told = []
    if not chosen:
        told.append("no alert that fires now is covered")
    elif len(chosen) == len(alerts) > 1:
        told.append("every alert that fires now is covered")
    if operation.lasts > _LONG:
        told.append(f"it lasts for {lasting(operation.lasts)}")
    same = [each for each in silences if set(each.matchers) == set(operation.matchers)]
    told += [f"silence {each.id} by {each.created_by} says the same until {_at(each.ends_at)}" for each in same]
    return told


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
