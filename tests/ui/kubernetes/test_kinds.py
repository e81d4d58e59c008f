"""The kinds beside pods: how one gets to them, and what they say when they cannot be read."""

from support.cockpit import Opened, OpenOn
from support.furnished import furnished
from support.objects import meta, node, service
from support.shop import Told

from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes import kind_names
from cockpit.sources.kubernetes.objects import Node
from cockpit.ui.kubernetes.kind_tabs import KIND_TABS


def title(cockpit: Opened) -> str:
    return cockpit.objects.splitlines()[0]


async def to(cockpit: Opened, kind: str) -> None:
    await cockpit.press("2", "K")
    await cockpit.shows("─ Kind ─")
    await cockpit.press(*kind, "enter")
    await cockpit.until(lambda: f"─ {kind} " in title(cockpit))


async def test_the_arrows_lead_through_all_kinds_and_round(open_on: OpenOn) -> None:
    async with open_on(furnished()) as cockpit:
        await cockpit.press("2")
        seen = []
        for _ in KIND_TABS:
            await cockpit.press("right")
            await cockpit.until(lambda: title(cockpit).split()[1] not in seen)
            seen.append(title(cockpit).split()[1])
        assert seen == [tab.title for tab in KIND_TABS]
        await cockpit.press("right")
        await cockpit.shows("─ Pods 4")
        await cockpit.press("left")
        await cockpit.until(lambda: "─ Events 3 · newest first" in title(cockpit))


async def test_the_arrows_belong_to_other_things_in_other_views(open_on: OpenOn) -> None:
    async with open_on(furnished()) as cockpit:
        await cockpit.press("right")
        assert "─ Pods 4" in cockpit.screen()


async def test_a_list_tells_how_many_there_are_and_the_worst_first(open_on: OpenOn) -> None:
    async with open_on(furnished()) as cockpit:
        await to(cockpit, "Workloads")
        assert "─ Workloads 4 · worst first ─" in title(cockpit)
        assert title(cockpit).endswith("live")
        rows = [line.split()[:3] for line in cockpit.objects.splitlines()[2:6]]
        assert rows[0] == ["●", "api", "1/3"]
        assert {row[0] for row in rows[1:]} == {"agent", "db", "web"}


async def test_a_list_can_be_filtered_and_says_so(open_on: OpenOn) -> None:
    async with open_on(furnished()) as cockpit:
        await to(cockpit, "Workloads")
        await cockpit.press("/", *"web", "enter")
        await cockpit.until(lambda: "1 of 4 · worst first · /web" in title(cockpit))
        await cockpit.press("/", "x", "enter")
        await cockpit.shows("none of 4 matches /webx (escape clears the filter)")
        await cockpit.press("escape")
        await cockpit.until(lambda: "─ Workloads 4 ·" in title(cockpit))


async def test_a_filter_that_does_not_parse_is_refused(open_on: OpenOn) -> None:
    async with open_on(furnished()) as cockpit:
        await to(cockpit, "Workloads")
        await cockpit.press("/", *"web(", "enter")
        assert "regular expression: missing" in cockpit.screen()
        await cockpit.press("escape")
        await cockpit.until(lambda: "─ Workloads 4 ·" in title(cockpit))


async def test_the_cursor_stays_on_its_object_while_others_come(open_on: OpenOn) -> None:
    async with open_on(furnished()) as cockpit:
        await to(cockpit, "Nodes")
        await cockpit.press("j")
        broken = node("aaa", conditions=())
        cockpit.shop.tell(kind_names.NODES, node("node-1"), broken)
        await cockpit.until(lambda: "─ Nodes 2 ·" in title(cockpit))
        selected = cockpit.app.desks.kinds.objects.selected
        assert selected is not None
        assert selected.name == "node-1"


async def test_a_kind_that_may_not_be_read_is_unknown_and_says_which_right_is_missing(open_on: OpenOn) -> None:
    shop = furnished()
    denied = SourceError(TroubleKind.DENIED, "may not list nodes in all namespaces", "kubectl auth can-i list nodes -A")
    shop.others[kind_names.NODES] = Told(kind_names.NODES, denied)
    async with open_on(shop) as cockpit:
        await to(cockpit, "Nodes")
        await cockpit.shows("! since 14:23:07  may not list nodes", "try: kubectl auth can-i list nodes -A")
        assert "─ Nodes unknown · worst first" in title(cockpit)
        assert title(cockpit).endswith("denied")
        await to(cockpit, "Services")
        assert "may not list" not in cockpit.objects


async def test_a_kind_that_serves_another_and_is_denied_leaves_the_rows_as_they_are(open_on: OpenOn) -> None:
    shop = furnished()
    denied = SourceError(TroubleKind.DENIED, "may not list replicasets in shop")
    shop.others[kind_names.REPLICA_SETS] = Told(kind_names.REPLICA_SETS, denied)
    async with open_on(shop) as cockpit:
        await to(cockpit, "Workloads")
        await cockpit.shows("may not list replicasets in shop")
        assert "─ Workloads 4 ·" in title(cockpit)
        assert not cockpit.app.desks.kinds.objects._rows.faint


