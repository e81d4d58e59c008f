"""Evidence is kept beside the entries, masked, once, provably unchanged, and can be taken out again."""

import hashlib
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from cockpit.clock import Clock
from cockpit.incident import store
from cockpit.incident.entry import Draft, EntryKind
from cockpit.incident.errors import IncidentFileError, InputError
from cockpit.incident.evidence import MOST_BYTES, SVG, Piece, json_piece, references, seal, seal_all, text_piece
from cockpit.incident.file import IncidentFile

Note = Callable[[str], Draft]
SECRET = "hunter2" + "hunter2"
LEAK = "the private name of a customer, which no rule knows"
_AWS, _GITHUB, _SLACK, _STRIPE = (
    "AKIA" + "QWERTYUIOPASDFGH",
    "ghp_" + "aB3" * 12,
    "xoxb-" + "1234567890-ab",
    "sk_live_" + "aB3d" * 4,
)
_JWT, _BEARER, _KEY = (
    "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "aB3dE6gH9jK2mN5pQ8",
    "MIIEpAIBAAKCAQEA7x",
)
SECRETS = {
    "password": (f"DB_PASSWORD={SECRET}", SECRET),
    "url": (f"postgres://app:{SECRET}@db/shop", SECRET),
    "aws": (f"key {_AWS}", _AWS),
    "github": (f"git clone https://{_GITHUB}@github.com/x", _GITHUB),
    "slack": (f"posted with {_SLACK}", _SLACK),
    "stripe": (f"charge {_STRIPE}", _STRIPE),
    "jwt": (f"cookie {_JWT}", _JWT),
    "bearer": (f"Authorization: Bearer {_BEARER}", _BEARER),
    "pem": ("-----BEGIN RSA PRIVATE KEY-----\n" + f"{_KEY}\n" * 9 + "-----END RSA PRIVATE KEY-----", _KEY),
    "sql": (f"ALTER ROLE app PASSWORD '{SECRET}'", SECRET),
    "flag": (f"mysql --password {SECRET}", SECRET),
    "json": (f'{{"client_secret": "{SECRET}"}}', SECRET),
}
"""By shape: a text, and what of it must be nowhere."""


def evidence(*pieces: Piece) -> Draft:
    return Draft(EntryKind.EVIDENCE, "captured: pods", "ana", pieces=seal_all(pieces))


def raw(incident: IncidentFile) -> bytes:
    """Read the file and all that lies beside it."""
    return b"".join(path.read_bytes() for path in sorted(incident.path.parent.iterdir()))


def test_pieces_are_kept_with_their_entry(incident: IncidentFile) -> None:
    saved = incident.append(evidence(text_piece("my pods.txt", "api 0/1"), json_piece("pods.json", {"api": "0/1"})))
    text, data = references(saved.data)
    assert (text.name, text.media_type, text.size) == ("my-pods.txt", "text/plain", 7)
    assert incident.content(text.sha256) == b"api 0/1"
    assert json.loads(incident.content(data.sha256) or b"") == {"api": "0/1"}
    assert incident.verify() is None


def test_entries_of_every_kind_may_have_pieces(incident: IncidentFile) -> None:
    draft = Draft(EntryKind.COMMAND, "kubectl get pods", "ana", data={"command": "kubectl get pods", "exit": "0"})
    saved = incident.append(msgspec.structs.replace(draft, pieces=seal_all([text_piece("output.txt", "api 0/1")])))
    assert saved.data["command"] == "kubectl get pods"
    assert [each.name for each in references(saved.data)] == ["output.txt"]


def test_the_same_content_is_kept_once(incident: IncidentFile) -> None:
    saved = [incident.append(evidence(text_piece("pods.txt", "api 0/1" * 999))) for _ in range(3)]
    assert len({entry.data["sha256"] for entry in saved}) == 1
    assert incident._connection.execute("SELECT count(*) FROM evidence").fetchone()[0] == 1


