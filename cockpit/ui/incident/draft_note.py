"""Notes that were being typed when cockpits ended: kept, without their secrets, until people come back.

Several people may share an account, and lose their terminals together: each cockpit keeps a file of its own, and
whoever comes back is offered all of them.
"""

import os
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from cockpit.incident.atomic import write_atomically
from cockpit.redact import redact
from cockpit.threads import call_in_thread
from cockpit.ui.widgets.prompt import Prompt


class DraftNotes:
    """What this account left unfinished in the directory of the incidents, and what is being typed here."""

    def __init__(self, directory: Path, prompt: Prompt, question: str) -> None:
        """Keep in `directory` what is typed for a `question` of the `prompt`."""
        self._directory = directory
        self._prompt = prompt
        self._question = question
        self._own = directory / f".note-{os.getuid()}-{uuid4().hex[:8]}.draft"
        self._left: dict[Path, str] = {}
        """What was left, the oldest first; the first is offered."""
        self._goes_on = False
        """Whether what is typed goes on with the first of them."""

    async def bring_back(self) -> str:
        """Offer what was left, one note after the other; say so, or nothing when there is none."""
        self._left = await call_in_thread(self._find)
        self._offer()
        if len(self._left) > 1:
            return f"{len(self._left)} notes were being typed when cockpits ended: i goes on with them, one by one"
        return "a note was being typed when the cockpit ended: i goes on with it" if self._left else ""

    def written(self) -> None:
        """Take note that what was typed is in the log, and offer the next note."""
        if self._goes_on:
            self._forget_first()
        self._offer()

    def put_away(self) -> None:
        """Keep what is being typed, readable by its owner only; nothing is kept where nothing can be."""
        text = self._prompt.draft(self._question)
        if self._goes_on and text == next(iter(self._left.values())):
            return
        with suppress(OSError):
            if text.strip():
                self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
                write_atomically(self._own, redact(text))
            if self._goes_on:
                self._forget_first()

    def _offer(self) -> None:
        text = next(iter(self._left.values()), "")
        if text:
            self._prompt.propose(self._question, text)
        self._goes_on = bool(text) and self._prompt.draft(self._question) == text

    def _forget_first(self) -> None:
        file = next(iter(self._left))
        del self._left[file]
        self._goes_on = False
        with suppress(OSError):
            file.unlink(missing_ok=True)

    def _find(self) -> dict[Path, str]:
        """Read what was left; a note that cannot be read stays where it is."""
        found: dict[Path, str] = {}
        with suppress(OSError):
            files = self._directory.glob(f".note-{os.getuid()}-*.draft")
            for file in sorted(files, key=lambda file: (file.stat().st_mtime, file.name)):
                with suppress(OSError, UnicodeDecodeError):
                    found[file] = file.read_text("utf-8")
        return found
