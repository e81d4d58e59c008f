"""Pictures of how people are told, at the size of a small window and of a whole screen."""

from collections.abc import Awaitable, Callable

import pytest
from support.cockpit import arrived, settle, text_of
from textual.pilot import Pilot
from ui.incident.conftest import MakeTeller

from cockpit.message_config import HttpTarget, Slack, Smtp
from cockpit.ui.app import CockpitApp

TARGETS = {
    "ops": Slack(token_env="SLACK_TOKEN", channel="C0123456789"),
    "page": HttpTarget(url="https://page.example/incidents", token_env="PAGE_TOKEN", audience="customer"),
    "mail": Smtp(host="mail.example", sender="ops@shop.example", to=("all@shop.example",)),
}
SIZES = [pytest.param((80, 24), id="80x24"), pytest.param((160, 45), id="160x45")]
SEVERITY = ("S", *"p1", "enter")
OPEN = ("M", *"slack resolution", "enter")
WRITTEN = (*OPEN, "e", "f7", *"All is well again: **revision 11** is live.", "escape")


def posed(app: CockpitApp, keys: tuple[str, ...], until: str) -> Callable[[Pilot[None]], Awaitable[None]]:
    """Press keys, one screen after the other, until a text is shown."""

    async def run_before(pilot: Pilot[None]) -> None:
        await settle(pilot, lambda: arrived(app))
        for key in SEVERITY:
            await pilot.press(key)
            await pilot.pause()
        await settle(pilot, lambda: (keeper := app.desks.presenter.timekeeper) and keeper.time.dues)
        app._tick()
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
        await settle(pilot, lambda: until in text_of(app))
        app.cockpit.hints.forget()
        await pilot.pause(0.3)

    return run_before


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("view", "keys", "until"),
    [
        ("pick", ("M",), "Slack Incident Channel"),
        ("look", OPEN, "e edits"),
        ("edit", (*OPEN, "e"), "escape goes on"),
        ("holes", (*OPEN, "t"), "not sent while"),
        ("targets", (*WRITTEN, "t"), "Send it to"),
        ("plan", (*WRITTEN, "t", "enter"), "enter does it"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isalpha() else "",
)
def test_people_are_told(
    snap_compare: Callable[..., bool],
    make_teller: MakeTeller,
    view: str,
    keys: tuple[str, ...],
    until: str,
    size: tuple[int, int],
) -> None:
    app = make_teller(TARGETS, seed="003")
    assert snap_compare(app, terminal_size=size, run_before=posed(app, keys, until))
