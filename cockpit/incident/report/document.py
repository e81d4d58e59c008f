"""A document of sections and blocks, which Markdown and HTML are written from.

Its words are outside text as it came; each writer makes them harmless in its own language.
"""

from datetime import datetime
from enum import StrEnum

import msgspec

from cockpit.incident.report.model import Evidence


class Style(StrEnum):
    """How words look, where the language can."""

    PLAIN = "plain"
    CODE = "code"
    STRONG = "strong"
    QUIET = "quiet"
    STRUCK = "struck"
    """It does not count any more."""


class Words(msgspec.Struct, frozen=True):
    """Words of one style."""

    text: str
    style: Style = Style.PLAIN
    link: str = ""
    """The anchor within the document that they lead to."""


Line = tuple[Words, ...]


class Row(msgspec.Struct, frozen=True):
    """A row of a table."""

    cells: tuple[Line, ...]
    anchor: str = ""
    tone: str = ""
    """gap, retracted, missed, met or nothing."""


class Table(msgspec.Struct, frozen=True):
    """Rows below a head."""

    head: tuple[str, ...]
    rows: tuple[Row, ...]
    narrow: frozenset[int] = frozenset()
    """Columns, from 0, whose words are not broken."""


class Paragraph(msgspec.Struct, frozen=True):
    """A paragraph."""

    line: Line


class Bullets(msgspec.Struct, frozen=True):
    """A list."""

    items: tuple[Line, ...]


class Task(msgspec.Struct, frozen=True):
    """Something to tick."""

    state: str
    line: Line


class Tasks(msgspec.Struct, frozen=True):
    """A list of them, below a title."""

    title: str
    tasks: tuple[Task, ...]


class ForPeople(msgspec.Struct, frozen=True):
    """A place that people write into."""

    hint: str
    lines: tuple[str, ...] = ()
    """What is there for them to go on with, one numbered item each."""


class Bar(msgspec.Struct, frozen=True):
    """Something that lasted."""

    start: datetime
    end: datetime
    label: str
    tone: str
    """A class of the style sheet."""


class Mark(msgspec.Struct, frozen=True):
    """A moment."""

    at: datetime
    label: str
    tone: str


class Lane(msgspec.Struct, frozen=True):
    """A row of the drawing."""

    title: str
    bars: tuple[Bar, ...] = ()
    marks: tuple[Mark, ...] = ()


class Chart(msgspec.Struct, frozen=True):
    """The incident drawn over time. Only HTML shows it."""

    start: datetime
    end: datetime
    lanes: tuple[Lane, ...]
    lines: tuple[Mark, ...] = ()
    """Through all lanes."""


class Pictures(msgspec.Struct, frozen=True):
    """Where captured pictures go. Only HTML shows them."""

    captured: tuple[Evidence, ...]


Block = Table | Paragraph | Bullets | Tasks | ForPeople | Chart | Pictures


class Section(msgspec.Struct, frozen=True):
    """Blocks below a title."""

    title: str
    blocks: tuple[Block, ...]

    @property
    def anchor(self) -> str:
        """By which it is linked to."""
        return self.title.casefold().replace(" ", "-")


class Document(msgspec.Struct, frozen=True):
    """The whole of it."""

    title: str
    facts: Bullets
    sections: tuple[Section, ...]
    warning: str = ""
    """Stands before all else."""


def line(*parts: str | Words) -> Line:
    """Make a line."""
    return tuple([Words(part) if isinstance(part, str) else part for part in parts])


def row(*cells: str | Words | Line, anchor: str = "", tone: str = "") -> Row:
    """Make a row of a table."""
    return Row(tuple([cell if isinstance(cell, tuple) else line(cell) for cell in cells]), anchor, tone)


def entry_link(sequence: int) -> Words:
    """Lead to an entry of the timeline."""
    return Words(f"entry {sequence}", link=f"entry-{sequence}")


def evidence_link(name: str, sha256: str) -> Words:
    """Lead to something captured; told by name and the beginning of its digest."""
    return Words(f"{name} (sha256 {sha256[:12]})", link=f"evidence-{sha256}")
