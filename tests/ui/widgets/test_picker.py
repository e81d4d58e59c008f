"""Choosing one thing from a list by typing."""

from collections.abc import Sequence

import pytest
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

    def __init__(self, choices: Sequence[Choice] = ACTIONS, new: str = "") -> None:
        super().__init__()
        self.choices = choices
        self.new = new
        self.chosen: list[str | None] = []

    def get_theme(self, theme_name: str) -> Theme:
        """Give the colours of the cockpit."""
        return to_textual(load_theme("dark"))

    def on_mount(self) -> None:
        """Ask."""
        self.push_screen(Picker("Do", self.choices, new=self.new), self.chosen.append)


async def chosen_by(*keys: str, choices: Sequence[Choice] = ACTIONS, new: str = "") -> str | None:
    app = Asking(choices, new)
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


async def test_long_names_leave_room_for_what_is_remarked_on_them() -> None:
    app = Asking()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        picker = Picker("Do", [Choice("a name that is far too long " * 3, "left open: enter adds it")])
        await app.push_screen(picker)
        await pilot.pause()
        assert "left open: enter adds it" in "".join(strip.text for strip in picker._compositor.render_strips())


KINDS = (
    Choice("Ports", "forwarded services (svc)"),
    Choice("Services", aliases=("svc", "service", "services")),
    Choice("Claims", aliases=("pvc", "persistentvolumeclaims")),
    Choice("Service accounts"),
)


@pytest.mark.parametrize(
    ("typed", "first"),
    [("svc", "Services"), ("services", "Services"), ("persist", "Claims"), ("PVC", "Claims"), ("forw", "Ports")],
)
async def test_another_name_typed_in_full_comes_first_and_its_beginning_before_remarks(typed: str, first: str) -> None:
    assert await chosen_by(*typed, "enter", choices=KINDS) == first


UNDER_HEADINGS = (
    Choice("wrong now", "shop-db: 9 connections blocked", heading=True),
    Choice("terminate backend/4711", "9 connections go on"),
    Choice("under the cursor", "pod/api-1", heading=True),
    Choice("delete pod/api-1"),
)


@pytest.mark.parametrize(
    ("keys", "chosen"),
    [
        (["enter"], "terminate backend/4711"),
        (["down", "enter"], "delete pod/api-1"),
        (["down", "up", "enter"], "terminate backend/4711"),
        (["up", "enter"], "terminate backend/4711"),
        ([*"blocked", "enter", "escape"], None),
    ],
)
async def test_a_heading_is_read_and_never_chosen(keys: list[str], chosen: str | None) -> None:
    assert await chosen_by(*keys, choices=UNDER_HEADINGS) == chosen


async def test_what_a_row_cuts_is_told_below_the_list() -> None:
    app = Asking()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        whole = "9 connections that wait for it go on, and what it has not committed is rolled back"
        picker = Picker("Do", [Choice("terminate backend/4711", whole), Choice("leave it", "short")])
        await app.push_screen(picker)
        await pilot.pause()
        words = " ".join("".join(strip.text for strip in picker._compositor.render_strips()).replace("│", " ").split())
        assert whole in words
        await pilot.press("down")
        await pilot.pause()
        assert "rolled back" not in "".join(strip.text for strip in picker._compositor.render_strips())


async def test_a_text_that_is_none_of_the_choices_is_offered_last_where_new_ones_are_welcome() -> None:
    assert await chosen_by(*"anna", "enter", new="new") == "anna"
    assert await chosen_by(*"restart", "down", "enter", new="new") == "restart"
    assert await chosen_by(*"restart", "enter", new="new") == "restart deployment/worker"
    assert await chosen_by(*"anna", "enter", "escape") is None
