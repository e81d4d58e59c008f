"""A document as one HTML page that needs nothing else: no network, no other file, no script."""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from importlib import resources
from string import Template

from cockpit.incident.evidence import SVG
from cockpit.incident.report.document import (
    Block,
    Bullets,
    Chart,
    Document,
    ForPeople,
    Line,
    Paragraph,
    Pictures,
    Row,
    Section,
    Style,
    Table,
    Tasks,
    Words,
)
from cockpit.incident.report.drawing import draw
from cockpit.incident.report.words import Calendar
from cockpit.text import clean

_SIGNS = {"done": "✔", "skipped": "\N{MINUS SIGN}", "not applicable": "\N{MINUS SIGN}", "failed": "✘", "doing": "…"}
_TAGS = {Style.CODE: "code", Style.STRONG: "strong", Style.QUIET: "small", Style.STRUCK: "s"}


class HtmlPage:
    """Writes documents as pages."""

    def __init__(self, calendar: Calendar, pictures: Mapping[str, bytes]) -> None:
        """Label drawings by `calendar`; `pictures` are captured ones (SVG) by their SHA-256."""
        self._calendar = calendar
        self._pictures = pictures

    def write(self, document: Document) -> str:
        """Write a document."""
        here = resources.files(__package__)
        title = _text(document.title)
        links = (f'<li><a href="#{_anchor(each)}">{_text(each.title)}</a></li>' for each in document.sections)
        warning = f'<p class="warning" role="alert">{_text(document.warning)}</p>' if document.warning else ""
        return Template(here.joinpath("report.html").read_text("utf-8")).substitute(
            title=title,
            style=here.joinpath("report.css").read_text("utf-8"),
            warning=warning,
            facts=self._block(document.facts),
            contents="".join(links),
            sections="\n".join(self._section(each) for each in document.sections),
        )

    def _section(self, section: Section) -> str:
        blocks = "\n".join(self._block(block) for block in section.blocks)
        return f'<section id="{_anchor(section)}">\n<h2>{_text(section.title)}</h2>\n{blocks}\n</section>'

    def _block(self, block: Block) -> str:
        match block:
            case Paragraph(line):
                return f"<p>{_line(line)}</p>"
            case Bullets(items):
                return f"<ul>{_items(_line(item) for item in items)}</ul>"
            case Table():
                return _table(block)
            case Tasks():
                return _tasks(block)
            case ForPeople(hint, lines):
                begun = f"<ol>{_items(_text(each) for each in lines)}</ol>" if lines else ""
                return f'<div class="for-people"><p>To be written by people: {_text(hint)}</p>{begun}</div>'
        return "\n".join(self._figures(block))

    def _figures(self, block: Chart | Pictures) -> Iterator[str]:
        """Show drawings, and pictures as images: what is in an image can neither run nor load anything."""
        if isinstance(block, Chart):
            yield f'<figure class="chart">{draw(block, self._calendar)}</figure>'
            return
        for captured in block.captured:
            content = self._pictures.get(captured.sha256)
            if content is not None and captured.removed is None:
                name = _text(captured.name)
                source = f"data:{SVG};base64,{b64encode(content).decode('ascii')}"
                told = f"{name}, {self._calendar.full(captured.at)}, entry {captured.entry}"
                yield f'<figure><img src="{source}" alt="{name}"><figcaption>{told}</figcaption></figure>'


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{_text(each)}</th>' for each in table.head)
    rows = "\n".join(_row(row, table.narrow) for row in table.rows)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>'


def _row(row: Row, narrow: frozenset[int]) -> str:
    anchor = f' id="{escape(row.anchor)}"' if row.anchor else ""
    tone = f' class="{row.tone}"' if row.tone else ""
    cells = "".join(_cell(_line(cell), narrow=column in narrow) for column, cell in enumerate(row.cells))
    return f"<tr{anchor}{tone}>{cells}</tr>"


def _tasks(block: Tasks) -> str:
    items = _items(
        f'<span class="sign">{_SIGNS.get(task.state, "○")}</span> {_line(task.line)}' for task in block.tasks
    )
    return f'<h3>{_text(block.title)}</h3>\n<ul class="tasks">{items}</ul>'


def _cell(told: str, *, narrow: bool) -> str:
    return f'<td class="narrow">{told}</td>' if narrow else f"<td>{told}</td>"


def _items(told: Iterable[str]) -> str:
    return "".join(f"<li>{each}</li>" for each in told)


def _line(line: Line) -> str:
    return "".join([_words(words) for words in line])


def _words(words: Words) -> str:
    told = _text(words.text)
    tag = _TAGS.get(words.style)
    styled = f"<{tag}>{told}</{tag}>" if tag and told else told
    return f'<a href="#{escape(words.link)}">{styled}</a>' if words.link else styled


def _text(text: str) -> str:
    """Write outside text so that it is shown as it is, its lines kept."""
    return escape("\n".join([clean(each) for each in text.splitlines()]))


def _anchor(section: Section) -> str:
    return escape(section.anchor)
