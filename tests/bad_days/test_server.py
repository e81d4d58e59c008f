"""An API server that is down, slow, refusing or talking nonsense: what the cockpit says, and how it recovers."""

import shlex
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest
from support.cluster import Cockpit, pod_of, say, unwrapped

from cockpit.gameday.api.kinds import PODS
from cockpit.gameday.world import World

Open = Callable[..., AbstractAsyncContextManager[Cockpit]]
PODS_PATH = "/api/v1/namespaces/shop/pods"
METRICS_PATH = "/apis/metrics.k8s.io"


def here(world: World, command: str) -> str:
    """Complete a kubectl command so that it looks at the world."""
    return f"kubectl {command} --context practice --kubeconfig {world.kubeconfig}"


async def test_a_server_that_is_down_at_the_start_is_waited_for(world: World, cockpit_on: Open) -> None:
    await world.faults.refuse_connections()
    async with cockpit_on(world.kubeconfig) as cockpit:
        await cockpit.pods_fail("Connection refused", f"curl -k --max-time 5 {world.url}/readyz")
        assert "Nothing known yet" in cockpit.findings
        await cockpit.begin_note("down")
        await world.faults.accept_connections()
        await cockpit.pods_are_well()
        await cockpit.finish_note("down")


async def test_a_server_that_goes_down_leaves_the_last_rows_and_says_that_they_are_old(
    world: World, cockpit_on: Open
) -> None:
    async with cockpit_on(world.kubeconfig) as cockpit:
        await cockpit.pods_are_well()
        await cockpit.until(lambda: "following" in cockpit.logs)
        rows = cockpit.names()
        await cockpit.begin_note("it went down")
        await world.faults.refuse_connections()
        await cockpit.pods_fail("Connection refused", f"curl -k --max-time 5 {world.url}/readyz")
        await cockpit.until(lambda: "stale since" in cockpit.pods)
        assert cockpit.names() == rows
        await cockpit.shows("When last read, nothing was wrong")
        assert "Nothing wrong" not in cockpit.findings
        await cockpit.until(lambda: "TROUBLE" in cockpit.logs and "Connection refused" in cockpit.logs)
        await world.faults.accept_connections()
        await cockpit.pods_are_well()
        say(world, "api", [b"here again"])
        await cockpit.until(lambda: "here again" in cockpit.logs)
        await cockpit.finish_note("it went down")


async def test_on_a_narrow_screen_nothing_looks_well_while_the_server_is_down(world: World, cockpit_on: Open) -> None:
    async with cockpit_on(world.kubeconfig, size=(80, 24)) as cockpit:
        await cockpit.shows("nothing wrong")
        await world.faults.refuse_connections()
        await cockpit.shows("last known well", "since")


async def test_a_server_that_hangs_after_the_headers_is_given_up_and_asked_again(
    world: World, cockpit_on: Open
) -> None:
    fault = world.faults.hang(PODS_PATH)
    async with cockpit_on(world.kubeconfig) as cockpit:
        await cockpit.begin_note("slow")
        await cockpit.pods_fail("no answer from", f"curl -k --max-time 5 {world.url}/readyz")
        await cockpit.until(lambda: "metrics live" in cockpit.header)
        world.faults.lift(fault)
        await cockpit.pods_are_well()
        await cockpit.finish_note("slow")


async def test_a_slow_server_is_only_slow(world: World, cockpit_on: Open) -> None:
    world.faults.slow(PODS_PATH, 0.2)
    async with cockpit_on(world.kubeconfig) as cockpit:
        await cockpit.pods_are_well()
        assert "!" not in cockpit.pods


async def test_credentials_that_are_not_accepted(world: World, cockpit_on: Open) -> None:
    fault = world.faults.answer("/", 401)
    async with cockpit_on(world.kubeconfig) as cockpit:
        await cockpit.begin_note("who am I")
        await cockpit.pods_fail("does not accept the credentials", here(world, "auth whoami"))
        assert "pods expired" in cockpit.header
        world.faults.lift(fault)
        await cockpit.pods_are_well()
        await cockpit.finish_note("who am I")


async def test_pods_that_are_forbidden_leave_the_metrics_and_the_record(world: World, cockpit_on: Open) -> None:
    fault = world.faults.answer(PODS_PATH, 403)
    async with cockpit_on(world.kubeconfig) as cockpit:
        await cockpit.begin_note("may not")
        await cockpit.pods_fail("may not list pods in shop", here(world, "auth can-i list pods -n shop"))
        await cockpit.until(lambda: "metrics live  pods denied" in cockpit.header)
        world.faults.lift(fault)
        await cockpit.pods_are_well()
        await cockpit.finish_note("may not")


