"""What stands between a wish and a change: reading only, rights, a name to type, a record to be written."""

from cockpit.gameday.api.kinds import DEPLOYMENTS
from cockpit.incident.errors import IncidentFileError
from cockpit.ui.actions.plan_dialog import PlanDialog
from cockpit.ui.widgets.picker import Picker

from .conftest import Practise, go_to


async def test_nothing_is_changed_before_it_is_allowed(practise: Practise) -> None:
    async with practise(write=False) as flight:
        assert "read-only" in flight.header
        await go_to(flight, "Workloads", "web")
        plan = await flight.choose_here("restart")
        assert "✖ the cockpit is read-only in context practice" in plan
        assert "escape, then W" in plan
        await flight.press("enter")
        assert isinstance(flight.app.screen, PlanDialog)
        await flight.press("escape", "W")
        await flight.until(lambda: "WRITES ALLOWED" in flight.header)
        assert "✖" not in await flight.choose_here("restart")
        await flight.confirm()
        assert flight.entries[-1].startswith(("restart deployment/web — done", "deployment/web rolled out"))


async def test_writing_is_forbidden_again_with_the_same_key(practise: Practise) -> None:
    async with practise() as flight:
        await flight.press("W")
        await flight.until(lambda: "read-only" in flight.header)
        assert "read-only again in practice" in flight.told


async def test_another_context_is_read_only_until_it_is_allowed_there(practise: Practise) -> None:
    async with practise() as flight:
        await flight.press("C")
        await flight.shows("practice-viewer")
        await flight.press(*"viewer", "enter")
        await flight.until(lambda: "practice-viewer / shop  read-only" in flight.header)
        await flight.press("C")
        await flight.shows("─ Context ─")
        await flight.press("up", "enter")
        await flight.until(lambda: "practice / shop  WRITES ALLOWED" in flight.header)


async def test_a_protected_context_asks_for_the_name(practise: Practise) -> None:
    async with practise(protected=("practice",)) as flight:
        assert "protected" in flight.header
        await go_to(flight, "Workloads", "web")
        plan = await flight.choose_here("restart")
        assert "type web, then enter does it" in plan
        await flight.press("enter")
        await flight.shows("context practice is protected: type web to confirm")
        await flight.press(*"api", "enter")
        await flight.shows("context practice is protected: type web to confirm")
        await flight.press("ctrl+u", *"web")
        await flight.confirm()
        assert flight.entries[2].startswith("restart deployment/web — done")


async def test_what_one_may_not_do_is_drawn_so_and_says_which_right_is_missing(practise: Practise) -> None:
    async with practise(context="practice-viewer") as flight:
        await go_to(flight, "Workloads", "web")
        await flight.press("a")
        await flight.shows("not allowed: may not patch deployments.apps in shop")
        await flight.press(*"restart", "enter")
        await flight.tells("restart deployment/web is not allowed: may not patch", "kubectl auth can-i patch")
        assert flight.entries == []


async def test_the_cursor_stays_where_it_was_put_when_the_rights_are_known(practise: Practise) -> None:
    async with practise(context="practice-viewer") as flight:
        await go_to(flight, "Workloads", "web")
        reviews = flight.world.faults.hang("/apis/authorization.k8s.io")
        await flight.press("a")
        await flight.until(lambda: isinstance(flight.app.screen, Picker))
        await flight.press("down", "down")
        picker = flight.app.screen
        assert isinstance(picker, Picker)
        chosen = picker.table.cursor_key
        flight.world.faults.lift(reviews)
        picker.offer(list(picker._choices))
        await flight.pilot.pause(0.05)
        assert picker.table.cursor_key == chosen == "scale deployment/web"


async def test_without_a_record_it_is_done_only_when_the_person_insists(practise: Practise) -> None:
    async with practise() as flight:
        record = flight.app.record
        assert record is not None

        async def full(_: object) -> None:
            raise IncidentFileError("the disk is full")

        record._log.append = full  # type: ignore[method-assign, assignment]
        await go_to(flight, "Workloads", "web")
        await flight.choose_here("restart")
        await flight.press("enter")
        await flight.shows("It cannot be recorded: the disk is full. Do it all the same?")
        await flight.press("enter")
        await flight.tells("restart deployment/web: refused", "not run, because it cannot be recorded")
        web = flight.world.store.get(DEPLOYMENTS, "shop", "web").obj
        assert "annotations" not in web["spec"]["template"]["metadata"]
        await flight.choose_here("restart")
        await flight.press("enter")
        await flight.shows("Do it all the same?")
        await flight.press(*"yes", "enter")
        await flight.tells("restart deployment/web: done", "NOT RECORDED: the disk is full")


async def test_leaving_waits_for_the_receipt_of_what_is_running(practise: Practise) -> None:
    async with practise() as flight:
        await go_to(flight, "Workloads", "web")
        await flight.choose_here("restart")
        flight.world.faults.slow("/apis/apps/v1/namespaces/shop/deployments/web", 0.5)
        await flight.press("enter")
        await flight.until(lambda: len(flight.entries) == 2)
        flight.app.exit()
        record = flight.app.record
    assert record is not None
    assert record.entries[-1].text.startswith("restart deployment/web — done")


async def test_a_rollout_in_a_scope_that_was_left_is_said_to_be_followed_no_longer(practise: Practise) -> None:
    async with practise() as flight:
        await go_to(flight, "Workloads", "web")
        await flight.choose_here("set image", answer="registry.shop.local/no-such:1")
        await flight.confirm()
        await flight.tells("deployment/web: 1 of 2 updated")
        await flight.press("N")
        await flight.shows("kube-system")
        await flight.press(*"kube-s", "enter")
        await flight.until(lambda: flight.entries[-1].startswith("deployment/web is followed no longer"))
        assert "1 of 2 updated" in flight.entries[-1]


async def test_a_later_rollout_is_followed_in_place_of_the_one_before(practise: Practise) -> None:
    async with practise() as flight:
        await go_to(flight, "Workloads", "web")
        for image in ("no-such:1", "no-such:2"):
            await flight.choose_here("set image", answer=f"registry.shop.local/{image}")
            await flight.confirm()
            await flight.tells("deployment/web: 1 of 2 updated")
        workers = flight.app.workers
        await flight.until(
            lambda: sum(each.group.startswith("rollout of") for each in workers if not each.is_finished) == 1
        )
        assert not any("rolled out" in text or "no longer" in text for text in flight.entries)
