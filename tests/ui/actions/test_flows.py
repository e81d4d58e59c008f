"""Every change that the cockpit can make, from the key to the receipt, over sockets."""

from support.flight import Flight
from support.practice import pods_of

from cockpit.gameday.api.kinds import DEPLOYMENTS, NODES, PODS
from cockpit.gameday.api.store import Obj
from cockpit.ui.actions.plan_dialog import PlanDialog
from cockpit.ui.widgets.picker import Picker

from .conftest import Practise, go_to


def template_of(flight: Flight, name: str) -> Obj:
    """Give the container that the pods of a deployment are made with."""
    deployment = flight.world.store.get(DEPLOYMENTS, "shop", name).obj
    container: Obj = deployment["spec"]["template"]["spec"]["containers"][0]
    return container


async def end(flight: Flight, text: str) -> None:
    """Wait until this is the end of the incident log."""
    await flight.until(lambda: flight.entries and flight.entries[-1].startswith(text))


async def test_a_restart_is_previewed_done_recorded_and_followed_to_its_end(practise: Practise) -> None:
    async with practise() as flight:
        before = {pod.name for pod in pods_of(flight.world, "web")}
        await go_to(flight, "Workloads", "web")
        plan = await flight.choose_here("restart")
        assert "rollout restart deployment/web" in plan
        assert "annotation kubectl.kubernetes.io/restartedAt none →" in plan
        await flight.confirm()
        await end(flight, "deployment/web rolled out: 2 of 2 updated and available")
        assert flight.entries[1].startswith("restart deployment/web: kubectl --context practice")
        assert flight.entries[2].startswith("restart deployment/web — done")
        assert before.isdisjoint({pod.name for pod in pods_of(flight.world, "web")})


async def test_a_rollback_goes_to_the_revision_under_the_cursor_of_the_history(practise: Practise) -> None:
    async with practise() as flight:
        await go_to(flight, "Workloads", "api")
        await flight.press("enter", "right")
        await flight.until(lambda: "[history]" in flight.object)
        await flight.press("G")
        await flight.until(lambda: "the oldest that is kept" in flight.object)
        plan = await flight.choose_here("rollback")
        assert "rollback deployment/api to revision 1" in plan
        await flight.confirm()
        await end(flight, "deployment/api rolled out")


async def test_a_rollback_asks_for_the_revision_with_what_each_would_change(practise: Practise) -> None:
    async with practise() as flight:
        await go_to(flight, "Workloads", "api")
        await flight.press("a")
        await flight.until(lambda: isinstance(flight.app.screen, Picker))
        await flight.press(*"rollback", "enter")
        await flight.shows("Roll deployment/api back to revision", "image registry.shop.local/api:1.4.0 → ")
        await flight.press("enter")
        await flight.until(lambda: isinstance(flight.app.screen, PlanDialog))
        await flight.confirm()
        await end(flight, "deployment/api rolled out")


async def test_a_scale_is_followed_too_and_a_number_that_is_none_is_refused_where_it_stands(
    practise: Practise,
) -> None:
    async with practise() as flight:
        await go_to(flight, "Workloads", "web")
        await flight.press("a")
        await flight.until(lambda: isinstance(flight.app.screen, Picker))
        await flight.press(*"scale", "enter")
        await flight.shows("scale deployment/web, now 2, to")
        await flight.press("x", "enter")
        await flight.shows("'2x' is no number")
        await flight.press("ctrl+u", "3", "enter")
        await flight.until(lambda: isinstance(flight.app.screen, PlanDialog))
        await flight.shows("replicas 2 → 3", "--replicas=3")
        await flight.confirm()
        await end(flight, "deployment/web rolled out: 3 of 3 updated and available")


async def test_an_image_is_set(practise: Practise) -> None:
    async with practise() as flight:
        await go_to(flight, "Workloads", "web")
        plan = await flight.choose_here("set image", answer="registry.shop.local/web:2.7.1")
        assert "web: image registry.shop.local/web:2.8.0 → registry.shop.local/web:2.7.1" in plan
        await flight.confirm()
        assert template_of(flight, "web")["image"] == "registry.shop.local/web:2.7.1"


async def test_a_variable_is_set_and_its_value_is_told_nowhere(practise: Practise) -> None:
    async with practise() as flight:
        await go_to(flight, "Workloads", "api")
        plan = await flight.choose_here("set env", answer="DB_PASSWORD=hunter2")
        assert "api: env DB_PASSWORD added" in plan
        await flight.confirm()
        assert {"name": "DB_PASSWORD", "value": "hunter2"} in template_of(flight, "api")["env"]
        assert "hunter2" not in "".join([plan, *flight.entries, *flight.told, flight.screen()])


async def test_resources_are_set_from_what_there_is(practise: Practise) -> None:
    async with practise() as flight:
        await go_to(flight, "Workloads", "api")
        plan = await flight.choose_here("set resources", answer="memory=/256Mi")
        assert "limits.memory 128Mi → 256Mi" in plan
        await flight.confirm()
        assert template_of(flight, "api")["resources"]["limits"]["memory"] == "256Mi"