async def test_events_of_nodes_that_may_not_be_read_are_said_to_be_missing(open_on: OpenOn) -> None:
    shop = furnished()
    denied = SourceError(TroubleKind.DENIED, "may not list events in default")
    shop.others[kind_names.NODE_EVENTS] = Told(kind_names.NODE_EVENTS, denied)
    async with open_on(shop) as cockpit:
        await to(cockpit, "Events")
        await cockpit.shows("may not list events in default")
        assert "─ Events 3 · newest first" in title(cockpit)


async def test_a_kind_that_the_cluster_does_not_have_is_no_trouble(open_on: OpenOn) -> None:
    shop = furnished()
    shop.others[kind_names.CERTIFICATES] = Told(
        kind_names.CERTIFICATES, SourceError(TroubleKind.MISSING, "no such kind")
    )
    async with open_on(shop) as cockpit:
        await to(cockpit, "Certificates")
        await cockpit.shows("this cluster has no certificates")
        assert "no such kind" not in cockpit.screen()


async def test_nothing_there_and_not_yet_read_are_told_apart(open_on: OpenOn) -> None:
    shop = furnished()
    shop.others[kind_names.JOBS] = Told(kind_names.JOBS)
    async with open_on(shop) as cockpit:
        await to(cockpit, "Jobs")
        await cockpit.shows("─ Jobs unknown", "reading the jobs …")
        shop.tell(kind_names.JOBS)
        await cockpit.shows("─ Jobs 0", "no jobs in shop")


async def test_what_one_namespace_asks_of_a_node_is_said_to_be_unknown(open_on: OpenOn) -> None:
    async with open_on(furnished()) as cockpit:
        await to(cockpit, "Nodes")
        assert "what shop alone asks of them would mislead: N, all namespaces" in title(cockpit)
        assert "-/110" in cockpit.objects


async def test_another_namespace_starts_anew_at_the_list(open_on: OpenOn) -> None:
    async with open_on(furnished()) as cockpit:
        await to(cockpit, "Workloads")
        await cockpit.press("enter")
        await cockpit.shows("─ deployment/api ─")
        await cockpit.press("N")
        await cockpit.shows("billing")
        await cockpit.press(*"bill", "enter")
        await cockpit.shows("prod-us-west-2 / billing")
        await cockpit.until(lambda: "─ Workloads " in title(cockpit))
        assert not cockpit.app.cockpit.has_class("object-open")


async def test_another_context_starts_anew_at_the_list(open_on: OpenOn) -> None:
    async with open_on(furnished()) as cockpit:
        await to(cockpit, "Workloads")
        await cockpit.press("enter", "y")
        await cockpit.shows("[yaml]")
        await cockpit.press("C")
        await cockpit.shows("staging")
        await cockpit.press(*"stag", "enter")
        await cockpit.until(lambda: cockpit.shop.contexts[-1] == "staging")
        await cockpit.until(lambda: "─ Workloads " in title(cockpit))
        assert not cockpit.app.cockpit.has_class("object-open")


async def test_what_is_shown_is_not_lost_in_another_view(open_on: OpenOn) -> None:
    async with open_on(furnished()) as cockpit:
        await to(cockpit, "Services")
        await cockpit.press("3", "1", "2")
        await cockpit.until(lambda: "─ Services 2 ·" in title(cockpit))
        assert cockpit.app.focused is cockpit.app.desks.kinds.objects.table


async def test_every_kind_fits_a_small_terminal(open_on: OpenOn) -> None:
    async with open_on(furnished(), size=(80, 24)) as cockpit:
        await cockpit.press("2")
        for tab in KIND_TABS:
            await cockpit.press("right")
            await cockpit.shows(f"[{tab.title}]", f"─ {tab.title} ")


async def test_names_from_outside_are_drawn_as_text(open_on: OpenOn) -> None:
    hostile = Node(meta=meta("[b]x[/]\x1b[31m\u202e漢字", ""))
    async with open_on(furnished(hostile)) as cockpit:
        await to(cockpit, "Nodes")
        await cockpit.shows("[b]x[/]漢字")


async def test_the_logs_of_a_workload_are_one_key_away_and_go_on_with_its_later_replicas(open_on: OpenOn) -> None:
    async with open_on(furnished()) as cockpit:
        await to(cockpit, "Workloads")
        await cockpit.press("l")
        await cockpit.shows("─ Logs deployment/api ")


async def test_where_no_pod_belongs_to_an_object_its_logs_are_not_asked_for(open_on: OpenOn) -> None:
    idle = service("idle", selector={"app": "nothing"})
    async with open_on(furnished(idle)) as cockpit:
        await to(cockpit, "Services")
        await cockpit.press("/", *"idle", "enter")
        await cockpit.until(lambda: "1 of 3" in title(cockpit))
        await cockpit.press("l")
        assert cockpit.app.cockpit.view == "pods"
