"""What is concluded about a terminal from its environment."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from cockpit.ui.terminal.capabilities import (
    Capabilities,
    Colours,
    capabilities,
    encoder,
    output_encoding,
    textual_environment,
)

if TYPE_CHECKING:
    from support.terminal import StartInTerminal

HOST = str(Path(__file__).with_name("driver_host.py"))


def judged(
    *, input_tty: bool = True, output_tty: bool = True, size: tuple[int, int] = (160, 45), **environ: str
) -> Capabilities:
    variables = {"TERM": "xterm-256color", **environ}
    return capabilities(variables, "utf-8", input_tty=input_tty, output_tty=output_tty, size=size)


def test_an_ordinary_terminal_can_be_used() -> None:
    found = judged()
    assert found.trouble is None
    assert found.utf8
    assert found.mouse
    assert found.clipboard
    assert not found.small


@pytest.mark.parametrize("term", ["dumb", "unknown", ""])
def test_a_terminal_that_cannot_move_the_cursor_is_refused_with_an_alternative(term: str) -> None:
    trouble = judged(TERM=term).trouble
    assert trouble is not None
    assert "TERM=" in trouble
    assert "cockpit check --watch" in trouble


def test_without_a_terminal_the_alternative_is_named() -> None:
    nowhere, unheard = judged(output_tty=False).trouble, judged(input_tty=False).trouble
    assert nowhere is not None
    assert "no terminal to draw on" in nowhere
    assert "cockpit check --watch" in nowhere
    assert unheard is not None
    assert "standard input is not a terminal" in unheard


@pytest.mark.parametrize(
    ("environ", "colours"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, Colours.TRUECOLOR),
        ({"TERM": "xterm", "COLORTERM": "24bit"}, Colours.TRUECOLOR),
        ({"TERM": "xterm-direct"}, Colours.TRUECOLOR),
        ({"TERM": "alacritty"}, Colours.TRUECOLOR),
        ({"TERM": "xterm-256color"}, Colours.PALETTE),
        ({"TERM": "screen-256color"}, Colours.PALETTE),
        ({"TERM": "xterm"}, Colours.SIXTEEN),
        ({"TERM": "linux"}, Colours.SIXTEEN),
        ({"TERM": "vt100"}, Colours.SIXTEEN),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"}, Colours.NONE),
    ],
)
def test_colours_follow_no_color_then_colorterm_then_term(environ: dict[str, str], colours: Colours) -> None:
    assert capabilities(environ, "utf-8", input_tty=True, output_tty=True, size=(80, 24)).colours is colours


def test_textual_is_told_the_colours_before_it_starts() -> None:
    assert textual_environment(judged(TERM="alacritty")) == {"TEXTUAL_COLOR_SYSTEM": "truecolor"}
    assert textual_environment(judged(TERM="linux")) == {"TEXTUAL_COLOR_SYSTEM": "standard"}
    assert textual_environment(judged(NO_COLOR="1"))["TEXTUAL_THEME"] == "ansi-dark"


@pytest.mark.parametrize(
    ("environ", "codes"),
    [
        ({"TERM": "linux"}, rb"(9[0-7]|[34][0-79]|[1-9]|2[2-9]|0)"),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"}, rb"([34]9|[1-9]|2[2-9]|0)"),
    ],
    ids=["16 colours", "no colours"],
)
def test_no_other_colours_are_sent(start_in_terminal: StartInTerminal, environ: dict[str, str], codes: bytes) -> None:
    found = capabilities(environ, "utf-8", input_tty=True, output_tty=True, size=(80, 24))
    host = start_in_terminal(HOST, "themed", env={**environ, **textual_environment(found)})
    host.wait_for("ready")
    host.feed(b"Q")
    host.exit_status()
    styles = set(re.findall(rb"\x1b\[([\d;]+)m", host.output))
    assert [style for style in styles if not re.fullmatch(codes + rb"(;" + codes + rb")*", style)] == []


@pytest.mark.parametrize(
    ("environ", "encoding", "expected"),
    [
        ({"LANG": "en_GB.UTF-8"}, "utf-8", "utf-8"),
        ({}, "UTF-8", "utf-8"),
        ({"LANG": "C"}, "utf-8", "ascii"),
        ({"LC_ALL": "POSIX", "LANG": "de_DE.UTF-8"}, "utf-8", "ascii"),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, "utf-8", "ascii"),
        ({"LANG": "C.UTF-8"}, "utf-8", "utf-8"),
        ({"LANG": "de_DE.ISO-8859-1"}, "ISO-8859-1", "iso-8859-1"),
        ({"LANG": "de_DE.ISO-8859-15@euro"}, "utf-8", "iso-8859-15"),
        ({"LANG": "de_DE.ISO-8859-1", "LC_CTYPE": "C.UTF-8"}, "utf-8", "iso-8859-1"),
        ({"LANG": "xx.nonsense"}, "utf-8", "utf-8"),
        ({"LANG": "xx.utf-16"}, "utf-8", "utf-8"),
    ],
    ids=[
        *("utf-8", "no locale", "C", "POSIX", "C as Python coerces it", "C.UTF-8", "latin-1"),
        *("latin-9 not installed", "latin-1 as Python coerces it", "unknown", "unlike ASCII"),
    ],
)
def test_the_encoding_is_that_of_the_locale(environ: dict[str, str], encoding: str, expected: str) -> None:
    assert output_encoding(environ, encoding) == expected


def test_a_copy_is_not_likely_to_arrive_through_a_multiplexer_or_on_a_console() -> None:
    assert judged(TMUX="/run/tmux,1,0").multiplexer == "tmux"
    assert judged(STY="1.pts-0").multiplexer == "screen"
    assert judged(TERM="screen-256color").multiplexer == "screen"
    assert judged(TERM="screen-256color", TMUX="/run/tmux,1,0").multiplexer == "tmux"
    assert not judged(TMUX="/run/tmux,1,0").clipboard
    assert not judged(TERM="linux").clipboard
    assert not judged(VTE_VERSION="7200").clipboard


def test_a_console_reports_no_mouse() -> None:
    assert not judged(TERM="linux").mouse


@pytest.mark.parametrize(("size", "small"), [((60, 20), False), ((59, 20), True), ((60, 19), True)])
def test_sixty_by_twenty_is_the_smallest_screen_with_panes(size: tuple[int, int], *, small: bool) -> None:
    assert judged(size=size).small is small


def test_signs_that_stand_for_a_state_differ_in_ascii_too() -> None:
    states = "●◐✔▶○⚿"
    assert len(set(encoder("ascii")(states))) == len(states)


@pytest.mark.parametrize("border", ["┌─┐│└┘", "╭─╮│╰╯", "┏━┓┃┗┛", "╔═╗║╚╝"])
def test_every_kind_of_border_becomes_ascii(border: str) -> None:
    assert encoder("ascii")(border) == b"+-+|++"


def test_other_signs_become_ascii_that_looks_alike() -> None:
    signs_of_others = "»…→↓“”▌━·\N{RIGHT SINGLE QUOTATION MARK}\N{EN DASH}\N{MULTIPLICATION SIGN}"
    assert encoder("ascii")(signs_of_others) == b'>~>v""|--\'-x'


def test_latin_1_keeps_its_own_letters() -> None:
    assert encoder("iso-8859-1")("é · ●") == b"\xe9 \xb7 *"


@given(st.text(max_size=30), st.sampled_from(["ascii", "iso-8859-1", "koi8-r", "utf-8"]))
def test_any_text_can_be_encoded_and_keeps_its_width(text: str, encoding: str) -> None:
    encoded = encoder(encoding)(text).decode(encoding)
    printable = "".join(character for character in text if character.isprintable())
    if printable == text and all(cell_len(character) for character in text):
        assert sum(map(cell_len, encoded)) == sum(map(cell_len, text))