async def test_marked_pods_are_deleted_together(practise: Practise) -> None:
    async with practise() as flight:
        gone = {pod.name for pod in pods_of(flight.world, "worker")}
        await flight.press("/", *"worker", "enter")
        await flight.until(lambda: set(flight.names()) == gone)
        await flight.press("space", "space")
        plan = await flight.choose_here("delete 2 pods")
        assert all(f"pod/{name} ends; ReplicaSet/worker" in plan for name in gone)
        assert "· destroys" in plan
        await flight.confirm()
        await end(flight, "delete 2 pods of shop — done")
        await flight.until(lambda: gone.isdisjoint({pod.name for pod in pods_of(flight.world, "worker")}))


async def test_a_pod_is_evicted_as_far_as_the_budget_allows(practise: Practise) -> None:
    async with practise() as flight:
        first, *_ = sorted(pod.name for pod in pods_of(flight.world, "api"))
        await flight.press("/", *first, "enter")
        await flight.until(lambda: flight.names() == [first])
        assert f"pod/{first} ends" in await flight.choose_here("evict")
        await flight.confirm()
        await end(flight, f"evict pod/{first} — done")


async def test_a_node_is_cordoned_drained_and_taken_back(practise: Practise) -> None:
    async with practise() as flight:
        await go_to(flight, "Nodes", "node2")
        assert "node/node2 already" not in await flight.choose_here("cordon node")
        await flight.confirm()
        await flight.until(lambda: "cordoned" in flight.objects)
        plan = await flight.choose_here("drain")
        assert "stays: DaemonSet/log-shipper would put it there again" in plan
        await flight.confirm()
        left = [pod for pod in flight.world.store.list(PODS) if pod.obj["spec"].get("nodeName") == "node2"]
        await flight.until(lambda: flight.entries[-1].startswith("drain node/node2 — "))
        assert any("log-shipper" in pod.name for pod in left)
        await flight.choose_here("uncordon")
        await flight.confirm()
        assert "unschedulable" not in flight.world.store.get(NODES, "", "node2").obj["spec"]


async def test_a_plan_that_would_change_nothing_cannot_be_confirmed(practise: Practise) -> None:
    async with practise() as flight:
        await go_to(flight, "Workloads", "web")
        plan = await flight.choose_here("set image")
        assert "✖ it is so already: it would change nothing" in plan
        assert "cannot be done" in plan
        await flight.press("enter")
        assert isinstance(flight.app.screen, PlanDialog)
        await flight.press("escape")
        await flight.until(lambda: not isinstance(flight.app.screen, PlanDialog))
        assert flight.entries == []


async def test_a_revision_with_the_same_images_is_told_to_bring_nothing(practise: Practise) -> None:
    async with practise() as flight:
        await go_to(flight, "Workloads", "web")
        await flight.choose_here("restart")
        await flight.confirm()
        await end(flight, "deployment/web rolled out")
        await flight.press("a")
        await flight.until(lambda: isinstance(flight.app.screen, Picker))
        await flight.press(*"rollback", "enter")
        await flight.shows("the same version, before it was restarted")
        await flight.press(*"same version", "enter")
        await flight.until(lambda: isinstance(flight.app.screen, PlanDialog))
        await flight.shows("✖ revision", "differs only in when it was", "cannot be done")


async def test_what_changed_since_the_plan_was_made_refuses_it(practise: Practise) -> None:
    async with practise() as flight:
        await go_to(flight, "Workloads", "web")
        await flight.choose_here("set image", answer="registry.shop.local/web:2.7.1")
        store = flight.world.store
        found = store.get(DEPLOYMENTS, "shop", "web")
        store.replace(found, {**found.obj, "spec": {**found.obj["spec"], "paused": True}})
        await flight.confirm()
        await end(flight, "set image of web in deployment/web — refused: it has changed since the plan was made")
        assert template_of(flight, "web")["image"] == "registry.shop.local/web:2.8.0"


async def test_an_object_that_is_gone_cannot_be_planned(practise: Practise) -> None:
    async with practise() as flight:
        await go_to(flight, "Workloads", "web")
        await flight.press("a")
        await flight.until(lambda: isinstance(flight.app.screen, Picker))
        flight.world.store.remove(flight.world.store.get(DEPLOYMENTS, "shop", "web"))
        await flight.press(*"restart", "enter")
        await flight.until(lambda: any("restart deployment/web cannot be planned" in told for told in flight.told))


async def test_in_the_logs_an_action_is_about_the_pods_whose_logs_are_read(practise: Practise) -> None:
    async with practise() as flight:
        await flight.press("2", "/", *"^web", "enter")
        await flight.until(lambda: "/^web" in flight.pods)
        await flight.press("l")
        await flight.until(lambda: "Logs web-" in flight.logs)
        await flight.press("2", "/", "ctrl+u", *"^api", "enter", "3")
        assert "delete pod/web-" in await flight.choose_here("delete")
