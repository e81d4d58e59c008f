"""What is promoted stands in the log at its own time, once, with what it rests on, and without secrets."""

from datetime import timedelta
from pathlib import Path

import msgspec
from support.shop import NOW, pod

from cockpit.incident.entry import EntryKind, EntrySource
from cockpit.incident.evidence import references, seal_all
from cockpit.incident.file import IncidentFile
from cockpit.observer.folding import Candidate
from cockpit.observer.observation import Kind, Observation, before_and_after
from cockpit.observer.promotion import evidence, promotion
from cockpit.sources.kubernetes.model import Health

BEFORE = pod("api-7f9-x2")
AFTER = pod("api-7f9-x2", "CrashLoopBackOff", Health.WRONG, ready=False, restarts=14, exit_code=1)
LAST = Observation(
    NOW, Kind.RESTART, "pod shop/api-7f9-x2", "api-7f9-x2", "restarted (exit 1)", "uid 14",
    data=before_and_after(BEFORE, AFTER),
)  # fmt: skip
FIRST = msgspec.structs.replace(LAST, at=NOW - timedelta(minutes=6), token="uid 1")
FOLDED = Candidate("14", FIRST, LAST, 14)


def test_it_says_what_was_seen_when_how_often_and_by_whom_it_was_kept() -> None:
    draft = promotion(FOLDED, "ana")
    assert (draft.kind, draft.actor, draft.source) == (EntryKind.OBSERVED, "ana", EntrySource.COCKPIT)
    assert draft.occurred_at == NOW - timedelta(minutes=6)
    assert draft.text == "api-7f9-x2: 14 restarts in 6 min, last: restarted (exit 1)"
    assert (draft.data["subject"], draft.data["count"]) == ("pod shop/api-7f9-x2", "14")


def test_what_happened_once_is_not_counted() -> None:
    assert "count" not in promotion(Candidate("1", LAST, LAST, 1), "ana").data


def test_two_cockpits_write_it_once_with_the_evidence(tmp_path: Path) -> None:
    file = IncidentFile.create(tmp_path, clock=lambda: NOW)
    for actor in ("ana", "bob"):
        draft = msgspec.structs.replace(promotion(FOLDED, actor), pieces=seal_all(evidence(FOLDED)))
        file.append(draft)
    (entry,) = (entry for entry in file.entries() if entry.kind is EntryKind.OBSERVED)
    (piece,) = references(entry.data)
    content = file.content(piece.sha256)
    assert content is not None
    observed = msgspec.json.decode(content)["observed"]
    assert [each["data"]["after"]["restarts"] for each in observed] == [14, 14]
    assert entry.data["subject"] == "pod shop/api-7f9-x2"
    file.close()


def test_secrets_in_what_it_rests_on_are_masked(tmp_path: Path) -> None:
    leak = msgspec.structs.replace(LAST, data={"after": {"env": "DB_PASSWORD=hunter2-hunter2"}})
    file = IncidentFile.create(tmp_path, clock=lambda: NOW)
    (sealed,) = seal_all(evidence(Candidate("1", leak, leak, 1)))
    entry = file.append(msgspec.structs.replace(promotion(Candidate("1", leak, leak, 1), "ana"), pieces=(sealed,)))
    content = file.content(references(entry.data)[0].sha256)
    assert content is not None
    assert b"hunter2" not in content
    file.close()
