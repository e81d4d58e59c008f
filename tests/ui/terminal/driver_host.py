"""A small full-screen program for the tests of the driver; run as `python driver_host.py [trait …]`."""

import os
import sys
import time
from pathlib import Path

from rich.text import Text
from textual import events
from textual.app import App, ComposeResult
from textual.screen import Screen
from textual.widgets import Input, Static

from cockpit.ui.terminal import driver
from cockpit.ui.terminal.capabilities import this_terminal
from cockpit.ui.theme import load_theme, theme_for, to_textual


class Other(Screen[None]):
    """Another screen."""

    def compose(self) -> ComposeResult:
        yield Static("another screen")


class Question(Screen[None]):
    """Asks for a line of text."""

    def compose(self) -> ComposeResult:
        yield Static("question", id="answer")
        yield Input()

    def on_mount(self) -> None:
        self.call_later(self.query_one(Input).focus)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.query_one("#answer", Static).update(f"answer {event.value}")


class Foot(Static):
    """Writes the size of the screen to the file $MARK whenever it gets a width of its own from it."""

    def on_resize(self) -> None:
        if mark := os.environ.get("MARK"):
            Path(mark).write_text(f"{self.app.size.width}x{self.app.size.height}")


class FailingStart(driver.CockpitDriver):
    """Fails after it has changed the terminal, as the start of a thread does where no more are allowed."""

    def _query_in_band_window_resize(self) -> None:
        raise RuntimeError("no more threads")


class Host(App[None]):
    """Shows what was typed, and writes `unmounted` to the file $MARK when it is closed in good order.

    O opens another screen, P stops the painting, Q quits, and I is a question whose answer is typed after it.
    """

    CSS = "#corner { dock: right; width: 6; height: 1; } #foot { dock: bottom; height: 1; }"

    def __init__(self, traits: frozenset[str]) -> None:
        super().__init__(driver_class=FailingStart if "failing-start" in traits else driver.CockpitDriver)
        self._traits = traits
        self._typed: list[str] = []
        self._paints = 0
        if "themed" in traits:
            theme = theme_for(load_theme("dark"), this_terminal(os.environ).colours)
            self.register_theme(to_textual(theme))
            self.theme = theme.name

    def compose(self) -> ComposeResult:
        yield Static("corner", id="corner")
        yield Static("starting", id="line")
        yield Static("", id="body")
        yield Foot("foot", id="foot")
        yield Static("┌─ ● ◐ 日本 é ─┐", id="signs")

    def on_mount(self) -> None:
        if "slow-start" in self._traits:
            time.sleep(0.3)
        self._painting = self.set_interval(0.01, self._paint, pause="painting" not in self._traits)
        self.query_one("#line", Static).update("ready")

    def _paint(self) -> None:
        """Change the whole screen."""
        self._paints += 1
        noise = "\n".join(f"{self._paints} " * 200 for _ in range(self.size.height))
        self.query_one("#body", Static).update(Text(noise))
        if mark := os.environ.get("PAINTS"):
            Path(mark).write_text(str(self._paints))

    def on_key(self, event: events.Key) -> None:
        self._typed.append(event.character or event.key)
        self.query_one("#line", Static).update(Text("typed " + "".join(self._typed)))
        if event.character == "O":
            self.push_screen(Other())
        if event.character == "P":
            self._painting.pause()
        if event.character == "I":
            self.push_screen(Question())
        if event.character == "Q":
            self.exit(return_code=7)

    def on_paste(self, event: events.Paste) -> None:
        self.query_one("#line", Static).update(Text(f"pasted {event.text}"))

    def on_unmount(self) -> None:
        if "stuck-closing" in self._traits:
            time.sleep(60)
        if "slow-closing" in self._traits:
            time.sleep(0.3)
        if "late-writer" in self._traits and self._driver is not None:
            self._driver.write("too late")
        if mark := os.environ.get("MARK"):
            Path(mark).write_text("unmounted")


if __name__ == "__main__":
    if "impatient" in sys.argv:
        driver.FLUSH_SECONDS = driver.GRACE_SECONDS = 0.2
    host = Host(frozenset(sys.argv[1:]))
    host.run(mouse="mouse" in sys.argv)
    if isinstance(host._driver, driver.CockpitDriver) and not host._driver.output_lost:
        print("goodbye " * 10_000, file=sys.__stderr__)
    sys.exit(host.return_code)
