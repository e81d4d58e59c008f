"""Entries as lines of text: for people, and as JSON for programs."""

import json
from typing import TextIO

import msgspec

from cockpit.clock import rfc3339
from cockpit.incident.entry import Entry, EntrySource, TimeSource
from cockpit.text import clean


def as_text(entry: Entry) -> str:
    """Write an entry on one line; nothing in it steers a terminal. How its time is known stands behind the time.

    Of what happened when it was written down, nothing stands there.
    """
    actor = clean(entry.actor)
    if entry.source is EntrySource.COMMAND:
        actor = f"{actor} ({entry.source})"
    known = "" if entry.time_from == TimeSource.CLOCK else f"({clean(entry.time_from)})"
    time = f"{rfc3339(entry.occurred_at)} {known:<10}"
    return f"{entry.sequence:>5}  {time}  {entry.kind:<11}  {actor}  {clean(entry.text)}"


def as_json(entry: Entry) -> str:
    """Write an entry as one JSON object in ASCII: all its fields, those of the hash chain as well."""
    fields = msgspec.structs.asdict(entry)
    fields |= {"recorded_at": rfc3339(entry.recorded_at), "occurred_at": rfc3339(entry.occurred_at)}
    fields |= {"id": entry.id, "time_from": entry.time_from}
    return json.dumps(fields, sort_keys=True)


def put(text: str, stdout: TextIO) -> None:
    """Write `text` at once; what the encoding of `stdout` lacks is shown as a question mark."""
    encoding = stdout.encoding or "utf-8"
    stdout.write(text.encode(encoding, "replace").decode(encoding))
    stdout.flush()
