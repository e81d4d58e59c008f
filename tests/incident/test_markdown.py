"""Outside text in Markdown is nothing but text."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from cockpit.incident.markdown import bullets, inline, table

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
MARKUP = st.sampled_from(
    ["*", "_", "`", "|", "<b>", "](x)", "![", "\\", "&lt;", "~~", "\n# ", "\n\n- ", "<!--", "http://x"]
)
HOSTILE = st.lists(MARKUP | st.text(st.characters(), max_size=4), max_size=10).map("".join)


def rendered_cells(markdown: str) -> list[str]:
    """Give what the cells of a rendered table body hold."""
    body = PARSER.render(markdown).partition("<tbody>")[2]
    return [cell.partition("</td>")[0] for cell in body.split("<td>")[1:]]


@given(HOSTILE, HOSTILE)
def test_a_cell_holds_its_text_and_no_markup(one: str, two: str) -> None:
    cells = rendered_cells(table(["a", "b"], [[inline(one), inline(two)]]))
    assert len(cells) == 2
    assert all("<" not in cell for cell in cells)
    shown = re.sub(r"\\(.)", r"\1", inline(one))
    assert html.unescape(cells[0]).split() == shown.split()


@given(HOSTILE)
def test_text_stays_on_its_line(text: str) -> None:
    assert len(inline(text).splitlines()) <= 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("first line\r\n\n  second line", "first line ⏎ second line"),
        ("\x1b[31mred\x1b[0m \x1b]0;title\x07x", "red x"),
        ("bell\x07 nul\0", "bell\N{REPLACEMENT CHARACTER} nul\N{REPLACEMENT CHARACTER}"),
        ("user\u202etxt.exe\u200b", "usertxt.exe"),
        ("tab\tand\u00a0space", "tab and space"),
        ("a|b <script>", r"a\|b \<script\>"),
        ("api-7f9-x2: exit 1 (rev. 12)", "api-7f9-x2: exit 1 (rev. 12)"),
    ],
)
def test_what_cannot_be_shown_is_replaced_and_plain_text_stays_plain(text: str, shown: str) -> None:
    assert inline(text) == shown


def test_a_long_text_is_cut_and_says_so() -> None:
    assert inline("x" * 3000, 10) == "xxxxxxxxxx … (3,000 characters; all of them are in the incident file)"


def test_a_list_has_one_item_a_line() -> None:
    assert bullets(["a", "b"]) == "- a\n- b"
