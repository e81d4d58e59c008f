"""Health of a server: its standbys, its replication slots, and itself as a standby."""

from collections.abc import Iterator

from cockpit.diagnosis.policy import Policy
from cockpit.sources.postgres.model import Health, Slot, Standby
from cockpit.ui.postgres.check import Check, Group, judged, missing, worst
from cockpit.ui.postgres.postgres_view import View
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.amounts import duration, size

MEBIBYTE = 1 << 20
_EARLY = 0.5
"""Of what is wrong, so much is doubtful."""
_WAL_TONES: dict[str, Tone] = {"lost": "wrong", "unreserved": "wrong", "extended": "doubtful"}


def replication(view: View, health: Health) -> Group:
    """Judge replication, in both directions."""
    return Group("replication", [*_as_standby(view, health), *_standbys(view, health), *_slots(view, health)])


def _as_standby(view: View, health: Health) -> Iterator[Check]:
    if not view.look.server.in_recovery:
        return
    if health.receiving is None:
        yield missing(view, "recovery", "from the primary")
    else:
        remark = "" if health.receiving else "no WAL receiver runs: look at primary_conninfo and at the primary"
        connected = "connected" if health.receiving else "not connected"
        yield Check("from the primary", connected, "well" if health.receiving else "wrong", remark)
    lag = health.replay_lag_seconds
    yield Check("behind the primary", duration(lag), _judged(lag, view.policy.replica_lag_seconds))


def _standbys(view: View, health: Health) -> Iterator[Check]:
    if health.standbys is None:
        yield missing(view, "standbys", "standbys")
    elif not health.standbys:
        yield Check("standbys", "none")
    else:
        yield from (_standby(each, view.policy) for each in health.standbys)


def _judged(figure: float | None, wrong: float) -> Tone:
    return judged(figure, _EARLY * wrong, wrong)


def _standby(standby: Standby, policy: Policy) -> Check:
    lag = standby.replay_lag_seconds
    in_bytes = _judged(standby.lag_bytes, policy.replica_lag_mebibytes * MEBIBYTE)
    tone = worst(_judged(lag, policy.replica_lag_seconds), in_bytes)
    if standby.state != "streaming":
        tone = "doubtful" if tone == "well" else tone
    behind = f"{size(standby.lag_bytes)} behind" if standby.lag_bytes is not None else "position not told"
    told = f"{behind}, {duration(lag)}" if lag is not None else behind
    name = standby.application or standby.client_address or str(standby.pid)
    return Check(f"standby {name}", f"{standby.state} {standby.sync_state}", tone, told)


def _slots(view: View, health: Health) -> Iterator[Check]:
    if health.slots is None:
        yield missing(view, "slots", "replication slots")
    elif not health.slots:
        yield Check("replication slots", "none")
    else:
        yield from (_slot(each, view.policy) for each in health.slots)


def _slot(slot: Slot, policy: Policy) -> Check:
    kept = _judged(slot.retained_bytes, policy.slot_mebibytes * MEBIBYTE)
    tone = worst(kept, _WAL_TONES.get(slot.wal_status, "well"))
    if not slot.active and tone == "well":
        tone = "doubtful"
    parts = [f"keeps {size(slot.retained_bytes)} of WAL"] if slot.retained_bytes is not None else []
    if slot.wal_status:
        parts.append(f"wal_status {slot.wal_status}")
    if slot.safe_wal_bytes is not None:
        parts.append(f"{size(slot.safe_wal_bytes)} until it is lost")
    if not slot.active:
        parts.append(f"nobody reads it: SELECT pg_drop_replication_slot('{slot.name}') if nobody will")
    return Check(f"slot {slot.name}", "active" if slot.active else "inactive", tone, ", ".join(parts))
