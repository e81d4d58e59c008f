"""Who leads, who tells people, who keeps the log: named beside who types."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial

from msgspec.structs import replace
from support.cockpit import Opened

from cockpit.incident.entry import Draft, EntryKind
from cockpit.runbooks.model import Contact

Open = Callable[..., AbstractAsyncContextManager[Opened]]


def roles(cockpit: Opened) -> dict[str, str]:
    assert cockpit.app.record is not None
    return cockpit.app.record.state.roles


async def test_a_lead_is_named_and_stands_above_the_log(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("D", *"incident lead", "enter")
        await cockpit.shows("incident lead: who?")
        await cockpit.press(*"somebody", "enter", *"ana", "enter")
        await cockpit.until(lambda: roles(cockpit) == {"incident lead": "ana"})
        assert "incident lead: ana" in cockpit.entries
        await cockpit.press("0")
        await cockpit.shows("· ana leads", "Name one person who leads (ana leads)")


async def test_a_role_is_handed_over_to_somebody_known_and_given_back(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        record = cockpit.app.record
        assert record is not None
        await record.write(Draft(EntryKind.NOTE, "looking", "bob, via root"))
        for who, entry in (
            ("somebody", "scribe: cleo"),
            ("bob", "scribe: cleo → bob"),
            ("nobody", "scribe: bob → nobody"),
        ):
            await cockpit.press("D", *"scribe", "enter")
            await cockpit.shows("scribe: who?", "bob")
            await cockpit.press(*who, "enter", *(("c", "l", "e", "o", "enter") if who == "somebody" else ()))
            await cockpit.until(partial(lambda wanted: wanted in cockpit.entries, entry))
        assert roles(cockpit) == {}


async def test_roles_and_contacts_of_the_runbook_are_offered(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        record = cockpit.app.record
        assert record is not None
        contacts = (Contact("Database Admin", ("@dba", "555 0100")),)
        record.runbook = replace(record.runbook, roles=("Incident Commander",), contacts=contacts)
        await cockpit.press("D")
        await cockpit.shows("Incident Commander", "nobody yet")
        assert "keeps the log" not in cockpit.screen()
        await cockpit.press(*"commander", "enter")
        await cockpit.shows("Database Admin", "@dba, 555 0100")
        await cockpit.press(*"dba", "enter")
        await cockpit.until(lambda: roles(cockpit) == {"Incident Commander": "Database Admin"})
        assert record.lead == "Database Admin"


async def test_a_role_may_be_any(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("D", *"another", "enter", *"DBA", "enter", *"somebody", "enter", *"ana", "enter")
        await cockpit.until(lambda: roles(cockpit) == {"DBA": "ana"})
        await cockpit.press("D")
        await cockpit.shows("DBA", "ana")


async def test_going_back_names_nobody(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        for keys in (["escape"], [*"scribe", "enter", "escape"], [*"another", "enter", "escape"]):
            await cockpit.press("D")
            await cockpit.shows("Who types now?")
            await cockpit.press(*keys)
            await cockpit.until(lambda: cockpit.app.screen is cockpit.app.cockpit)
        assert cockpit.entries == []


async def test_a_name_that_nobody_knows_yet_is_typed_where_it_is_asked_who_types(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("D")
        await cockpit.shows("Who types now?")
        await cockpit.press(*"zoe")
        await cockpit.shows("new: types from now on")
        await cockpit.press("enter")
        await cockpit.until(lambda: roles(cockpit) == {"driver": "zoe"})
