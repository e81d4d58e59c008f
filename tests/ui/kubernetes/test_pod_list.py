from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from cockpit.sources.kubernetes.model import Health, Pod, Usage, Workload
from cockpit.ui.kubernetes.pod_filter import parse_filter
from cockpit.ui.kubernetes.pod_list import Order, PodList

NOW = datetime(2026, 11, 21, 14, tzinfo=UTC)


def pod(name: str, health: Health = Health.WELL, restarts: int = 0, rise: int = 0, hours: int = 1) -> Pod:
    return Pod(
        namespace="shop",
        name=name,
        uid=name,
        resource_version="1",
        status="Running",
        health=health,
        ready=1,
        total=1,
        restarts=restarts,
        restarts_rise=rise,
        last_restart=None,
        created=NOW - timedelta(hours=hours),
        node="n",
        ip="",
        workload=Workload("Deployment", name[0]),
        labels={},
        containers=(),
    )


def named(pods: PodList) -> list[str]:
    return [each.name for each in pods.slice(0, len(pods))]


def reading(*pods: Pod) -> dict[str, Pod]:
    return {each.key: each for each in pods}


def test_the_worst_stand_first_and_a_rise_of_restarts_counts() -> None:
    pods = PodList()
    pods.update(
        reading(pod("a"), pod("b", rise=2), pod("c", Health.WRONG), pod("d", Health.DONE), pod("e", Health.CHANGING))
    )
    assert named(pods) == ["c", "e", "b", "a", "d"]


def test_pods_move_when_they_change_and_go_when_they_are_gone() -> None:
    pods = PodList()
    pods.update(reading(pod("a"), pod("b"), pod("c")))
    pods.update(reading(pod("a"), pod("c", Health.WRONG)))
    assert named(pods) == ["c", "a"]
    assert (pods.position("shop/a"), pods.position("shop/b")) == (1, None)


def test_orders_and_their_reverse() -> None:
    pods = PodList()
    pods.update(reading(pod("a", restarts=1, hours=9), pod("b", restarts=5, hours=2), pod("c", hours=1)))
    pods.choose(order=Order.RESTARTS)
    assert named(pods) == ["b", "a", "c"]
    pods.choose(order=Order.AGE)
    assert named(pods) == ["c", "b", "a"]
    pods.choose(reverse=True)
    assert named(pods) == ["a", "b", "c"]
    assert pods.position("shop/b") == 1


def test_the_hungriest_stand_first_and_those_without_a_measure_last() -> None:
    pods = PodList()
    pods.update(reading(pod("a"), pod("b"), pod("c")))
    pods.choose(order=Order.CPU)
    pods.update_usage({"shop/b": Usage(900, 0), "shop/c": Usage(0, 0)})
    assert named(pods) == ["b", "c", "a"]


def test_a_filter_hides_pods_that_can_still_be_asked_for() -> None:
    pods = PodList()
    pods.update(reading(pod("api"), pod("web")))
    pods.choose(wanted=parse_filter("web"))
    assert (named(pods), pods.total) == (["web"], 2)
    assert pods.get("shop/api") is not None


@given(st.lists(st.dictionaries(st.sampled_from("abcdef"), st.tuples(st.sampled_from(Health), st.integers(0, 3)))))
def test_following_changes_gives_the_same_as_sorting_anew(
    readings: list[dict[str, tuple[Health, int]]],
) -> None:
    followed = PodList()
    known: dict[str, Pod] = {}
    for each in readings:
        known = {
            f"shop/{name}": known.get(f"shop/{name}", replace(pod(name), health=health, restarts=restarts))
            if restarts == 0
            else replace(pod(name), health=health, restarts=restarts)
            for name, (health, restarts) in each.items()
        }
        followed.update(known)
        anew = PodList()
        anew.update(known)
        anew.rebuild()
        assert named(followed) == named(anew)
        assert [followed.position(each.key) for each in followed.slice(0, 9)] == list(range(len(followed)))