def test_the_name_of_a_piece_tells_nothing_of_its_content(incident: IncidentFile, tmp_path: Path, clock: Clock) -> None:
    with closing(IncidentFile.create(tmp_path / "others", clock=clock)) as other:
        names = {file.append(evidence(text_piece("a.txt", "yes"))).data["sha256"] for file in (incident, other)}
    assert len(names) == 2
    assert hashlib.sha256(b"yes").hexdigest() not in names


@pytest.mark.parametrize(("text", "secret"), SECRETS.values(), ids=SECRETS)
def test_no_secret_reaches_the_file_or_its_journal(incident: IncidentFile, text: str, secret: str) -> None:
    data = {"output": text, "lines": text.split("\n"), "rows": [{"text": text}]}
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg"><text>{text}</text></svg>'
    saved = incident.append(
        evidence(text_piece("a.txt", text), json_piece("a.json", data), text_piece("a.svg", drawn, SVG))
    )
    for kind in (EntryKind.NOTE, EntryKind.COMMAND, EntryKind.MESSAGE, EntryKind.ACTION):
        incident.append(Draft(kind, f"{kind} {text}", "ana", data={"command": text}))
    contents = [incident.content(each.sha256) or b"" for each in references(saved.data)]
    assert all(b"[redacted:" in content for content in contents)
    assert secret.encode() not in raw(incident) + b"".join(contents)
    assert json.loads(contents[1]).keys() == data.keys()


def test_a_leak_is_overwritten_and_the_chain_still_holds(incident: IncidentFile, clock: Clock) -> None:
    incident.append(evidence(text_piece("before.txt", "x" * 50_000)))
    leak = incident.append(evidence(Piece("log.txt", "text/plain", LEAK.encode())))
    incident._connection.execute("PRAGMA wal_checkpoint")  # it is in the database and in its journal
    sha256 = leak.data["sha256"] or ""
    stored = incident._connection.execute("SELECT * FROM evidence WHERE sha256 = ?", (sha256,)).fetchone()
    gone = [stored["content"], stored["salt"], stored["content_sha256"].encode()]
    assert all(each in raw(incident) for each in gone)

    removed = incident.remove(sha256, "it names a customer", "ben")
    assert removed.kind is EntryKind.REMOVED
    assert removed.data == {"sha256": sha256, "reason": "it names a customer"}
    assert [each for each in gone if each in raw(incident)] == []
    assert incident.content(sha256) is None
    assert incident.verify() is None
    with closing(IncidentFile.read(incident.path, clock=clock)) as file:
        assert file.verify() is None
        assert [entry.hash for entry in file.entries()][:3] == [entry.hash for entry in incident.entries()][:3]


def test_what_is_removed_may_be_removed_again_and_is_said_once(incident: IncidentFile) -> None:
    sha256 = incident.append(evidence(text_piece("log.txt", LEAK))).data["sha256"] or ""
    assert incident.remove(sha256, "a name", "ben") == incident.remove(sha256, "a name", "ben")
    assert incident.entries()[-1].sequence == 3


