"""Kinds that are listed on demand as rows: secrets, config maps, quotas, budgets and their like.

Each tells what decides about it, and who changed it last and when.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

from cockpit.sources.kubernetes import listed_kinds
from cockpit.sources.kubernetes.listed_kinds import Listed, ListedKind
from cockpit.sources.kubernetes.model import TERMINATING
from cockpit.sources.kubernetes.objects import ObjectRef
from cockpit.sources.kubernetes.quantity import parse_quantity
from cockpit.ui.kubernetes.object_row import CHANGING, DONE, DOUBTFUL, WELL, WRONG, ObjectRow, tinted
from cockpit.ui.widgets.format import age
from cockpit.ui.widgets.rows import Cell, Column

_WANTS = {"minAvailable": "at least {} stay", "maxUnavailable": "at most {} away"}


class Telling(NamedTuple):
    """What decides about an object."""

    texts: tuple[str, ...] = ()
    """One for each column that its kind has of its own."""
    worst: int = WELL


class ListedTable(NamedTuple):
    """How a kind is drawn."""

    title: str
    kind: ListedKind
    columns: tuple[Column, ...]
    """Those that it has of its own."""
    tell: Callable[[Listed, datetime], Telling]

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """The columns of a row."""
        scope = (_NAMESPACE,) if self.kind.namespaced else ()
        name = _NAME if any(column.grows for column in self.columns) else _GROWING_NAME
        return (*scope, name, *self.columns, _CHANGED, _BY, _AGE)


def listed_rows(table: ListedTable, objects: Iterable[Listed], now: datetime) -> list[ObjectRow]:
    """Draw all objects of a kind as of `now`. Among those that are equally well, what was changed last comes first."""
    return [_row(table, each, now) for each in objects]


def _row(table: ListedTable, each: Listed, now: datetime) -> ObjectRow:
    texts, worst = table.tell(each, now)
    meta = each.meta
    cells = (
        *((Cell(meta.namespace),) if table.kind.namespaced else ()),
        Cell(meta.name),
        *(tinted(text, worst) for text in texts),
        Cell(age(each.changed_at, now)),
        Cell(each.changed_by, "dim"),
        Cell(age(meta.created, now)),
    )
    reference = ObjectRef(table.kind.kind, meta.namespace, meta.name)
    return ObjectRow(reference, worst, cells, (-each.changed_at.timestamp(),), meta.labels)


def _metadata_only(_: Listed, __: datetime) -> Telling:
    return Telling()


def _network_policy(each: Listed, _: datetime) -> Telling:
    chosen = _dict(_dict(each.spec, "podSelector"), "matchLabels")
    pods = [f"{name}={value}" for name, value in chosen.items()]
    pods += ["…"] if _dict(each.spec, "podSelector").get("matchExpressions") else []
    types = each.spec.get("policyTypes") or ()
    lets = [f"{word}: {_rules(each.spec.get(word))}" for word in ("ingress", "egress") if word.title() in types]
    return Telling((", ".join(pods) or "every pod", ", ".join(lets)))


def _rules(rules: Any) -> str:
    count = len(rules or ())
    if not count:
        return "nothing"
    if not all(rules):  # a rule that asks for nothing lets everything pass
        return "everything"
    return "1 rule" if count == 1 else f"{count} rules"


def _cron_job(each: Listed, now: datetime) -> Telling:
    running = len(each.status.get("active") or ())
    state = "suspended" if each.spec.get("suspend") else f"{running} running" if running else ""
    worst = DOUBTFUL if each.spec.get("suspend") else CHANGING if running else WELL
    runs = [age(_time(each.status.get(name)), now) for name in ("lastScheduleTime", "lastSuccessfulTime")]
    return Telling((str(each.spec.get("schedule", "")), state, *runs), worst)


def _quota(each: Listed, _: datetime) -> Telling:
    hard, used = _dict(each.status, "hard"), _dict(each.status, "used")
    shares = {name: _share(used.get(name), limit) for name, limit in hard.items()}
    fullest_first = sorted(hard, key=lambda name: -shares[name])
    text = ", ".join(f"{name} {used.get(name, '0')} of {hard[name]}" for name in fullest_first)
    return Telling((text,), DOUBTFUL if any(share >= 1 for share in shares.values()) else WELL)


def _share(used: Any, limit: Any) -> float:
    with suppress(ValueError, ZeroDivisionError, ArithmeticError):
        return float(parse_quantity(str(used or "0")) / parse_quantity(str(limit)))
    return 0.0


def _budget(each: Listed, _: datetime) -> Telling:
    wants = [words.format(each.spec[name]) for name, words in _WANTS.items() if each.spec.get(name) is not None]
    status = each.status
    expected = status.get("expectedPods") or 0
    allowed = status.get("disruptionsAllowed") or 0
    pods = f"{status.get('currentHealthy', 0)} of {expected}"
    return Telling((", ".join(wants), pods, str(allowed)), DOUBTFUL if expected and not allowed else WELL)


def _volume(each: Listed, _: datetime) -> Telling:
    phase = TERMINATING if each.meta.deleting_since else str(each.status.get("phase") or "unknown")
    claim = _dict(each.spec, "claimRef")
    texts = (
        phase,
        str(_dict(each.spec, "capacity").get("storage", "")),
        "/".join(str(claim[part]) for part in ("namespace", "name") if claim.get(part)),
        str(each.spec.get("storageClassName") or ""),
        str(each.spec.get("persistentVolumeReclaimPolicy") or ""),
    )
    tones = {"Failed": WRONG, "Released": DOUBTFUL, "Available": DONE, TERMINATING: DOUBTFUL}
    return Telling(texts, tones.get(phase, WELL))


def _namespace(each: Listed, _: datetime) -> Telling:
    phase = str(each.status.get("phase") or "")
    return Telling((phase,), CHANGING if phase == TERMINATING else WELL)


def _dict(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = given.get(name)
    return found if isinstance(found, dict) else {}


def _time(text: Any) -> datetime | None:
    with suppress(ValueError):
        return datetime.fromisoformat(str(text)) if text else None
    return None


_NAMESPACE = Column("namespace", "NAMESPACE", 12, importance=2)
_NAME = Column("name", "NAME", 26)
_GROWING_NAME = Column("name", "NAME", 26, grows=True)
_CHANGED = Column("changed", "CHANGED", 7, right=True)
_BY = Column("by", "BY", 18, importance=3)
_AGE = Column("age", "AGE", 5, right=True, importance=1)

TABLES = (
    ListedTable("Secrets", listed_kinds.SECRETS, (), _metadata_only),
    ListedTable("Config maps", listed_kinds.CONFIG_MAPS, (), _metadata_only),
    ListedTable(
        "Network policies",
        listed_kinds.NETWORK_POLICIES,
        (Column("pods", "FOR PODS", 20, grows=True), Column("lets", "LETS PASS", 34)),
        _network_policy,
    ),
    ListedTable(
        "Cron jobs",
        listed_kinds.CRON_JOBS,
        (
            Column("schedule", "SCHEDULE", 14),
            Column("state", "STATE", 10),
            Column("last", "LAST RUN", 8, right=True),
            Column("success", "SUCCESS", 7, right=True, importance=1),
        ),
        _cron_job,
    ),
    ListedTable("Quotas", listed_kinds.QUOTAS, (Column("used", "USED", 40, grows=True),), _quota),
    ListedTable(
        "Disruption budgets",
        listed_kinds.DISRUPTION_BUDGETS,
        (
            Column("wants", "WANTS", 20),
            Column("healthy", "HEALTHY", 9, right=True, importance=1),
            Column("allowed", "MAY GO", 6, right=True),
        ),
        _budget,
    ),
    ListedTable(
        "Volumes",
        listed_kinds.VOLUMES,
        (
            Column("phase", "PHASE", 11),
            Column("size", "SIZE", 8, right=True, importance=2),
            Column("claim", "CLAIM", 24, grows=True, importance=1),
            Column("class", "CLASS", 14, importance=4),
            Column("reclaim", "RECLAIM", 8, importance=4),
        ),
        _volume,
    ),
    ListedTable("Namespaces", listed_kinds.NAMESPACES, (Column("phase", "PHASE", 12),), _namespace),
)
