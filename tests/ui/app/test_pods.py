from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from support.cockpit import Opened
from support.shop import BROKEN_SHOP, pod

from cockpit.sources.kubernetes.model import Health

Open = Callable[..., AbstractAsyncContextManager[Opened]]


async def test_the_list_follows_the_filter_while_it_is_typed(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("/", *"web")
        assert cockpit.names() == ["web-84d5f-p0o9i"]
        await cockpit.press("enter")
        assert "Pods 1 of 6" in cockpit.screen()
        await cockpit.press("escape")
        assert len(cockpit.names()) == 6


async def test_a_filter_that_does_not_parse_is_refused_and_the_last_good_one_stays(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("/", *"web(", "enter")
        assert "regular expression: missing" in cockpit.screen()
        assert cockpit.names() == ["web-84d5f-p0o9i"]
        await cockpit.press("backspace", "enter")
        assert "regular expression" not in cockpit.screen()


async def test_leaving_the_filter_brings_back_what_was_shown_before(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("/", *"web", "escape")
        assert len(cockpit.names()) == 6


async def test_the_cursor_stays_on_its_pod_while_others_move(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("G", "k", "k")
        selected = cockpit.app.cockpit.pods.selected
        assert selected is not None
        worse = pod("aaa-66f9c-zzzzz", "Failed", Health.WRONG, ready=False)
        cockpit.shop.pods.tell(cockpit.shop.listed([*BROKEN_SHOP, worse]))
        await cockpit.until(lambda: "aaa-66f9c-zzzzz" in cockpit.names())
        assert cockpit.app.cockpit.pods.selected is selected


async def test_before_a_key_is_pressed_the_cursor_goes_with_the_worst(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        worse = pod("aaa-66f9c-zzzzz", "Failed", Health.WRONG, ready=False, restarts=99, rise=50)
        cockpit.shop.pods.tell(cockpit.shop.listed([*BROKEN_SHOP, worse]))
        await cockpit.until(lambda: "aaa-66f9c-zzzzz" in [target.pod for target in cockpit.shop.followed])


async def test_the_order_can_be_changed_and_turned_round(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("o")
        assert cockpit.names() == sorted(cockpit.names())
        await cockpit.press("O")
        assert cockpit.names() == sorted(cockpit.names(), reverse=True)


async def test_logs_of_all_replicas_open_together(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("L")
        await cockpit.until(lambda: len({target.pod for target in cockpit.shop.followed}) == 3)
        assert "Logs deployment/api" in cockpit.screen()


async def test_a_replica_that_appears_is_followed_too(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("L")
        cockpit.shop.pods.tell(cockpit.shop.listed([*BROKEN_SHOP, pod("api-7f9c4-later")]))
        await cockpit.until(lambda: "api-7f9c4-later" in {target.pod for target in cockpit.shop.followed})


async def test_the_previous_run_is_one_key_away(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("p")
        await cockpit.until(lambda: any(target.previous for target in cockpit.shop.followed))


async def test_marked_pods_open_together(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("space", "space", "l")
        await cockpit.until(lambda: len({target.pod for target in cockpit.shop.followed}) == 2)
        assert "Logs api-7f9c4-x2k4p, api-7f9c4-zz9qd" in cockpit.screen()


async def test_a_namespace_is_chosen_from_a_list(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("N")
        await cockpit.until(lambda: "(all namespaces)" in cockpit.screen())
        await cockpit.press(*"bill", "enter")
        await cockpit.until(lambda: "prod-us-west-2 / billing" in cockpit.screen())


async def test_a_context_is_chosen_from_a_list(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("C")
        await cockpit.until(lambda: "staging" in cockpit.screen())
        await cockpit.press(*"stag", "enter")
        await cockpit.until(lambda: cockpit.shop.contexts[-1] == "staging")
