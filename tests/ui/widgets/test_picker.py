"""Choosing one thing from a list by typing."""

from textual.app import App
from textual.theme import Theme

from cockpit.ui.theme import load_theme, to_textual
from cockpit.ui.widgets.picker import Choice, Picker

ACTIONS = (
    Choice("rollback deployment/worker", "it came with revision 3 (resources changed)"),
    Choice("set resources deployment/worker", "what a container asks for"),
    Choice("restart deployment/worker", "makes its pods anew"),
)


class Asking(App[None]):
    """Asks what to do."""

    def __init__(self) -> None:
        super().__init__()
        self.chosen: list[str | None] = []

    def get_theme(self, theme_name: str) -> Theme:
        """Give the colours of the cockpit."""
        return to_textual(load_theme("dark"))

    def on_mount(self) -> None:
        """Ask."""
        self.push_screen(Picker("Do", ACTIONS), self.chosen.append)


async def chosen_by(*keys: str) -> str | None:
    app = Asking()
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        (chosen,) = app.chosen
    return chosen


async def test_what_is_typed_is_looked_for_in_names_before_remarks() -> None:
    assert await chosen_by(*"resources", "enter") == "set resources deployment/worker"


async def test_what_only_a_remark_tells_is_found_after_the_names() -> None:
    assert await chosen_by(*"resources", "down", "enter") == "rollback deployment/worker"
    assert await chosen_by(*"anew", "enter") == "restart deployment/worker"


async def test_nothing_typed_keeps_the_order() -> None:
    assert await chosen_by("enter") == "rollback deployment/worker"
    assert await chosen_by("escape") is None