async def test_metrics_that_are_forbidden_are_told_beside_live_pods(world: World, cockpit_on: Open) -> None:
    fault = world.faults.answer(METRICS_PATH, 403)
    async with cockpit_on(world.kubeconfig) as cockpit:
        await cockpit.pods_fail(
            "may not list pods.metrics.k8s.io in shop", here(world, "auth can-i list pods.metrics.k8s.io -n shop")
        )
        assert "CPU" not in cockpit.pods
        assert "metrics denied  pods live" in cockpit.header
        await cockpit.shows("Nothing wrong")
        world.faults.lift(fault)
        await cockpit.until(lambda: "CPU" in cockpit.pods)
        await cockpit.pods_are_well()


async def test_a_cluster_without_metrics_is_no_trouble(world: World, cockpit_on: Open) -> None:
    world.faults.answer(METRICS_PATH, 404)
    async with cockpit_on(world.kubeconfig) as cockpit:
        await cockpit.until(lambda: "metrics off" in cockpit.header)
        await cockpit.pods_are_well()


async def test_logs_that_are_forbidden_are_told_in_the_logs_pane(world: World, cockpit_on: Open) -> None:
    fault = world.faults.answer(f"{PODS_PATH}/{pod_of(world, 'api')['metadata']['name']}/log", 403)
    say(world, "api", [b"first line"])
    async with cockpit_on(world.kubeconfig) as cockpit:
        await cockpit.until(lambda: "may not get pods/log in shop" in cockpit.logs)
        assert f"type: {here(world, 'auth can-i get pods/log -n shop')}" in unwrapped(cockpit.logs)
        await cockpit.pods_are_well()
        world.faults.lift(fault)
        await cockpit.until(lambda: "first line" in cockpit.logs)


@pytest.mark.parametrize(
    ("status", "said"),
    [(429, "it asks to wait 1 s"), (500, "HTTP 500 from the API server: this fault was asked for")],
)
async def test_a_server_in_trouble_says_so_itself(world: World, cockpit_on: Open, status: int, said: str) -> None:
    fault = world.faults.answer(PODS_PATH, status, retry_after=1)
    async with cockpit_on(world.kubeconfig) as cockpit:
        await cockpit.begin_note("busy")
        await cockpit.pods_fail(said, here(world, f"get --raw {shlex.quote('/readyz?verbose')}"))
        await cockpit.until(lambda: "metrics live" in cockpit.header)
        world.faults.lift(fault)
        await cockpit.pods_are_well()
        await cockpit.finish_note("busy")


@pytest.mark.parametrize(
    "body", [b'{"items": [{"met', b"<html>Please log in to the hotel's network</html>", b"\xff\xfe"]
)
async def test_an_answer_that_is_not_kubernetes(world: World, cockpit_on: Open, body: bytes) -> None:
    fault = world.faults.answer(PODS_PATH, 200, body=body)
    async with cockpit_on(world.kubeconfig) as cockpit:
        await cockpit.begin_note("hm")
        await cockpit.pods_fail("is not what a Kubernetes API server would say", here(world, f"get --raw {PODS_PATH}"))
        world.faults.lift(fault)
        await cockpit.pods_are_well()
        await cockpit.finish_note("hm")


@pytest.mark.parametrize("abruptly", [False, True])
async def test_a_watch_that_ends_goes_on_where_it_was(world: World, cockpit_on: Open, abruptly: bool) -> None:
    async with cockpit_on(world.kubeconfig) as cockpit:
        await cockpit.pods_are_well()
        await cockpit.until(lambda: any(stream.kind == "watch" for stream in world.faults.streams))
        world.faults.cut_watches(abruptly=abruptly)
        gone = pod_of(world, "web")["metadata"]["name"]
        world.store.remove(world.store.get(PODS, "shop", gone))
        await cockpit.until(lambda: gone not in cockpit.names())
        await cockpit.pods_are_well()


async def test_a_version_that_the_server_has_forgotten_is_listed_anew(world: World, cockpit_on: Open) -> None:
    async with cockpit_on(world.kubeconfig) as cockpit:
        await cockpit.pods_are_well()
        await world.faults.refuse_connections()
        gone = pod_of(world, "web")["metadata"]["name"]
        world.store.remove(world.store.get(PODS, "shop", gone))
        world.faults.expire_history()
        await world.faults.accept_connections()
        await cockpit.until(lambda: gone not in cockpit.names())
        await cockpit.pods_are_well()
