"""What can be done to alerts and silences: those under the cursor."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, NamedTuple

from cockpit.actions.plan import Verb
from cockpit.sources.web.model import Alert, Matcher, Silence

LENGTHS: Final = {
    "30 min": timedelta(minutes=30),
    "1 h": timedelta(hours=1),
    "2 h": timedelta(hours=2),
    "8 h": timedelta(hours=8),
}
"""For how long a silence may be made; longer ones are forgotten."""


class SilenceSelection(NamedTuple):
    """What an action on an Alertmanager would be about."""

    alerts: Sequence[Alert] = ()
    """Those under the cursor: one, or all of a name that are listed together."""
    silence: Silence | None = None


class SilenceOffer(NamedTuple):
    """Something that can be done, before it is known for how long and why."""

    verb: Verb
    title: str
    why: str
    matchers: tuple[Matcher, ...] = ()
    silence_id: str = ""


def silence_offers(selection: SilenceSelection) -> list[SilenceOffer]:
    """List what can be done: silence the alerts that are not, expire a silence, also one that holds the alerts back."""
    alerts = selection.alerts
    offers = [_silence(alerts)] if alerts else []
    ids = [selection.silence.id] if selection.silence is not None else []
    ids += [each for alert in alerts for each in alert.silenced_by]
    return offers + [
        SilenceOffer(
            Verb.EXPIRE_SILENCE,
            f"expire silence {each}",
            "people are told again of what it holds back",
            silence_id=each,
        )
        for each in dict.fromkeys(ids)
    ]


def shared_labels(alerts: Sequence[Alert]) -> tuple[Matcher, ...]:
    """Give the matchers that hold of all alerts: their labels, as far as they have the same values."""
    first, *others = alerts
    return tuple(
        Matcher(name, value)
        for name, value in first.labels.items()
        if value and all(each.labels.get(name) == value for each in others)
    )


def _silence(alerts: Sequence[Alert]) -> SilenceOffer:
    matchers = shared_labels(alerts)
    which = alerts[0].name if len(alerts) == 1 else f"all {len(alerts)} of {alerts[0].name}"
    return SilenceOffer(
        Verb.SILENCE, f"silence {which}", f"nobody is told of {_written(matchers)} for a while", matchers
    )


def _written(matchers: Sequence[Matcher]) -> str:
    return ", ".join(f"{each.name}={each.value}" for each in matchers)
