from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from support.cockpit import Opened, opened_on
from support.shop import BROKEN_SHOP, NOW, Shop

from cockpit.config import Config
from cockpit.incident.correction import amendment
from cockpit.incident.known import milestone
from cockpit.incident.title import title_of

Open = Callable[..., AbstractAsyncContextManager[Opened]]


async def test_a_note_is_saved_before_it_is_said_to_be(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("i", *"rolling back", "enter")
        await cockpit.until(lambda: "saved: rolling back" in cockpit.screen())
        assert cockpit.entries == ["Incident opened: api: 2 of 3 pods crash-loop, exit 1", "rolling back"]
        assert "INC-2026-11-21-001" in cockpit.screen()


async def test_the_first_entry_opens_an_incident_and_says_so_once(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("i", *"looking", "enter")
        await cockpit.shows("incident INC-2026-11-21-001 opened: S sets its severity · saved: looking")
        await cockpit.press("i", *"found it", "enter")
        await cockpit.shows("saved: found it")
        assert "opened: S sets" not in cockpit.screen()
        assert cockpit.pane(cockpit.app.cockpit.incident_log).startswith("─ INC-2026-11-21-001 3 ")


async def test_a_severity_that_opens_an_incident_is_not_asked_for_again(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("S", *"sev2", "enter")
        await cockpit.until(lambda: "severity SEV2" in cockpit.entries)
        told = [each.text for each in cockpit.app.messages.told]
        assert told == ["incident INC-2026-11-21-001 opened", "saved: severity SEV2"]


async def test_a_note_that_was_left_with_escape_is_there_again(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("i", *"half a though", "escape", "j", "i", "t", "enter")
        await cockpit.until(lambda: "half a thought" in cockpit.entries)


async def test_a_step_is_ticked_with_who_and_when_and_can_be_opened_again(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("0", "space")
        await cockpit.until(lambda: "Checklist 1 of" in cockpit.screen())
        ticked = next(line for line in cockpit.screen().splitlines() if " ✔ Acknowledge the page" in line)
        assert "14:23 │" in ticked
        await cockpit.press("k", "space")
        await cockpit.until(lambda: "Checklist 0 of" in cockpit.screen())
        assert [text.split()[0] for text in cockpit.entries[1:]] == ["✔", "opened"]


async def test_the_severity_stands_in_the_header_and_in_the_log(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("S")
        await cockpit.until(lambda: "when in doubt, the higher one" in cockpit.screen())
        await cockpit.press(*"sev2", "enter")
        await cockpit.until(lambda: "severity SEV2" in cockpit.entries)
        header = cockpit.screen().splitlines()[0]
        assert "SEV2" in header
        assert "00:00:00" in header


async def test_the_status_stands_in_the_header_and_in_the_log(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("U")
        await cockpit.until(lambda: "investigating" in cockpit.screen())
        await cockpit.press("enter")
        await cockpit.until(lambda: "status investigating" in cockpit.entries)
        assert "investigating" in cockpit.screen().splitlines()[0]


async def test_the_log_shows_what_corrections_leave_and_numbers_where_there_is_room(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("i", *"2 of 3 pods", "enter")
        await cockpit.until(lambda: len(cockpit.entries) == 2)
        assert cockpit.app.record is not None
        await cockpit.app.record.chronicle(amendment(2, "all pods", "bob"))
        pane = cockpit.app.cockpit.incident_log
        await cockpit.until(lambda: "all pods (amended)" in cockpit.pane(pane))
        assert "    2 14:" not in cockpit.pane(pane)
        await cockpit.press("0")
        await cockpit.until(lambda: "    2 14:" in cockpit.pane(pane))


async def test_the_log_comes_into_view_at_its_newest_entry_and_goes_on_to_the_next(cockpit_on: Open) -> None:
    async with cockpit_on(size=(80, 24)) as cockpit:
        record = cockpit.app.record
        assert record is not None
        for nth in range(40):
            await record.observe(f"seen {nth} times")
        await cockpit.press("0")
        await cockpit.shows("seen 39 times")
        await record.observe("seen once more")
        await cockpit.shows("seen once more")
        await cockpit.press("tab", "g")
        await cockpit.shows("seen 0 times")
        await record.observe("not looked at")
        await cockpit.pilot.pause()
        assert "seen 0 times" in cockpit.screen()


async def test_what_cannot_be_saved_is_said_loudly_kept_and_saved_later(cockpit_on: Open, config: Config) -> None:
    directory = config.incident.directory
    directory.parent.mkdir(exist_ok=True)
    directory.write_text("a file in the place of the directory")
    async with cockpit_on() as cockpit:
        await cockpit.press("i", *"lost?", "enter")
        await cockpit.until(lambda: "1 NOT SAVED" in cockpit.screen())
        assert "lost?" in cockpit.screen()
        directory.unlink()
        await cockpit.press("R")
        await cockpit.until(lambda: "everything is saved" in cockpit.screen())
        assert cockpit.entries[1:] == ["lost?"]


async def test_leaving_with_an_open_incident_asks_first(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("i", *"x", "enter")
        await cockpit.until(lambda: cockpit.entries)
        await cockpit.press("q")
        await cockpit.until(lambda: "INC-2026-11-21-001 is open" in cockpit.screen())
        await cockpit.press("enter")
        await cockpit.until(lambda: "is open" not in cockpit.screen())
        assert cockpit.app.is_running
        await cockpit.press("q", *"close", "enter")
        await cockpit.until(lambda: "Incident closed" in cockpit.entries)


async def test_leaving_without_an_incident_does_not_ask_and_leaves_no_file(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("q")
        await cockpit.until(lambda: cockpit.app._exit)
        assert cockpit.app.record is not None
        assert not cockpit.app.record.name


async def test_the_report_is_written_beside_the_incident_file(cockpit_on: Open, config: Config) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("i", *"found it", "enter")
        await cockpit.until(lambda: "found it" in cockpit.entries)
        await cockpit.press("r")
        await cockpit.until(lambda: "report written to" in cockpit.screen())
    for ending in ("md", "html"):
        assert "found it" in (config.incident.directory / f"INC-2026-11-21-001.{ending}").read_text("utf-8")


async def test_what_is_wrong_writes_itself_into_the_log_of_an_open_incident(tmp_path: Path) -> None:
    async with opened_on(Shop(BROKEN_SHOP), tmp_path) as cockpit:
        await cockpit.press("0")
        assert not cockpit.entries
        await cockpit.press("i", *"looking", "enter")
        await cockpit.until(lambda: "⚙ api: 2 of 3 pods crash-loop" in cockpit.screen())


async def test_questions_propose_a_severity_and_a_person_sets_it(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("S", *"decide", "enter")
        await cockpit.shows("is data lost")
        await cockpit.press(*"no", "enter")
        await cockpit.shows("are many users hit")
        await cockpit.press(*"not sure", "enter")
        await cockpit.shows("SEV2 is proposed")
        assert "severity SEV2" not in cockpit.entries
        await cockpit.press("enter")
        await cockpit.until(lambda: "severity SEV2" in cockpit.entries)


async def test_a_skipped_step_says_why(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("0", "x")
        await cockpit.shows("skipped: ", ": why?")
        await cockpit.press(*"paged by phone", "enter")
        await cockpit.until(lambda: "skipped: Acknowledge the page (paged by phone)" in cockpit.entries)
        await cockpit.shows("Acknowledge the page (paged by phone)")


async def test_a_step_can_be_under_way_and_fail(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("0", "enter", *"doing", "enter")
        await cockpit.until(lambda: "doing: Acknowledge the page" in cockpit.entries)
        await cockpit.shows("Checklist 0 of 27", "… Acknowledge the page")
        await cockpit.press("enter", *"failed", "enter", *"no access", "enter")
        await cockpit.until(lambda: "failed: Acknowledge the page (no access)" in cockpit.entries)
        await cockpit.shows("Checklist 1 of 27", "✘ Acknowledge the page")


async def test_a_gate_that_is_not_measured_yet_is_confirmed_with_a_reason(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        cockpit.app.cockpit.checklist.table.focus()
        await cockpit.press("G", "k", "k", "k", "k", "k", "k", "k")
        await cockpit.press("space")
        await cockpit.shows("not all is well now; done all the same: why?")
        await cockpit.press(*"staging only", "enter")
        await cockpit.until(lambda: any("relapse (staging only)" in text for text in cockpit.entries))


async def test_a_note_stands_beside_its_step(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("0", "enter", *"note", "enter")
        await cockpit.shows("Note on this step")
        await cockpit.press(*"by phone", "enter")
        await cockpit.until(lambda: "Acknowledge the page: by phone" in cockpit.entries)
        await cockpit.shows("Checklist 0 of 27", "Acknowledge the page (by phone)")


async def test_a_hypothesis_is_held_and_ruled_out_with_the_reason(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("H", "enter", *"the new index", "enter")
        await cockpit.until(lambda: "the new index" in cockpit.entries)
        await cockpit.press("H")
        await cockpit.shows("the new index", "open")
        await cockpit.press(*"new index", "enter", *"ruled", "enter", *"it is used", "enter")
        await cockpit.until(lambda: "the new index: ruled out (it is used)" in cockpit.entries)


async def test_when_it_began_is_told_at_its_own_time(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("H", *"impact", "enter")
        await cockpit.shows("impact started: when?")
        await cockpit.press(*"14:08", "enter")
        await cockpit.until(lambda: "impact started" in cockpit.entries)
        assert cockpit.app.record is not None
        assert cockpit.app.record.state.milestones["impact started"].strftime("%H:%M") == "14:08"


async def test_enter_alone_says_that_it_is_so_now(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("H", *"impact", "enter")
        await cockpit.shows("impact started: when?", "empty: now")
        await cockpit.press("enter")
        await cockpit.until(lambda: "impact started" in cockpit.entries)
        assert cockpit.app.record is not None
        assert cockpit.app.record.state.milestones["impact started"] == NOW


async def test_a_time_that_can_hardly_be_is_remarked_before_it_is_saved(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("i", *"api is down", "enter")
        await cockpit.until(lambda: "api is down" in cockpit.entries)
        await cockpit.press("H", *"mitigated", "enter", *"14:08")
        await cockpit.shows("14:08:00 UTC, before the incident was declared")


async def test_an_incident_is_given_another_name(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("i", *"api is down", "enter")
        await cockpit.until(lambda: "api is down" in cockpit.entries)
        await cockpit.press("H", *"title", "enter")
        await cockpit.shows("What is the incident called?")
        await cockpit.press("ctrl+u", *"shop is down", "enter")
        await cockpit.until(lambda: "amends entry 1: shop is down" in cockpit.entries)
        assert cockpit.app.record is not None
        assert title_of(cockpit.app.record.held) == "shop is down"


async def test_times_that_nobody_told_are_named_when_it_is_resolved_reported_and_closed(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        assert cockpit.app.record is not None
        await cockpit.app.record.write(milestone("detected", NOW, "ana"))
        await cockpit.press("U", *"identified", "enter")
        await cockpit.shows("saved: status identified")
        assert "unknown when" not in cockpit.screen()
        await cockpit.press("U", *"resolved", "enter")
        await cockpit.shows("→ resolved; H: unknown when impact started, mitigated")
        await cockpit.press("r")
        await cockpit.until(lambda: "unknown when impact started, mitigated" in cockpit.app.messages.told[-1].text)
        await cockpit.press("q")
        await cockpit.shows("the incident is over; H: unknown when impact started, mitigated")


async def test_a_step_that_the_record_proves_done_ticks_itself_until_a_person_opens_it(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("0", "S", *"sev2", "enter")
        await cockpit.shows("✔ Set the severity; in doubt, higher (severity set to SEV2)")
        await cockpit.press("j", "j", "j", "j", "space")
        await cockpit.until(lambda: "opened again: Set the severity; in doubt, higher" in cockpit.entries)
        await cockpit.press("S", *"sev1", "enter")
        await cockpit.until(lambda: "severity SEV2 → SEV1" in cockpit.entries)
        await cockpit.press("i", "x", "enter")
        await cockpit.until(lambda: "x" in cockpit.entries)
        assert "○ Set the severity; in doubt, higher" in cockpit.screen()


async def test_a_long_note_is_read_in_full_where_it_is_opened(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        record = cockpit.app.record
        assert record is not None
        await record.note("\n".join(["Traceback (most recent call last)"] * 50) + "\nKeyError: 'total'")
        await cockpit.press("0", "tab")
        await cockpit.shows("more characters: enter")
        assert "KeyError" not in cockpit.screen()
        await cockpit.press("enter")
        await cockpit.shows("─ Entry 2 ")
        await cockpit.press("G")
        await cockpit.shows("KeyError: 'total'")
        await cockpit.press("escape")
        await cockpit.until(lambda: "─ Entry" not in cockpit.screen())
