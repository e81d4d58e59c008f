"""Rights that are missing: what may be read is read, and each pane says which right the others need."""

import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from io import StringIO
from typing import Any

from support.cluster import Cockpit, fail, hasty_session, unwrapped

from cockpit.check import check_once
from cockpit.check_report import Outcome
from cockpit.clock import utc_now
from cockpit.config import Config, KubernetesConfig
from cockpit.gameday.api.faults import Fault
from cockpit.gameday.world import World
from cockpit.sources.kubernetes.kinds import watched_kinds
from cockpit.sources.kubernetes.objects_source import WatchedKind

Open = Callable[..., AbstractAsyncContextManager[Cockpit]]
TABS = {
    "Workloads": "deployments",
    "Nodes": "nodes",
    "Services": "services",
    "Ingresses": "ingresses",
    "Jobs": "jobs",
    "Autoscalers": "horizontalpodautoscalers",
    "Claims": "persistentvolumeclaims",
    "Certificates": "certificates",
    "Events": "events",
}
"""What each tab is drawn from."""


def refuse(world: World) -> list[Fault]:
    """Refuse every kind that is watched beside pods."""
    return [world.faults.answer(kind.path_in("shop"), 403) for kind in watched_kinds()]


async def test_the_pods_are_judged_and_a_right_that_was_given_counts_at_once(world: World, cockpit_on: Open) -> None:
    faults = refuse(world)
    fail(world, "web")
    async with cockpit_on(world.kubeconfig) as cockpit:
        await cockpit.shows("Wrong now 1", "web: 1 of 1 pod crash-loops")
        await cockpit.until(lambda: f"metrics live  pods live  k8s {len(faults)} denied" in cockpit.header)
        await cockpit.begin_note("no rights")
        await cockpit.finish_note("no rights")
        for fault in faults:
            world.faults.lift(fault)
        await cockpit.press("R")
        await cockpit.until(lambda: "k8s" not in cockpit.header)


async def test_every_kind_says_which_right_it_lacks_since_when_and_what_to_type(world: World, cockpit_on: Open) -> None:
    refuse(world)
    kinds = {kind.plural: named(kind) for kind in watched_kinds()}
    async with cockpit_on(world.kubeconfig) as cockpit:
        await cockpit.shows("Nothing wrong")
        pane = cockpit.app.desks.kinds.objects
        for tab, plural in TABS.items():
            await cockpit.press("K")
            await cockpit.shows("type to narrow down")
            await cockpit.press(*tab, "enter")
            await cockpit.shows(f"[{tab}]")
            told = re.compile(
                rf"! since \d\d:\d\d:\d\d may not list {re.escape(kinds[plural])} in .* try: kubectl auth can-i list"
            )
            await cockpit.until(lambda told=told: told.search(unwrapped(cockpit.pane(pane))))  # type: ignore[misc]


def named(kind: WatchedKind[Any, Any]) -> str:
    """Name a kind as `kubectl auth can-i` wants it."""
    group = kind.path.split("/")[2] if kind.path.startswith("/apis/") else ""
    return f"{kind.plural}.{group}" if group else kind.plural


async def test_check_says_what_is_limited_and_judges_by_the_pods(world: World) -> None:
    refuse(world)
    fail(world, "web")
    config, stdout = Config(kubernetes=KubernetesConfig(kubeconfig=world.kubeconfig)), StringIO()
    outcome = await check_once(hasty_session(config), utc_now, stdout, as_json=False, longest_wait=5)
    assert outcome is Outcome.WRONG
    told = stdout.getvalue().splitlines()
    assert (
        sum(line.startswith("denied ") and "may not list " in line and "; try: kubectl" in line for line in told) == 13
    )
    assert any(line.startswith("wrong ") and "web: 1 of 1 pod crash-loops" in line for line in told)


async def test_where_nothing_at_all_may_be_read_the_record_works_and_everything_comes_with_the_right(
    world: World, cockpit_on: Open
) -> None:
    faults = [world.faults.answer(path, 403) for path in ("/api/", "/apis/")]
    async with cockpit_on(world.kubeconfig) as cockpit:
        await cockpit.pods_fail("may not list pods in shop", "kubectl auth can-i list pods -n shop")
        assert "Nothing known yet" in cockpit.findings
        await cockpit.begin_note("locked out")
        await cockpit.finish_note("locked out")
        for fault in faults:
            world.faults.lift(fault)
        await cockpit.press("R")
        await cockpit.pods_are_well()
        await cockpit.until(lambda: "k8s" not in cockpit.header)
