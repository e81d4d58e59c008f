"""A key that has nothing to do says why."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from support.postgres_screen import reading, refused, troubled

Watch = Callable[..., AbstractAsyncContextManager[Any]]


async def told(cockpit: Any, words: str) -> None:
    """Wait for a message."""
    await cockpit.until(lambda: any(words in each.text for each in cockpit.app.messages.told))


async def test_idle_connections_are_listed_on_one_page(watching: Watch) -> None:
    async with watching(reading(troubled())) as cockpit:
        await cockpit.press("4", "right", "I")
        await told(cockpit, "idle connections are listed on the page Activity only")


async def test_without_a_statement_there_is_no_plan(watching: Watch) -> None:
    async with watching(reading(troubled())) as cockpit:
        await cockpit.press("4", "left", "E")
        await told(cockpit, "no statement is under the cursor whose plan could be asked for")


async def test_what_is_tried_again_is_named(watching: Watch) -> None:
    async with watching(reading(troubled())) as cockpit:
        await cockpit.press("R")
        await told(cockpit, "nothing has failed that could be tried again")
        await cockpit.read(reading(troubled(), refused()))
        await cockpit.press("R")
        await told(cockpit, "trying shop-db again")
