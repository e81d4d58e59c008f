"""What an incident is to be judged by, kept with its declaration: the runbook as it was, and the policy in force."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from cockpit.incident.entry import Entry, EntryKind
from cockpit.incident.errors import IncidentFileError
from cockpit.incident.evidence import MARKDOWN, TOML, Piece, json_piece, references, text_piece
from cockpit.incident.file import IncidentFile
from cockpit.runbooks.load import texts_of
from cockpit.runbooks.model import Runbook
from cockpit.runbooks.source import RunbookError

RUNBOOK: Final = "runbook.json"
"""The runbook as it was understood."""
POLICY: Final = "policy.json"
_TEXT: Final = {".md": ("runbook.md", MARKDOWN), ".toml": ("runbook.toml", TOML)}
"""The runbook as people wrote it, by the end of the file's name."""


def opening(runbook: Runbook, path: Path | None, thresholds: Any = None) -> list[Piece]:
    """Put together what belongs to a declaration. Reads the files of the runbook: blocks.

    Args:
        runbook: what is worked with.
        path: where it was read from; None: the built-in one.
        thresholds: from when on the cockpit finds something wrong.
    """
    promised = {name: getattr(runbook, name) for name in ("severities", "statuses", "escalation", "business_hours")}
    policy = json_piece(POLICY, {**promised, "protected": runbook.protected, "thresholds": thresholds})
    return [*_texts(path), json_piece(RUNBOOK, runbook), policy]


def runbook_in(file: IncidentFile, entries: Iterable[Entry]) -> Runbook | None:
    """Give the runbook with which the incident was declared; None when the file holds none that can be read."""
    declared = next((entry for entry in entries if entry.kind is EntryKind.DECLARED), None)
    kept = references(declared.data) if declared is not None else []
    for each in kept:
        if each.name == RUNBOOK:
            try:
                content = file.content(each.sha256)
                return None if content is None else msgspec.json.decode(content, type=Runbook)
            except (IncidentFileError, msgspec.DecodeError):
                return None
    return None


def _texts(path: Path | None) -> list[Piece]:
    try:
        texts: Mapping[str, str] = texts_of(path)
    except RunbookError:
        texts = texts_of(None)  # as the checklist does
    return [text_piece(_TEXT[end][0], text, _TEXT[end][1]) for end, text in texts.items()]
