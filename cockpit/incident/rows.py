"""How entries stand in the tables of an incident file."""

import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from cockpit.clock import rfc3339
from cockpit.incident.entry import Entry
from cockpit.incident.errors import IncidentFileError
from cockpit.redact import redact

_PREPARED: Final = msgspec.json.Decoder(Entry)  # several threads read rows: see `cockpit.threads`
_COLUMNS = Entry.__struct_fields__
SELECT = f"SELECT {', '.join(_COLUMNS)} FROM entry"  # noqa: S608  (column names of our own)
INSERT = (
    f"INSERT INTO entry ({', '.join(_COLUMNS)}, key) "  # noqa: S608  (column names of our own)
    f"VALUES ({', '.join(f':{column}' for column in _COLUMNS)}, :key)"
)


def row_of(entry: Entry) -> dict[str, Any]:
    """Give the values of the columns of an entry."""
    return {
        **msgspec.structs.asdict(entry),
        "recorded_at": rfc3339(entry.recorded_at),
        "occurred_at": rfc3339(entry.occurred_at),
        "data": msgspec.json.encode(entry.data, order="sorted").decode(),
    }


def entry_of(row: sqlite3.Row | Mapping[str, Any]) -> Entry:
    """Read an entry from its columns.

    Raises:
        IncidentFileError: A column does not hold what this program writes.
    """
    fields = dict(row)
    try:
        entry = msgspec.convert({**fields, "data": msgspec.json.decode(fields["data"])}, Entry)
    except (msgspec.DecodeError, TypeError) as error:
        raise _unreadable(row, str(error)) from error
    if (rfc3339(entry.recorded_at), rfc3339(entry.occurred_at)) != (fields["recorded_at"], fields["occurred_at"]):
        raise _unreadable(row, "its times are not RFC 3339 in UTC")
    return entry


def milliseconds(moment: datetime) -> datetime:
    """Cut a moment to what is stored of it."""
    return datetime.fromisoformat(rfc3339(moment))


def storable(text: str) -> str:
    r"""Write lone surrogates, which stand for bytes that were not UTF-8, as `\udc..`: they have no UTF-8 form."""
    return text.encode("utf-8", "backslashreplace").decode()


def masked(value: str | None) -> str | None:
    """Make a text fit to be stored, without its secrets."""
    return None if value is None else redact(storable(value))


def _unreadable(row: sqlite3.Row | Mapping[str, Any], why: str) -> IncidentFileError:
    return IncidentFileError(
        f"entry {row['sequence']} cannot be read: {why}", "cockpit report FILE  (shows the others)"
    )
