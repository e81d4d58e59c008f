"""Frames on their way to the terminal: shorter, and drawing exactly the same."""

import os
import threading

import pyte
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style

from cockpit.ui.terminal.output import Output, Pen, style_change

COLOURS = st.sampled_from([None, "default", "red", "bright_blue", "color(130)", "#0e1013", "#c9cdd3"])
FLAGS = st.sampled_from([None, True])
STYLES = st.builds(
    lambda colour, background, bold, dim, reverse, underline: Style(
        color=colour, bgcolor=background, bold=bold, dim=dim, reverse=reverse, underline=underline
    ),
    COLOURS,
    COLOURS,
    FLAGS,
    FLAGS,
    FLAGS,
    FLAGS,
)
POSITIONS = st.tuples(st.integers(1, 6), st.integers(1, 20))
DRAWN = st.lists(st.tuples(st.none() | POSITIONS, st.none() | STYLES, st.text("abc ", max_size=4)), max_size=12)
FRAMES = st.lists(DRAWN, min_size=1, max_size=4)


def _drawn_by_textual(pieces: list[tuple[tuple[int, int] | None, Style | None, str]]) -> str:
    """Write pieces of text as Textual does: a move, the whole style, the text, a reset."""
    text = ""
    for position, style, content in pieces:
        move = f"\x1b[{position[0]};{position[1]}H" if position else ""
        text += move + (style.render(content) if style else content)
    return text


def _screen(frames: list[str]) -> list[list[pyte.screens.Char]]:
    screen = pyte.Screen(24, 6)
    stream = pyte.Stream(screen)
    for frame in frames:
        stream.feed(frame)
    return [[screen.buffer[line][column] for column in range(24)] for line in range(6)]


@given(FRAMES)
def test_trimmed_frames_draw_the_same_screen(
    frames: list[list[tuple[tuple[int, int] | None, Style | None, str]]],
) -> None:
    pen = Pen()
    whole = [_drawn_by_textual(pieces) for pieces in frames]
    assert _screen([pen.trim(frame) for frame in whole]) == _screen(whole)


def test_a_style_that_is_in_force_is_not_sent_again() -> None:
    pen = Pen()
    pen.trim("\x1b[1;1H\x1b[38;2;1;2;3mone\x1b[0m")
    assert pen.trim("\x1b[1;3H\x1b[38;2;1;2;3mx\x1b[0m\x1b[1;1H") == "\x1b[1;3Hx\x1b[1;1H"


def test_it_lasts_from_one_synchronized_frame_to_the_next() -> None:
    pen = Pen()
    frame = "\x1b[?2026h\x1b[1;1H\x1b[31mone\x1b[0m\x1b[1;1H\x1b[?2026l"
    pen.trim(frame)
    assert pen.trim(frame) == "\x1b[?2026h\x1b[1;1Hone\x1b[1;1H\x1b[?2026l"


def test_only_what_differs_between_two_styles_is_sent() -> None:
    assert style_change("38;2;1;2;3;48;5;9", "1;38;2;1;2;3;48;5;9") == "\x1b[1m"
    assert style_change("1;38;2;1;2;3;48;5;9", "38;5;7;48;5;9") == "\x1b[22;38;5;7m"
    assert style_change("1;2;31", "2;31") == "\x1b[22;2m"
    assert style_change("31;44", "31") == "\x1b[49m"


def test_text_without_style_is_drawn_in_the_terminals_own() -> None:
    pen = Pen()
    pen.trim("\x1b[31mred\x1b[0m")
    assert pen.trim("\x1b[?25l") == "\x1b[0m\x1b[?25l"


def test_a_style_that_was_smuggled_in_is_ended() -> None:
    pen = Pen()
    pen.trim("\x1b[31mred\x1b[0m")
    assert pen.trim("\x1b[31ma\x1b[7mb\x1b[0m\x1b[31mc\x1b[0m") == "a\x1b[7mb\x1b[0;31mc"


def test_of_moves_in_a_row_the_last_one_counts() -> None:
    assert Pen().trim("\x1b[1;1H\n\x1b[2;5H\x1b[31mx\x1b[0m") == "\x1b[2;5H\x1b[0;31mx"


def _output(write_end: int, drained: threading.Event, lost: threading.Event) -> Output:
    output = Output(write_end, lambda text: text.encode(), drained.set, lost.set)
    output.start()
    return output


def test_frames_are_written_in_order() -> None:
    read_end, write_end = os.pipe()
    drained, lost = threading.Event(), threading.Event()
    output = _output(write_end, drained, lost)
    output.put("one ")
    output.put("two")
    assert drained.wait(5)
    assert output.waiting == 0
    assert output.stop(5)
    assert os.read(read_end, 100) == b"\x1b[0mone two"
    os.close(read_end)
    os.close(write_end)


def test_what_a_stalled_terminal_did_not_take_can_be_abandoned() -> None:
    read_end, write_end = os.pipe()
    output = _output(write_end, threading.Event(), threading.Event())
    output.put("x" * 1_000_000)
    output.put("never")
    output.abandon()
    output.put("end")
    data = b""
    while not data.endswith(b"end"):
        data += os.read(read_end, 65536)
    assert len(data) < 500_000
    assert b"never" not in data
    assert output.stop(5)
    os.close(read_end)
    os.close(write_end)


def test_stopping_does_not_wait_for_ever() -> None:
    read_end, write_end = os.pipe()
    output = _output(write_end, threading.Event(), threading.Event())
    output.put("x" * 1_000_000)
    assert not output.stop(0.01)
    os.close(read_end)
    output.join(5)
    os.close(write_end)


def test_a_lost_terminal_is_told_once() -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    lost = threading.Event()
    output = _output(write_end, threading.Event(), lost)
    output.put("one")
    output.put("two")
    assert output.stop(5)
    assert lost.is_set()
    os.close(write_end)
