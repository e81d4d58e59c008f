"""Copying: to the terminal's clipboard, and to a file where the terminal is likely to drop it."""

from pathlib import Path

from textual.app import App
from textual.message import Message


class Copied(Message):
    """A person wants to have this text outside."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


def copy(app: App[None], text: str, *, likely: bool, file: Path) -> str:
    """Copy `text` without its secrets by OSC 52, and say where it went.

    The terminal does not answer whether it took it. Where that is not `likely`, as in tmux, the text is also written
    to `file`.
    """
    from cockpit.incident.atomic import write_atomically  # noqa: PLC0415  (not needed for the first frame)
    from cockpit.redact import redact  # noqa: PLC0415

    safe = redact(text)
    app.copy_to_clipboard(safe)
    if likely:
        return f"copied: {safe}"
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomically(file, f"{safe}\n")
    except OSError as error:
        return (
            f"sent to the terminal's clipboard, which may have dropped it; {file} cannot be written: {error.strerror}"
        )
    return f"copied, if this terminal allows it; in any case it is in {file}"
