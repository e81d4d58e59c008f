"""Message templates: what they are for, their fields, and what they promise."""

import re

from cockpit.runbooks.blocks import Fence
from cockpit.runbooks.commands import is_shell
from cockpit.runbooks.durations import minutes_of
from cockpit.runbooks.inline import plain_text, severities_in
from cockpit.runbooks.model import Message
from cockpit.runbooks.severities import Scheme

_ABOUT_MESSAGES = re.compile(
    r"template|notif|message|status page|e-?mail|communicat|invitation|announcement|\bslack\b.*update|status update",
    re.IGNORECASE,
)
_MARKDOWN = frozenset(("markdown", "md", "text", "txt"))
_FIELD = re.compile(r"\s{0,8}(?:[-*]\s)?(?:\*\*)?([^\W\d_][^:*\n|{}`]{0,48}?)(?:\*\*)?\s?:(?:\*\*)?(?=\s|$)")
_SMILEY = re.compile(r":[a-z_]{1,40}:")
_CHANNELS = (
    ("status page", re.compile(r"status page", re.IGNORECASE)),
    (
        "document",
        re.compile(r"post-?mortem(?! invit)|post-incident|assessment|report template|document", re.IGNORECASE),
    ),
    ("email", re.compile(r"e-?mail|invitation", re.IGNORECASE)),
    ("slack", re.compile(r"slack|teams|chat", re.IGNORECASE)),
)
_STATUSES = re.compile(r"\[([A-Z][a-z]+(?:/[A-Z][a-z]+)+)\]")
_SEVERITY_LINE = re.compile(r"\W{0,4}severity\W{1,6}(.{0,60})", re.IGNORECASE)
_EVERY = re.compile(r"every\s(\d{1,4}\s?[a-z]+)", re.IGNORECASE)
_TYPICAL = re.compile(r"(\d{1,4}\s?(?:min\w*|h\w*))\sfor\s((?:SEV\d|P\d)(?:/(?:SEV|P)?\d)*)", re.IGNORECASE)


def is_message(fence: Fence, name: str, sections: tuple[str, ...]) -> bool:
    """Tell whether a fence under these headings is a template, and no command."""
    if fence.language in _MARKDOWN:
        return True
    about = _ABOUT_MESSAGES.search(name) or any(_ABOUT_MESSAGES.search(section) for section in sections)
    has_blanks = "[" in fence.text or any(_field(line) for line in fence.text.split("\n"))
    return is_shell(fence) and not fence.language and bool(about) and has_blanks


def read_message(fence: Fence, name: str, section: str, subject: str | None, recipients: str | None) -> Message:
    """Read a template."""
    text = fence.text.rstrip("\n")
    lines = text.split("\n")
    if subject is None and lines[0].startswith("Subject:"):
        subject = lines[0].removeprefix("Subject:").strip()
    found = next((channel for channel, pattern in _CHANNELS if pattern.search(name)), None)
    if found is None:
        found = "email" if subject else next((c for c, pattern in _CHANNELS[:1] if pattern.search(section)), None)
    fields = tuple(dict.fromkeys(field for line in lines if (field := _field(line))))
    return Message(name, found, fields, text, subject, recipients, fence.line)


def statuses_in(messages: tuple[Message, ...]) -> tuple[str, ...]:
    """Find the status vocabulary: the longest `[Investigating/Identified/…]` that a template offers."""
    offered = [found[1].split("/") for message in messages for found in _STATUSES.finditer(message.text)]
    known = [words for words in offered if words[-1] == "Resolved" or "Investigating" in words]
    return tuple(word.lower() for word in max(known, key=len, default=[]))


def compare_promises(messages: tuple[Message, ...], scheme: Scheme) -> None:
    """Hold what templates promise ("updates every 15 minutes") against the scheme; it fills what that leaves open."""
    for message in messages:
        lines = message.text.split("\n")
        about = next((severities_in(found[1]) for line in lines if (found := _SEVERITY_LINE.match(line))), ())
        for number, (above, line) in enumerate(zip(["", *lines], lines, strict=False), message.line + 1):
            if "update" in f"{above} {line}".lower():
                for words, names in _TYPICAL.findall(line):
                    _promise(scheme, severities_in(names), words, number)
            if len(about) == 1 and "update" in line.lower() and (every := _EVERY.search(line)):
                _promise(scheme, about, every[1], number)


def _promise(scheme: Scheme, names: tuple[str, ...], words: str, line: int) -> None:
    for name in names:
        if name in scheme and (minutes := minutes_of(words)) is not None:
            scheme.say(name, "update", None, minutes, line)


def _field(line: str) -> str | None:
    found = _FIELD.match(_SMILEY.sub("", line))
    return plain_text(found[1]) if found else None
