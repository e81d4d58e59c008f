"""What is due stands in the header; a person says that it is done, or that it may wait."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from support.cockpit import Opened

Open = Callable[..., AbstractAsyncContextManager[Opened]]


async def test_a_severity_has_its_clocks_in_the_header(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("S", *"sev1", "enter")
        await cockpit.shows("acknowledge due 05:00", "update due 15 min")
        await cockpit.press("u", "enter")
        await cockpit.shows("somebody is at work")
        await cockpit.press("enter")
        await cockpit.until(lambda: "acknowledged" in cockpit.entries)
        await cockpit.until(lambda: "acknowledge due" not in cockpit.screen())


async def test_what_may_wait_needs_a_reason(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("S", *"sev1", "enter")
        await cockpit.shows("update due 15 min")
        await cockpit.press("u", *"update", "enter", *"30", "enter")
        await cockpit.shows("Why may it wait?")
        await cockpit.press("enter")
        await cockpit.shows("a reason, please")
        await cockpit.press(*"call runs", "enter")
        await cockpit.until(lambda: any("call runs" in text for text in cockpit.entries))
        await cockpit.until(lambda: "update due" not in cockpit.screen().splitlines()[0])


async def test_without_a_severity_nothing_is_due(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("u")
        await cockpit.shows("nothing is due")


async def test_a_narrow_header_has_what_presses_most(cockpit_on: Open) -> None:
    async with cockpit_on(size=(80, 24)) as cockpit:
        await cockpit.press("S", *"sev1", "enter")
        await cockpit.until(lambda: cockpit.screen().splitlines()[1].endswith("acknowledge due 05:00"))


async def test_there_is_room_before_the_clocks_when_the_place_is_cut(cockpit_on: Open) -> None:
    async with cockpit_on(size=(62, 24)) as cockpit:
        await cockpit.press("S", *"sev1", "enter")
        await cockpit.until(lambda: "… SEV1" in cockpit.screen().splitlines()[0])
