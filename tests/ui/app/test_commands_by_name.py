"""Commands and kinds by the names that people bring along from kubectl, k9s and vim."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest
from support.cockpit import Opened

Open = Callable[..., AbstractAsyncContextManager[Opened]]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("deploy", "─ Workloads "),
        ("svc", "─ Services "),
        ("ev", "─ Events "),
        ("ns", "─ Namespace"),
        ("pf", "─ Port-forwards ─"),
    ],
)
async def test_a_name_of_k9s_after_the_colon_leads_there(cockpit_on: Open, typed: str, shown: str) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press(":")
        await cockpit.shows("─ Commands ─")
        await cockpit.press(*typed, "enter")
        await cockpit.shows(shown)


@pytest.mark.parametrize("typed", ["q", "quit"])
async def test_the_cockpit_is_left_as_vim_is(cockpit_on: Open, typed: str) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press(":", *typed, "enter")
        await cockpit.until(lambda: cockpit.app._exit)
