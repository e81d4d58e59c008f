"""The hash chain shows every change."""

import hashlib
import json
from datetime import UTC, datetime

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from cockpit.clock import rfc3339
from cockpit.incident.chain import GENESIS, first_broken, hash_of
from cockpit.incident.entry import Entry, EntryKind, EntrySource

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
TIMES = st.datetimes(timezones=st.just(UTC), min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1))  # noqa: DTZ001  (hypothesis adds the zone)


def chained(entries: list[Entry]) -> list[Entry]:
    """Number the entries and give them their hashes."""
    chain: list[Entry] = []
    previous = GENESIS
    for sequence, entry in enumerate(entries, 1):
        numbered = msgspec.structs.replace(entry, sequence=sequence, previous_hash=previous)
        previous = hash_of(numbered)
        chain.append(msgspec.structs.replace(numbered, hash=previous))
    return chain


LOOSE = st.builds(
    Entry,
    sequence=st.just(0),
    recorded_at=TIMES,
    occurred_at=TIMES,
    kind=st.sampled_from(EntryKind),
    actor=TEXT,
    source=st.sampled_from(EntrySource),
    text=TEXT,
    data=st.dictionaries(TEXT, TEXT | st.none(), max_size=3),
    previous_hash=st.just(""),
    hash=st.just(""),
)
CHAINS = st.lists(LOOSE, min_size=2, max_size=6).map(chained)


@given(CHAINS)
def test_an_untouched_chain_holds(chain: list[Entry]) -> None:
    assert first_broken(chain) is None


@given(CHAINS)
def test_any_json_library_can_check_a_hash(chain: list[Entry]) -> None:
    fields = msgspec.structs.asdict(chain[1]) | {
        "recorded_at": rfc3339(chain[1].recorded_at),
        "occurred_at": rfc3339(chain[1].occurred_at),
    }
    claimed = fields.pop("hash")
    canonical = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(canonical.encode()).hexdigest() == claimed


@given(CHAINS, st.data())
def test_a_changed_entry_is_found(chain: list[Entry], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(chain) - 1))
    field = data.draw(st.sampled_from(["text", "actor", "previous_hash", "hash"]))
    chain[at] = msgspec.structs.replace(chain[at], **{field: getattr(chain[at], field) + "!"})
    assert first_broken(chain) == at + 1


@given(CHAINS, st.data())
def test_a_missing_entry_is_found(chain: list[Entry], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(chain) - 2))
    del chain[at]
    assert first_broken(chain) == at + 1


@given(CHAINS)
def test_a_new_hash_for_a_changed_entry_breaks_the_next_one(chain: list[Entry]) -> None:
    forged = msgspec.structs.replace(chain[0], text=chain[0].text + "!")
    chain[0] = msgspec.structs.replace(forged, hash=hash_of(forged))
    assert first_broken(chain) == 2


def test_an_empty_chain_holds() -> None:
    assert first_broken([]) is None
