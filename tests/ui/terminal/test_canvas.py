"""What differs from what the terminal shows is sent, and nothing else."""

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from cockpit.ui.terminal.canvas import Canvas

WIDTH, HEIGHT = 24, 3
RED = Style(color="red")
texts = st.text("ab 漢", max_size=8)


class Terminal:
    """A terminal on which a canvas is painted."""

    def __init__(self) -> None:
        self.canvas = Canvas()
        self.sent = ""
        self._console = Console(color_system="truecolor", force_terminal=True)
        self._screen = pyte.Screen(WIDTH, HEIGHT)
        self._stream = pyte.Stream(self._screen)

    def paint(self, update: CompositorUpdate) -> int:
        """Paint an update, and give how many characters that sent."""
        changes = self.canvas.changes(update)
        self.sent = "" if changes is None else changes.render_segments(self._console)
        self._stream.feed(self.sent)
        return len(self.sent)

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self._screen.display]


def whole(*lines: str, style: Style | None = None, width: int = WIDTH) -> LayoutUpdate:
    """Paint the whole screen."""
    strips = [Strip([Segment(line, style)]).adjust_cell_length(width) for line in [*lines, "", "", ""][:HEIGHT]]
    return LayoutUpdate([[strip] for strip in strips], Region(0, 0, width, HEIGHT))


def part(y: int, start: int, text: str, span: tuple[int, int] | None = None) -> ChopsUpdate:
    """Paint a widget of one line that begins at `start`, or the cells `span` of it."""
    strip = Strip([Segment(text)])
    chops: list[dict[int, Strip | None]] = [{} for _ in range(HEIGHT)]
    ends: list[list[int]] = [[] for _ in range(HEIGHT)]
    end = start + strip.cell_length
    chops[y], ends[y] = {0: None, start: strip, end: None}, [start, end, WIDTH]
    return ChopsUpdate(chops, [(y, *(span or (start, end)))], ends)


@pytest.fixture
def terminal() -> Terminal:
    terminal = Terminal()
    terminal.paint(whole("pods  live", "logs"))
    return terminal


def test_the_first_time_everything_is_sent(terminal: Terminal) -> None:
    assert terminal.lines == ["pods  live", "logs", ""]


def test_what_is_painted_again_is_not_sent_again(terminal: Terminal) -> None:
    assert terminal.paint(whole("pods  live", "logs")) == 0


def test_only_the_cells_that_differ_are_sent(terminal: Terminal) -> None:
    terminal.paint(whole("pods  dead", "logs"))
    assert terminal.lines[0] == "pods  dead"
    assert "pods" not in terminal.sent


def test_another_colour_is_sent(terminal: Terminal) -> None:
    assert terminal.paint(whole("pods  live", "logs", style=RED)) > 0


def test_a_part_of_a_line_is_laid_over_the_rest_of_it(terminal: Terminal) -> None:
    terminal.paint(part(0, 6, "dead"))
    terminal.paint(part(1, 5, "api", span=(6, 8)))
    assert terminal.lines == ["pods  dead", "logs  pi", ""]
    assert terminal.paint(whole("pods  dead", "logs  pi")) == 0


def test_after_another_program_had_the_terminal_everything_is_sent(terminal: Terminal) -> None:
    before = terminal.paint(whole("x"))
    terminal.canvas.forget()
    assert terminal.paint(whole("x")) > before


def test_after_a_change_of_the_size_everything_is_sent(terminal: Terminal) -> None:
    terminal.paint(whole("pods  live", "logs", width=20))
    terminal.paint(whole("pods  live", "logs"))
    assert "pods" in terminal.sent


def test_what_was_not_rendered_is_not_taken_for_shown(terminal: Terminal) -> None:
    terminal.canvas.changes(whole("pods  dead", "logs"))
    assert terminal.paint(whole("pods  live", "logs")) == 0


@given(st.lists(st.tuples(st.integers(0, HEIGHT - 1), st.integers(0, WIDTH - 16), texts.filter(bool)), max_size=6))
def test_the_terminal_shows_what_was_painted_whatever_came_before(parts: list[tuple[int, int, str]]) -> None:
    terminal = Terminal()
    terminal.paint(whole("漢語 pods", "a b a b a b"))
    for y, start, text in parts:
        terminal.paint(part(y, start, text))
    final = whole("pods 漢語", "b a b a b a", "end")
    terminal.paint(final)
    expected = Terminal()
    expected.paint(final)
    assert terminal.lines == expected.lines
