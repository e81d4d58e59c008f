"""The text of a runbook file: decoded, mended, free of what steers a terminal, with its lines where they were."""

import re
from pathlib import Path

import msgspec

from cockpit.runbooks.model import Remark
from cockpit.runbooks.mojibake import repair
from cockpit.text import REPLACEMENT, clean

_FENCE = "+++"
_YAML_FENCE = "---"
_FRONT_MATTER_LINES = 200
_YAML = re.compile(r"$|[ #]|- |[\w.-]+:")
_TAB = 4
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What steers a terminal or turns text round."""
_MOST_BYTES = 32 << 20


class RunbookError(Exception):
    """A runbook cannot be read. The message names the file, and what to type where something mends it."""


class Source(msgspec.Struct, frozen=True):
    """Markdown that is safe to show, and the TOML in front of it."""

    markdown: str
    policy: str = ""
    repaired: tuple[Remark, ...] = ()
    unread: tuple[Remark, ...] = ()


def read_text(path: Path) -> str:
    """Read a file that should be text.

    Raises:
        RunbookError: It is not there, may not be read, or is no UTF-8 text.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise RunbookError(f"{path} cannot be read: {error.strerror}") from error
    if len(raw) > _MOST_BYTES:
        raise RunbookError(f"{path} is larger than {_MOST_BYTES >> 20} MB: that is no runbook")
    if b"\0" in raw:
        raise RunbookError(f"{path} is not text: it has NUL bytes; a runbook is Markdown in UTF-8")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        remedy = f"iconv -f WINDOWS-1252 -t UTF-8 {path.name} > NEW.md"
        raise RunbookError(f"{path}: line {line} is not UTF-8; if it is from Windows, type: {remedy}") from error


def prepare(text: str) -> Source:
    """Mend and clean `text` line by line, and take the front matter off."""
    lines: list[str] = []
    repaired: list[Remark] = []
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.rstrip("\r")
        mended = repair(line)
        if mended != line:
            repaired.append(Remark(number, f"wrongly decoded characters mended: {clean(mended).strip()}"))
        untabbed = mended.expandtabs(_TAB)
        safe = clean(untabbed)
        if _UNSEEN.search(untabbed) or REPLACEMENT in safe:
            repaired.append(Remark(number, f"characters that nobody sees taken out: {safe.strip()}"))
        lines.append(safe)
    policy, unread = _take_front_matter(lines)
    return Source("\n".join(lines), policy, tuple(repaired), unread)


def _take_front_matter(lines: list[str]) -> tuple[str, tuple[Remark, ...]]:
    """Blank the front matter out, so that the numbers of the lines after it stay, and give its TOML."""
    opening = lines[0].rstrip()
    if opening not in (_FENCE, _YAML_FENCE):
        return "", ()
    closing = next((n for n, line in enumerate(lines[1:_FRONT_MATTER_LINES], 1) if line.rstrip() == opening), None)
    if closing is None:
        return "", ()
    taken = lines[1:closing]
    if opening == _YAML_FENCE and not all(_YAML.match(line) for line in taken):
        return "", ()  # a document that begins with a rule
    lines[: closing + 1] = [""] * (closing + 1)
    if opening == _FENCE:
        return "\n".join(["", *taken]), ()
    hint = Remark(1, "front matter in YAML is not read: write it as TOML between lines of +++")
    return "", (hint, *(Remark(number, line) for number, line in enumerate(taken, 2) if line))
