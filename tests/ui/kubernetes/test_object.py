"""One object on pages."""

from support.cockpit import Opened, OpenOn
from support.furnished import API, POD, PODS, furnished
from support.objects import deployment
from support.shop import Told

from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes import kind_names
from cockpit.sources.kubernetes.objects import ObjectRef


async def open_api(cockpit: Opened, page: str = "") -> None:
    """Open the deployment from its list, on a page."""
    await cockpit.press("2", "right")
    await cockpit.shows("─ Workloads 4 ·")
    await cockpit.press("enter")
    await turn_to(cockpit, page or "pods")


async def turn_to(cockpit: Opened, page: str) -> None:
    for _ in range(5):
        if f"[{page}]" in cockpit.object:
            break
        await cockpit.press("right")
        await cockpit.until(lambda: "[" in cockpit.object)
    assert f"[{page}]" in cockpit.object


async def test_a_workload_opens_with_its_pods_the_worst_first(open_on: OpenOn) -> None:
    async with open_on(furnished()) as cockpit:
        await open_api(cockpit)
        names = [line.split()[-5] for line in cockpit.object.splitlines() if "node-1" in line]
        assert "─ deployment/api ─" in cockpit.object
        assert "web-1-p0o9i" not in cockpit.object
        assert len(names) == 3
        assert cockpit.object.index("api-12-x2k4p") < cockpit.object.index("api-11-aa1bb")


async def test_what_is_wrong_with_it_stands_above_its_pages_in_full(open_on: OpenOn) -> None:
    async with open_on(furnished()) as cockpit:
        await open_api(cockpit)
        await cockpit.until(lambda: "● api: 2 of 3 pods crash-loop" in cockpit.object)
        assert "(image shop/api:1.4.2 → 1.5.0)" in cockpit.object


async def test_each_kind_has_its_own_pages(open_on: OpenOn) -> None:
    async with open_on(furnished()) as cockpit:
        await open_api(cockpit, "yaml")
        assert " pods  history  events  describe [yaml]" in cockpit.object
        await cockpit.press("escape", "right")
        await cockpit.shows("─ Nodes 1")
        await cockpit.press("enter")
        await cockpit.shows("─ node/node-1 ─")
        assert "[pods] events  describe  yaml" in cockpit.object
        assert "web-1-p0o9i" in cockpit.object


async def test_a_service_shows_the_pods_that_it_chooses(open_on: OpenOn) -> None:
    async with open_on(furnished()) as cockpit:
        await cockpit.press("2", "right", "right", "right")
        await cockpit.shows("─ Services 2")
        await cockpit.press("enter")
        await cockpit.shows("─ service/api ─")
        assert "api-11-aa1bb" in cockpit.object
        assert "web-1-p0o9i" not in cockpit.object


async def test_the_history_tells_what_each_revision_changed(open_on: OpenOn) -> None:
    async with open_on(furnished()) as cockpit:
        await open_api(cockpit, "history")
        assert "release 1.5.0" in cockpit.object
        await cockpit.shows("Revision 12 against 11", "image shop/api:1.4.2 → 1.5.0")
        assert cockpit.app.desks.kinds.revision is None
        await cockpit.press("j")
        await cockpit.shows("Revision 11 against 10", "image shop/api:1.4.1 → 1.4.2")
        assert cockpit.app.desks.kinds.revision == 11
        await cockpit.press("G")
        await cockpit.shows("Revision 10 is the oldest that is kept")


async def test_its_events_are_those_of_its_pods_too_and_are_told_in_full(open_on: OpenOn) -> None:
    async with open_on(furnished()) as cockpit:
        await open_api(cockpit, "events")
        await cockpit.shows("for the fourteenth time tonight", "14 times, from 14:09:07 to 14:22:07 · kubelet")
        assert "ScalingReplicaSet" in cockpit.object
        assert "web-1-p0o9i" not in cockpit.object
        await cockpit.press("j")
        await cockpit.shows("ScalingReplicaSet  deployment/api", "Scaled up api-12", "at 14:08:07")


async def test_from_an_event_one_goes_to_what_it_is_about_and_back(open_on: OpenOn) -> None:
    async with open_on(furnished()) as cockpit:
        await open_api(cockpit, "events")
        await cockpit.press("enter")
        await cockpit.until(lambda: "─ pod/api-12-x2k4p ─" in cockpit.object and "[events]" in cockpit.object)
        await cockpit.press("escape")
        await cockpit.until(lambda: "─ deployment/api ─" in cockpit.object and "[events]" in cockpit.object)
        await cockpit.press("escape")
        await cockpit.until(lambda: "─ Workloads 4" in cockpit.objects)


async def test_an_event_opens_what_it_is_about_with_itself_under_the_cursor(open_on: OpenOn) -> None:
    async with open_on(furnished()) as cockpit:
        await cockpit.press("2", "left")
        await cockpit.shows("─ Events 3")
        await cockpit.press("j", "enter")
        await cockpit.until(lambda: "─ deployment/api ─" in cockpit.object)
        await cockpit.shows("Scaled up api-12", "at 14:08:07")


async def test_a_pod_of_it_is_described_and_left_again(open_on: OpenOn) -> None:
    async with open_on(furnished()) as cockpit:
        await open_api(cockpit)
        await cockpit.press("d")
        await cockpit.shows("─ pod/api-12-x2k4p ─", "[describe]", "image  shop/api:1.5.0")
        await cockpit.press("escape")
        await cockpit.until(lambda: "[pods]" in cockpit.object and "─ deployment/api ─" in cockpit.object)


