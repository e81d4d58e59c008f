"""Fills templates: built-in ones and those of teams, whose blanks and examples are told by name and label."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from cockpit.incident.messages.blanks import (
    BLANK,
    HOLE,
    TIMES,
    ZONE,
    asked_by_label,
    asked_by_name,
    hole,
    numbered,
)
from cockpit.incident.messages.facts import Facts
from cockpit.incident.messages.template import Purpose, Template
from cockpit.redact import redact

_LABEL: Final = re.compile(
    r"(?P<head>[^\w\n\[{<]{0,12}(?P<label>[^\W\d_][^:*\n|{}\[\]<]{0,48}?)(?:\*\*)?\s?:(?:\*\*)?)(?P<gap>\s*)(?P<value>.*)"
)
"""A line that begins with `Label:`, in bold or not, as an item of a list or not."""
_PROMISE: Final = re.compile(
    r"\bevery\s+(?:\[[^\]\n]{1,40}\]|\{[^}\n]{1,40}\}|<[^>\n]{1,40}>|\d{1,4})\s*(?:minutes?|mins?|hours?|hrs?|h|m)\b",
    re.IGNORECASE,
)
"""How often people are told, as a template promises it."""
_TITLE: Final = re.compile(r"(?:Subject|Title):[ \t]*(?P<title>[^\n]*)(?:\n+|\Z)", re.IGNORECASE)
_TAG: Final = re.compile(r"\[[A-Z][\w .-]{1,30}\](?=\s+\S)")
"""`[Shop] Incident …`: the name of the sender, no blank."""
_LISTS: Final = {"finding": "findings", "action": "actions"}


class _Line(NamedTuple):
    """A line, and what it is about."""

    text: str
    context: str
    """The label above it, behind which nothing stands: `Next update:`."""


def fill(template: Template, facts: Facts) -> str:
    """Fill a template; secrets are masked. Where it has a subject, that is the first line: `Subject: …`."""
    filler = _Filler(template, facts)
    title, body = split_title(template.text)
    title = template.subject or title
    lines = [line for each in _in_context(body) for line in filler.line(each)]
    text = "\n".join(lines).strip("\n")
    if title:
        word = "Title" if template.channel == Purpose.STATUS_PAGE else "Subject"
        text = f"{word}: {filler.title(title)}\n\n{text}"
    return redact(text)


def split_title(text: str) -> tuple[str, str]:
    """Take the subject or title in the first line from the rest; an empty one when there is none."""
    found = _TITLE.match(text)
    return (found["title"].strip(), text[found.end() :]) if found else ("", text)


def _in_context(text: str) -> Iterator[_Line]:
    context = ""
    for line in text.split("\n"):
        found = _LABEL.fullmatch(line)
        yield _Line(line, context)
        if found and not found["value"].strip():
            context = found["label"]
        elif not line.strip():
            continue  # people leave a line free below a label
        elif found and not line.lstrip().startswith(("-", "*", "•")):
            context = ""


class _Filler:
    """Fills lines of one template."""

    def __init__(self, template: Template, facts: Facts) -> None:
        self._template = template
        self._facts = facts
        self._listed: set[str] = set()
        """Lists that are written already."""

    def title(self, text: str) -> str:
        tag = _TAG.match(text)
        kept = tag[0] if tag and asked_by_name(tag[0][1:-1], "") is None else ""
        return kept + self._blanks(text[len(kept) :], "", "")

    def line(self, line: _Line) -> list[str]:
        """Fill a line; a list has as many as there is to list."""
        text = _PROMISE.sub(f"every {self._facts.known.get('every') or hole('how often')}", line.text)
        if (listed := self._list(text, line.context)) is not None:
            return listed
        found = _LABEL.fullmatch(text) if self._template.own else None
        if not found or not found["value"].strip():
            return [self._blanks(text, "", line.context)]
        value = self._value(found["label"].strip(), found["value"].strip())
        return [f"{self._blanks(found['head'], '', '')}{found['gap'] or ' '}{value}"]

    def _value(self, label: str, value: str) -> str:
        """Fill what stands behind a label. An example in a template is nothing that anybody knows."""
        asked, only = asked_by_label(label), BLANK.fullmatch(value.removeprefix("@"))
        several = len(list(BLANK.finditer(value))) > 1
        if asked is None or several or (only and not only["filled"] and self._named(only, label)):
            return self._blanks(value, label, "")
        if asked == "status" and not BLANK.search(value):
            return self._status(value)
        known = self._facts.known.get(asked) if asked else None
        if known is None and asked == "title" and not BLANK.search(value):
            return value
        return known or self._blank_in(value, label)

    def _named(self, blank: re.Match[str], label: str) -> bool:
        """Tell whether the name of a blank says more than the label."""
        asked = asked_by_name(_name(blank), "")
        return asked not in (None, "title", "now", "today") and asked in self._facts.known and asked != label

    def _status(self, value: str) -> str:
        """Keep the status that a message of its kind tells, such as `Resolved`; else tell the present one."""
        if self._template.purpose is Purpose.RESOLVED or "status" not in self._facts.known:
            return value
        return self._facts.known["status"]

    def _blank_in(self, value: str, label: str) -> str:
        return value if value.startswith(HOLE) else hole(label)

    def _list(self, text: str, context: str) -> list[str] | None:
        """Write a list in the place of its numbered blanks; None: the line has none."""
        blank = BLANK.search(text)
        found = numbered(_name(blank)) if blank else None
        if blank is None or found is None or text[blank.end() :].strip():
            return None
        what, number = found
        items = self._facts.findings if what == "finding" else self._facts.actions if what == "action" else ()
        if what in self._listed:
            return []
        self._listed.add(what)
        head = text[: blank.start()]
        told = items or (hole(context or _LISTS.get(what, what)),)
        return [f"{head.replace(str(number), str(at))}{item}" for at, item in enumerate(told, number)]

    def _blanks(self, text: str, label: str, context: str) -> str:
        """Fill all blanks of a text."""
        filled, place = [], 0
        for blank in BLANK.finditer(text):
            if blank.start() < place:
                continue
            filled.append(text[place : blank.start()])
            place = blank.end()
            if blank["filled"]:
                filled.append(blank[0])
                continue
            name = _name(blank)
            asked = asked_by_name(name, label, context) if self._template.own else name
            known = self._facts.known.get(asked) if asked else None
            if known is not None and filled[-1].endswith("@"):
                filled[-1] = filled[-1][:-1]
            filled.append(known or hole(asked or self._hole_name(name, label)))
            if asked in TIMES and (zone := ZONE.match(text, place)):
                place = zone.end()
        return "".join([*filled, text[place:]])

    def _hole_name(self, name: str, label: str) -> str:
        return label if label and asked_by_label(label) == "" else name


def _name(blank: re.Match[str]) -> str:
    """Give what a blank is called."""
    if blank["incident"]:
        return "incident id"
    if blank["scheme"] or blank["levels"]:
        return "severity"
    return blank["square"] or blank["curly"] or blank["angle"] or blank["clock"] or ""
