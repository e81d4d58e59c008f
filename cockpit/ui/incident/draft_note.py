"""A note that was being typed when the program ended: kept, without its secrets, until the person comes back."""

import os
from contextlib import suppress
from pathlib import Path

from cockpit.incident.atomic import write_atomically
from cockpit.redact import redact


def draft_file(directory: Path) -> Path:
    """Tell where in the directory of the incidents the draft of this account lies."""
    return directory / f".note-{os.getuid()}.draft"


def keep_draft(directory: Path, text: str) -> None:
    """Keep what was typed, readable by its owner only; nothing is kept of an empty text, or where nothing can be."""
    file = draft_file(directory)
    with suppress(OSError):
        if text.strip():
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomically(file, redact(text))
        else:
            file.unlink(missing_ok=True)


def kept_draft(directory: Path) -> str:
    """Give what was being typed; empty when nothing was."""
    try:
        return draft_file(directory).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
