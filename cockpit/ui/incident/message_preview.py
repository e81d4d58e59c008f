"""A message as it will look to who reads it; what is still to be filled stands out."""

import re
from typing import Final

from cockpit.incident.messages.fill import split_title
from cockpit.redact import redact
from cockpit.text import clean
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.line import Span
from cockpit.ui.widgets.text_view import TextLine

_PARTS: Final = re.compile(
    r"(?P<hole>\[to be filled: [^\[\]\n]{0,100}\])|(?P<mask>\[redacted:[\w-]+\])|\*\*(?=\S)(?P<bold>[^*\n]+?)\*\*"
)
_HEADING: Final = re.compile(r"#{1,6}\s+(.*)")


def preview(channel: str, status: str | None, text: str) -> list[TextLine]:
    """Draw a message.

    Args:
        channel: `slack`, `status page` or `email`.
        status: of a status page.
        text: as it stands in the editor; secrets are masked here.
    """
    title, body = split_title(redact(text))
    lines: list[TextLine] = []
    if title and channel == "email":
        lines += [[Span("Subject  ", "dim"), *_spans(title, "strong")], [Span("")]]
    elif title:
        lines += [_spans(title, "strong"), [Span("")]]
    if channel == "status page" and status:
        lines += [[Span("Status  ", "dim"), Span(status.capitalize(), "strong")], [Span("")]]
    for line in body.split("\n"):
        heading = _HEADING.fullmatch(line)
        lines.append(_spans(heading[1], "strong") if heading else _spans(line))
    return lines


def _spans(line: str, tone: Tone = "") -> list[Span]:
    text, spans, place = clean(line), [], 0
    for part in _PARTS.finditer(text):
        spans.append(Span(text[place : part.start()], tone))
        place = part.end()
        if part["hole"]:
            spans.append(Span(part["hole"], "doubtful"))
        elif part["mask"]:
            spans.append(Span(part["mask"], "wrong"))
        else:
            spans.append(Span(part["bold"], "strong"))
    spans.append(Span(text[place:], tone))
    return [span for span in spans if span.text] or [Span("")]