async def test_the_log_of_its_pods_is_one_key_away(open_on: OpenOn) -> None:
    async with open_on(furnished()) as cockpit:
        await open_api(cockpit)
        await cockpit.press("l")
        await cockpit.until(lambda: cockpit.app.cockpit.view == "logs")
        await cockpit.until(lambda: cockpit.shop.followed[-1].pod == "api-12-x2k4p")
        await cockpit.press("2")
        await turn_to(cockpit, "history")
        await cockpit.press("p")
        await cockpit.until(lambda: sum(each.previous for each in cockpit.shop.followed) == 2)


async def test_a_text_is_searched_as_elsewhere(open_on: OpenOn) -> None:
    async with open_on(furnished()) as cockpit:
        await open_api(cockpit, "yaml")
        await cockpit.shows("as of 14:23:07 · 2", "image: shop/api:1.5.0")
        await cockpit.press("/", *"name:", "enter")
        await cockpit.shows("/name: 1 of 4")
        await cockpit.press("n")
        await cockpit.shows("/name: 2 of 4")
        await cockpit.press("N", "N")
        await cockpit.shows("/name: 4 of 4")
        await cockpit.press("escape")
        await cockpit.until(lambda: "/name" not in cockpit.object)
        assert "─ deployment/api ─" in cockpit.object
        await cockpit.press("escape")
        await cockpit.until(lambda: "─ Workloads 4" in cockpit.objects)


async def test_a_search_that_finds_nothing_says_so(open_on: OpenOn) -> None:
    async with open_on(furnished()) as cockpit:
        await open_api(cockpit, "yaml")
        await cockpit.press("/", *"nowhere")
        await cockpit.shows("no line matches")
        await cockpit.press("escape")
        await cockpit.until(lambda: "nowhere" not in cockpit.object)


async def test_what_somebody_wrote_in_plain_is_masked_and_the_rest_is_not(open_on: OpenOn) -> None:
    async with open_on(furnished()) as cockpit:
        await open_api(cockpit, "yaml")
        await cockpit.shows("1 value masked as [redacted:…]: kubectl shows them", "'[redacted:password]'", "'8080'")
        await cockpit.press("left")
        await cockpit.shows("env DB_PASSWORD=[redacted:password]", "env PORT=8080")
        assert "hunter2" not in cockpit.screen()


async def test_a_text_is_copied_whole(open_on: OpenOn) -> None:
    async with open_on(furnished()) as cockpit:
        await open_api(cockpit, "yaml")
        await cockpit.shows("kind: Deployment")
        await cockpit.press("c")
        assert "apiVersion: apps/v1" in cockpit.app.clipboard
        assert "hunter2" not in cockpit.app.clipboard


async def test_what_cannot_be_read_says_why_and_what_to_type(open_on: OpenOn) -> None:
    shop = furnished()
    denied = SourceError(TroubleKind.DENIED, "may not get deployments in shop", "kubectl auth can-i get deployments")
    shop.documents[API] = denied
    async with open_on(shop) as cockpit:
        await open_api(cockpit, "describe")
        await cockpit.shows("deployment/api cannot be read: may not get", "try: kubectl auth can-i get deployments")
        await cockpit.press("right", "right")
        await cockpit.until(lambda: "cannot be read" not in cockpit.object)


async def test_events_that_may_not_be_read_are_unknown_rather_than_none(open_on: OpenOn) -> None:
    shop = furnished()
    shop.others[kind_names.EVENTS] = Told(kind_names.EVENTS, SourceError(TroubleKind.DENIED, "may not list events"))
    async with open_on(shop) as cockpit:
        await open_api(cockpit, "events")
        await cockpit.shows("may not list events", "nothing read yet")
        assert "no events since" not in cockpit.screen()


async def test_an_object_that_vanishes_while_it_is_open_is_said_to_be_gone(open_on: OpenOn) -> None:
    async with open_on(furnished()) as cockpit:
        await open_api(cockpit, "yaml")
        await cockpit.shows("kind: Deployment")
        cockpit.shop.tell(kind_names.DEPLOYMENTS, deployment("web"))
        await cockpit.shows("! deployment/api is no longer there", "kind: Deployment")
        await cockpit.press("escape")
        await cockpit.until(lambda: "─ Workloads 3" in cockpit.objects)


async def test_a_pod_that_vanishes_while_it_is_open_is_said_to_be_gone(open_on: OpenOn) -> None:
    async with open_on(furnished()) as cockpit:
        await cockpit.press("d")
        await cockpit.shows("─ pod/api-12-x2k4p ─", "image  shop/api:1.5.0")
        cockpit.shop.pods.tell(cockpit.shop.listed(PODS[1:]))
        await cockpit.shows("! pod/api-12-x2k4p is no longer there")


async def test_a_pod_that_was_never_there_is_told_by_the_server(open_on: OpenOn) -> None:
    shop = furnished()
    del shop.documents[POD]
    async with open_on(shop) as cockpit:
        await cockpit.press("y")
        await cockpit.shows("pod/api-12-x2k4p cannot be read", "is not there")


async def test_the_first_object_is_drawn_at_once(open_on: OpenOn) -> None:
    async with open_on(furnished()) as cockpit:
        cockpit.app.cockpit.action_view("pods")
        cockpit.app.desks.kinds.open(ObjectRef("Service", "shop", "api"))
        await cockpit.shows("─ service/api ─", "api-11-aa1bb")


async def test_on_a_small_terminal_the_pages_have_the_room(open_on: OpenOn) -> None:
    async with open_on(furnished(), size=(80, 24)) as cockpit:
        await open_api(cockpit, "events")
        await cockpit.shows("14 times, from 14:09:07 to 14:22:07")
        assert "Wrong now" not in cockpit.screen()
        assert "● api: 2 of 3 pods crash-loop" in cockpit.screen()
