"""A document as Markdown, in GitHub's dialect."""

from collections.abc import Iterator

from cockpit.incident.markdown import bullets, inline, table
from cockpit.incident.report.document import (
    Block,
    Bullets,
    Chart,
    Document,
    ForPeople,
    Line,
    Paragraph,
    Pictures,
    Section,
    Style,
    Table,
    Tasks,
    Words,
)
from cockpit.text import clean

_SIGNS = {"done": "[x]", "skipped": "[-]", "not applicable": "[-]", "failed": "[!]"}
"""Of a step; all others are not ticked."""

_MARKS = {Style.STRONG: "**", Style.STRUCK: "~~"}
"""What stands around words of a style."""

_NO_CODE = frozenset("`\\|\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
"""What ends a code span or its line, or a cell in some readers: words with these are written as plain words."""


def markdown(document: Document) -> str:
    """Write a document."""
    parts = [f"# {inline(document.title)}"]
    if document.warning:
        parts.append(f"> **{inline(document.warning)}**")
    parts += [_block(document.facts), *(part for section in document.sections for part in _section(section))]
    return "\n\n".join(parts) + "\n"


def _section(section: Section) -> Iterator[str]:
    yield f"## {inline(section.title)}"
    yield from (written for block in section.blocks if (written := _block(block)))


def _block(block: Block) -> str:
    """Write a block; what Markdown cannot show is empty."""
    match block:
        case Paragraph(line):
            return _line(line)
        case Bullets(items):
            return bullets(_line(each) for each in items)
        case Table(head, rows):
            return table(head, ([_line(cell) for cell in row.cells] for row in rows))
        case Tasks(title, tasks):
            told = bullets(f"{_SIGNS.get(task.state, '[ ]')} {_line(task.line)}" for task in tasks)
            return f"### {inline(title)}\n\n{told}"
        case ForPeople(hint, lines):
            numbered = "\n".join(f"{number}. {each}" for number, each in enumerate(lines, 1))
            return f"*To be written by people: {hint}*" + (f"\n\n{numbered}" if numbered else "")
        case Chart() | Pictures():
            return ""


def _line(line: Line) -> str:
    return "".join([_words(words) for words in line])


def _words(words: Words) -> str:
    if words.style is Style.CODE and not _NO_CODE & {*words.text} and words.text.strip():
        return f"`{clean(words.text).strip()}`"
    told = inline(words.text)
    lead = " " if words.text[:1].isspace() else ""
    trail = " " if words.text[-1:].isspace() and told else ""
    mark = _MARKS.get(words.style, "") if told else ""
    styled = f"{mark}{told}{mark}"
    return f"{lead}{styled}{trail}"
