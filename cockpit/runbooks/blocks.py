"""Markdown as blocks with line numbers: headings, paragraphs, lists, tables, fences."""

import re
import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from cockpit.runbooks.model import Remark

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_TASK = re.compile(r"\[[ xX]\](?:\s+|$)")
_ATTRIBUTES = re.compile(r"\{(.{0,1000})\}")
_MARKS = re.compile(r"[\s>*+-]*+(?:\d{1,9}[.)])?[\s>*+-]*+")
"""What a line of a list or a quotation has beside its text."""
_COMMENT = re.compile(r"<!--.*-->", re.DOTALL)
_NESTING = 64
"""How deep blocks may lie in each other: 30 lists. Each level reads its lines again."""


class Heading(msgspec.Struct, frozen=True):
    """A heading of level 1 to 6."""

    level: int
    text: str
    line: int


class Paragraph(msgspec.Struct, frozen=True):
    """Lines of prose, with their markup."""

    text: str
    line: int


class Fence(msgspec.Struct, frozen=True):
    """A fenced block."""

    language: str
    attributes: dict[str, str]
    text: str
    line: int


class Item(msgspec.Struct, frozen=True):
    """An item of a list: its first paragraph, and what else is in it."""

    text: str
    task: bool
    children: "tuple[Block, ...]"
    line: int


class Listing(msgspec.Struct, frozen=True):
    """A list."""

    ordered: bool
    items: tuple[Item, ...]
    line: int


class Table(msgspec.Struct, frozen=True):
    """A table; every row has as many cells as the head."""

    head: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    """Line and cells."""
    line: int


Block = Heading | Paragraph | Fence | Listing | Table


class Document(msgspec.Struct, frozen=True):
    """The blocks of a file, and the lines that are in none."""

    blocks: tuple[Block, ...]
    unread: tuple[Remark, ...]
    fences: int


def parse(markdown: str) -> Document:
    """Read CommonMark with tables and task lists. Takes time in proportion to the length."""
    lines = markdown.split("\n")
    builder = _Builder(_parser().parse(markdown), lines)
    blocks = builder.until(None)
    covered = bytearray(len(lines))
    for first, last in builder.covered:
        covered[first:last] = b"\1" * (last - first)
    missed = [
        Remark(number, line.strip())
        for number, line in enumerate(lines, 1)
        if not covered[number - 1] and not _MARKS.fullmatch(line)
    ]
    return Document(blocks, (*builder.unread, *missed), builder.fences)


def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # noqa: PLC0415  (loaded when a runbook is first read)

    parser = MarkdownIt("commonmark", {"maxNesting": _NESTING}).enable("table")
    # What is within a line is read here, by rules that look at each character once. Definitions of links are text.
    return parser.disable(["inline", "reference"])


class _Builder:
    """Goes through tokens, and builds blocks of them."""

    def __init__(self, tokens: "list[Token]", lines: list[str]) -> None:
        self._tokens = tokens
        self._lines = lines
        self._at = 0
        self.covered: list[tuple[int, int]] = []
        self.unread: list[Remark] = []
        self.fences = 0

    def until(self, closing: str | None) -> tuple[Block, ...]:
        """Build what comes up to the token `closing`, and go past it."""
        blocks: list[Block] = []
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            if token.type == closing:
                break
            blocks += self._block(token)
        return tuple(blocks)

    def _block(self, token: "Token") -> tuple[Block, ...]:
        first, last = token.map or (0, 0)
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                closing = token.type.replace("open", "close")
                return (Listing(token.type[0] == "o", self._items(closing), first + 1),)
            case "blockquote_open":
                return self.until("blockquote_close")
        self.covered.append((first, last))
        return tuple(self._leaf(token, first, last))

    def _leaf(self, token: "Token", first: int, last: int) -> Iterator[Block]:
        """Build a block that has no blocks in it."""
        match token.type:
            case "heading_open":
                yield Heading(int(token.tag[1]), self._inline("heading_close"), first + 1)
            case "paragraph_open":
                yield Paragraph(self._inline("paragraph_close"), first + 1)
            case "table_open":
                yield self._table(first + 1)
            case "fence":
                yield self._fence(token, first, last)
            case "code_block":
                self.fences += 1
                yield Fence("", {}, token.content, first + 1)
            case "html_block" if not _COMMENT.fullmatch(token.content.strip()):
                html = enumerate(token.content.split("\n"), first + 1)
                self.unread += [Remark(number, line.strip()) for number, line in html if line.strip()]

    def _inline(self, closing: str) -> str:
        text = ""
        while (token := self._tokens[self._at]).type != closing:
            text += token.content
            self._at += 1
        self._at += 1
        return text.strip()

    def _items(self, closing: str) -> tuple[Item, ...]:
        items: list[Item] = []
        while (token := self._tokens[self._at]).type != closing:
            self._at += 1
            first = (token.map or (0, 0))[0]
            children = self.until("list_item_close")
            text = ""
            if children and isinstance(children[0], Paragraph):
                text, children = children[0].text, children[1:]
            task = _TASK.match(text)
            items.append(Item(text[task.end() :] if task else text, task is not None, children, first + 1))
        self._at += 1
        return tuple(items)

    def _table(self, line: int) -> Table:
        rows: list[tuple[int, tuple[str, ...]]] = []
        cells: list[str] = []
        while (token := self._tokens[self._at]).type != "table_close":
            self._at += 1
            if token.type == "tr_open":
                at, cells = (token.map or (line - 1, 0))[0] + 1, []
            elif token.type == "inline":
                cells.append(token.content.strip())
            elif token.type == "tr_close":
                rows.append((at, tuple(cells)))
        self._at += 1
        return Table(rows[0][1], tuple(rows[1:]), line)

    def _fence(self, token: "Token", first: int, last: int) -> Fence:
        self.fences += 1
        closing = self._lines[last - 1].strip(" >") if last - first > 1 else ""
        if not closing.startswith(token.markup) or closing.strip(token.markup[0]):
            self.unread.append(Remark(first + 1, f"this fence is never closed: {self._lines[first].strip()}"))
        language, _, rest = token.info.strip().partition(" ")
        found = _ATTRIBUTES.search(token.info)
        language = language.partition("{")[0].lower()
        return Fence(language, _attributes(found[1] if found else rest), token.content, first + 1)


def _attributes(text: str) -> dict[str, str]:
    """Read `name=restart risk=write` as Runme writes it; quotes as in a shell."""
    try:
        words = shlex.split(text)
    except ValueError:
        words = text.split()
    return {name: value for name, equals, value in (word.partition("=") for word in words) if equals and name}
