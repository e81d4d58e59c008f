"""The hash chain that makes every later change of an incident file visible.

Each entry carries the hash of the one before it. The hash of an entry is SHA-256 over its canonical JSON: all fields
but the hash itself, keys sorted, no white space, UTF-8, times as RFC 3339 with milliseconds. Any JSON library can check
it.
"""

import hashlib
from collections.abc import Iterable

import msgspec

from cockpit.clock import rfc3339
from cockpit.incident.entry import Entry

GENESIS = "0" * 64
"""The `previous_hash` of the first entry."""


def canonical(entry: Entry) -> bytes:
    """Write what the hash of `entry` is computed from: all its other fields."""
    fields = msgspec.structs.asdict(entry)
    del fields["hash"]
    fields["recorded_at"] = rfc3339(entry.recorded_at)
    fields["occurred_at"] = rfc3339(entry.occurred_at)
    return msgspec.json.encode(fields, order="sorted")


def hash_of(entry: Entry) -> str:
    """Compute what the hash of `entry` has to be, from all its other fields."""
    return hashlib.sha256(canonical(entry)).hexdigest()


def first_broken(entries: Iterable[Entry]) -> int | None:
    """Give the sequence of the first entry that is missing, changed or out of place; None when the chain holds.

    What is cut off at the end leaves a shorter chain that holds: only the file knows how many there were.
    """
    expected, previous = 1, GENESIS
    for entry in entries:
        if entry.sequence != expected or entry.previous_hash != previous or entry.hash != hash_of(entry):
            return expected
        expected, previous = expected + 1, entry.hash
    return None
