"""Of every shape of secret that is known, nothing is in the bytes of an incident file, whichever way it came."""

import base64
import json

import pytest
from support.secrets import ALNUM, PEM, PEM_END, WHOLE

from cockpit.incident import action
from cockpit.incident.entry import Draft, EntryKind, EntrySource
from cockpit.incident.evidence import SVG, json_piece, references, seal_all, text_piece
from cockpit.incident.file import IncidentFile
from cockpit.incident.masking import mask_json
from cockpit.incident.messages.told import Told, entry_of
from cockpit.redact import _RULES, MASK, redact

PASSWORD = "hunter2" + "hunter2"
BASIC = base64.b64encode(f"app:{PASSWORD}".encode()).decode()

SHAPES = [
    *((kind, f"it said {secret} there", secret) for kind, secret in WHOLE.items()),
    ("private-key", f"{PEM}\n" + "MIIEpAIBAAKCAQEA7x\n" * 9 + PEM_END, "MIIEpAIBAAKCAQEA7x"),
    ("slack-webhook", f"curl https://hooks.slack.com/services/T000/B000/{ALNUM[:24]}", ALNUM[:24]),
    ("authorization", f"Authorization: Bearer {ALNUM[:18]}", ALNUM[:18]),
    ("bearer", f"sent bearer {ALNUM}", ALNUM),
    ("basic", f"sent Basic {BASIC}", BASIC),
    ("password", f"postgres://app:{PASSWORD}@db/shop", PASSWORD),
    ("password", f"curl -u app:{PASSWORD} https://shop.example", PASSWORD),
    ("password", f"DB_PASSWORD={PASSWORD} psql", PASSWORD),
    ("password", f"ALTER ROLE app PASSWORD '{PASSWORD}'", PASSWORD),
    ("secret", f"export API_KEY={PASSWORD}", PASSWORD),
    ("secret", f"login --token {PASSWORD} --host shop.example", PASSWORD),
    ("secret", f"env:\n- name: DB_PASSWORD\n  value: {PASSWORD}\n- name: LEVEL\n  value: debug", PASSWORD),
]
"""By kind: a text, and what of it must be nowhere."""
WHOLE_KEY = [PEM, ALNUM, ALNUM, PEM_END]


def test_no_kind_is_left_out() -> None:
    assert {kind for kind, _, _ in SHAPES} == {kind for kind, _ in _RULES}


@pytest.mark.parametrize(
    ("kind", "text", "secret"), SHAPES, ids=[f"{kind}-{at}" for at, (kind, *_) in enumerate(SHAPES)]
)
def test_it_is_nowhere_in_the_file_nor_beside_it(incident: IncidentFile, kind: str, text: str, secret: str) -> None:
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg"><text>{text}</text></svg>'
    lines = [{"time": None, "stream": "api", "text": line} for line in text.split("\n")]
    pieces = seal_all(
        [text_piece("logs.txt", text), json_piece("logs.json", {"lines": lines}), text_piece("a.svg", drawn, SVG)]
    )
    command = {"command": f'psql -c "{text}"', "exit": "0"}
    told = Told("token", "Initial", "chat", f"We know: {text}", "failed", answer=text)
    drafts = [
        Draft(EntryKind.NOTE, text, "ana"),
        Draft(EntryKind.EVIDENCE, "captured: logs", "ana", pieces=pieces),
        Draft(EntryKind.COMMAND, f"psql\n{text}", "ana", EntrySource.COMMAND, data=dict(command), pieces=pieces),
        action.intent("t", "set env", f"kubectl set env deployment/api {text}", "ana"),
        action.receipt("t", "set env", "failed", text, "ana"),
        entry_of(told, "ana"),
    ]
    saved = [incident.append(draft) for draft in drafts]
    beside = sorted(incident.path.parent.iterdir())
    assert len(beside) > 1, "the write-ahead log is not there"
    contents = [incident.content(each.sha256) or b"" for each in references(saved[1].data)]
    assert not [path.name for path in beside if secret.encode() in path.read_bytes()]
    assert not [content for content in contents if secret.encode() in content]
    assert all(
        f"{MASK}{kind}]" in entry.text + json.dumps(entry.data)
        for entry in saved
        if entry.kind is not EntryKind.EVIDENCE
    )


def test_a_key_in_lines_of_a_log_is_masked_in_each_of_them(incident: IncidentFile) -> None:
    lines = ["before", *WHOLE_KEY, "after"]
    data = {"lines": [{"time": None, "stream": "api", "text": line} for line in lines]}
    saved = incident.append(
        Draft(EntryKind.EVIDENCE, "captured: logs", "ana", pieces=seal_all([json_piece("a.json", data)]))
    )
    kept = json.loads(incident.content(references(saved.data)[0].sha256) or b"")["lines"]
    assert [line["text"] for line in kept] == ["before", *[f"{MASK}private-key]"] * len(WHOLE_KEY), "after"]


@pytest.mark.parametrize("before", ["", "2026-11-21T14:08:51.120Z api-7f9-x2/api "])
def test_a_key_whose_end_is_out_of_view_is_masked(before: str) -> None:
    body = ALNUM + ALNUM[:24]
    seen = "\n".join(f"{before}{line}" for line in (PEM, body, body, "GET /healthz 200"))
    masked = redact(seen)
    assert body not in masked
    assert masked.endswith(f"{before}GET /healthz 200")


def test_what_a_promoted_rollout_rests_on_holds_no_secret_of_a_container() -> None:
    variables = [{"name": "DB_PASSWORD", "value": PASSWORD}, {"name": "LEVEL", "value": "debug"}]
    masked = json.loads(mask_json(json.dumps({"before": {"env": variables}}).encode()))
    assert masked["before"]["env"] == [{"name": "DB_PASSWORD", "value": f"{MASK}secret]"}, variables[1]]