def test_it_is_said_when_a_reader_keeps_the_bytes_alive(
    incident: IncidentFile, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha256 = incident.append(evidence(text_piece("log.txt", LEAK))).data["sha256"] or ""
    with closing(IncidentFile.open(incident.path, clock=clock)) as reader:
        reader._connection.execute("BEGIN")
        assert len(reader.entries()) == 2
        monkeypatch.setattr(store, "BUSY_SECONDS", 0.001)
        with pytest.raises(IncidentFileError, match="another program is reading"):
            incident.remove(sha256, "a name", "ben")
        reader._connection.execute("COMMIT")
    incident.remove(sha256, "a name", "ben")
    assert incident.verify() is None


def test_what_is_not_there_cannot_be_removed(incident: IncidentFile, note: Note) -> None:
    incident.append(note("api is down"))
    with pytest.raises(InputError, match="there is no evidence"):
        incident.remove("0" * 64, "why not", "ben")
    assert incident.entries()[-1].text == "api is down"


def changed(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    with connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evidence SET content = x'00'",
        "UPDATE evidence SET salt = NULL, content = NULL, content_sha256 = NULL",
        "DELETE FROM evidence",
        "INSERT OR REPLACE INTO evidence SELECT * FROM evidence",
    ],
)
def test_the_database_refuses_to_change_evidence(incident: IncidentFile, statement: str) -> None:
    incident.append(evidence(text_piece("log.txt", "api")))
    with pytest.raises(sqlite3.IntegrityError, match="evidence is never"):
        changed(incident.path, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evidence SET content = x'789c030000000001'",
        "UPDATE evidence SET content = x'00', salt = 'text'",
        "UPDATE evidence SET salt = NULL, content = NULL, content_sha256 = NULL",
        "DELETE FROM evidence",
    ],
)
def test_evidence_that_was_changed_behind_the_programs_back_is_found(incident: IncidentFile, statement: str) -> None:
    incident.append(evidence(text_piece("log.txt", "api")))
    incident.append(evidence(text_piece("log.txt", "db")))
    triggers = ("evidence_is_only_removed_and_never_changed", "evidence_is_never_deleted")
    changed(incident.path, *(f"DROP TRIGGER {trigger}" for trigger in triggers), statement)
    assert incident.verify() == 2


def test_without_room_evidence_is_not_half_written(incident: IncidentFile, note: Note) -> None:
    incident.append(note("api is down"))
    pages = incident._connection.execute("PRAGMA page_count").fetchone()[0]
    incident._connection.execute(f"PRAGMA max_page_count = {pages + 1}")
    with pytest.raises(IncidentFileError, match="the disk is full"):
        incident.append(evidence(Piece("noise.txt", "text/plain", bytes(range(32, 127)) * 9), noise()))
    assert incident._connection.execute("SELECT count(*) FROM evidence").fetchone()[0] == 0
    assert incident.append(note("it goes on")).sequence == 3
    assert incident.verify() is None


def test_an_entry_is_worth_more_than_its_pieces(incident: IncidentFile, note: Note) -> None:
    incident.append(note("api is down"))
    pages = incident._connection.execute("PRAGMA page_count").fetchone()[0]
    incident._connection.execute(f"PRAGMA max_page_count = {pages}")
    draft = Draft(EntryKind.COMMAND, "kubectl logs api", "ana", pieces=seal_all([noise()]))
    saved = incident.append(draft)
    assert saved.text == "kubectl logs api"
    assert "the disk is full" in (saved.data["not kept"] or "")


def noise() -> Piece:
    """Make a piece that cannot be compressed."""
    digits = "".join(hashlib.sha256(str(number).encode()).hexdigest() for number in range(999))
    return text_piece("noise.txt", digits)


def test_of_a_text_that_is_too_long_beginning_and_end_are_kept() -> None:
    piece = text_piece("output.txt", "begin " + "é" * MOST_BYTES + " end")
    assert len(piece.content) <= MOST_BYTES
    text = piece.content.decode()
    assert text.startswith("begin éé")
    assert text.endswith("éé end")
    assert "bytes left out" in text


def test_what_is_no_text_and_too_large_is_refused() -> None:
    with pytest.raises(InputError, match="larger than 8 MB"):
        seal(Piece("pods.json", "application/json", b" " * (MOST_BYTES + 1)))


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"sha256": "ab"},
        {"sha256": "ab cd", "name": "a", "media_type": "text/plain", "bytes": "1"},
        {"sha256": "ab", "name": "a", "media_type": "text/plain", "bytes": "many"},
        {"sha256": None, "name": None, "media_type": None, "bytes": None},
    ],
)
def test_what_refers_to_nothing_is_no_reference(data: dict[str, str | None]) -> None:
    assert references(data) == []
