"""Events as rows, the newest first."""

from collections.abc import Iterable
from datetime import UTC, datetime

from cockpit.sources.kubernetes.objects import Event, ObjectRef
from cockpit.ui.kubernetes.object_row import DOUBTFUL, WELL, ObjectRow, tinted
from cockpit.ui.widgets.format import age
from cockpit.ui.widgets.rows import Cell, Column

COLUMNS = (
    Column("age", "LAST", 5, right=True),
    Column("count", "TIMES", 5, right=True, importance=2),
    Column("reason", "REASON", 18),
    Column("about", "OBJECT", 24, grows=True, importance=1),
    Column("message", "MESSAGE", 26, grows=True),
)

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def event_rows(events: Iterable[Event], now: datetime) -> list[ObjectRow]:
    """Draw events as of `now`. They are told in the order of time: none is worse for being a warning."""
    return [event_row(event, now) for event in events]


def about_of(event: Event) -> ObjectRef:
    """Tell what an event is about. Events about nodes stand in a namespace, nodes do not."""
    return ObjectRef(event.kind, "" if event.kind == "Node" else event.namespace, event.name)


def told_at(event: Event) -> datetime:
    """Tell when an event was told last."""
    return event.last_at or event.first_at or _LONG_AGO


def event_row(event: Event, now: datetime) -> ObjectRow:
    """Draw an event as of `now`."""
    at = told_at(event)
    tone = DOUBTFUL if event.type != "Normal" else WELL
    about = about_of(event)
    cells = (
        Cell(age(at, now)),
        Cell(str(event.count) if event.count > 1 else ""),
        tinted(event.reason, tone),
        Cell(f"{about}"),
        Cell(event.message),
    )
    return ObjectRow(about, WELL, cells, (-at.timestamp(),), part=event.meta.key)


def event_key(row: str) -> str:
    """Tell which event a row tells, by the key of the row: events are `namespace/name`, and no name has a slash."""
    return "/".join(row.rsplit("/", 2)[-2:])
