"""The baseline: a Textual app that shows one line, which counts the keys that were typed."""

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Static


class EmptyApp(App[None]):
    """Does as little as an app can that shows that it is there."""

    def __init__(self) -> None:
        super().__init__()
        self._keys = 0

    def compose(self) -> ComposeResult:
        yield Static("0 keys")

    def on_key(self, event: events.Key) -> None:
        self._keys += 1
        self.query_one(Static).update(f"{self._keys} keys")


if __name__ == "__main__":
    EmptyApp().run(mouse=False)
