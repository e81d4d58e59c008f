"""Which streams a person means who asks for logs: every replica and container, those that come later too."""

from msgspec.structs import replace
from support.shop import pod

from cockpit.logs.block import LogTarget
from cockpit.sources.kubernetes.model import Container, Pod, Workload
from cockpit.ui.logs.selection import LogSelection

API = Container(name="api", image="shop/api:1", state="running")
SIDECAR = Container(name="proxy", image="proxy:1", state="running", init=True, sidecar=True)
DONE = Container(name="migrate", image="shop/api:1", state="terminated", init=True, exit_code=0)
FAILING = Container(name="migrate", image="shop/api:1", state="waiting", init=True, restarts=3)


def replica(nth: int, *containers: Container) -> Pod:
    return replace(pod(f"api-7f9c4-{nth}", workload="api"), containers=containers)


def read(selection: LogSelection, *pods: Pod) -> list[str]:
    targets = selection.targets({each.key: each for each in pods})
    return [f"{each.pod[-1]}/{each.container}" for each in targets if isinstance(each, LogTarget)]


WORKLOAD = LogSelection(namespace="shop", workload=Workload("Deployment", "api"))


def test_every_container_of_every_replica_of_a_workload_is_read() -> None:
    pods = replica(1, DONE, SIDECAR, API), replica(2, API), pod("web-5d4f8-1", workload="web")
    assert read(WORKLOAD, *pods) == ["1/proxy", "1/api", "2/api"]


def test_a_replica_that_comes_later_belongs_to_them() -> None:
    assert WORKLOAD.wants(replica(3, API))
    assert not WORKLOAD.wants(pod("web-5d4f8-1", workload="web"))
    assert not WORKLOAD.wants(replace(replica(3, API), namespace="blog"))


def test_an_init_container_is_read_until_it_has_ended_well() -> None:
    assert read(WORKLOAD, replica(1, FAILING, API)) == ["1/migrate", "1/api"]
    assert read(WORKLOAD, replica(1, DONE, API)) == ["1/api"]


def test_of_the_run_before_only_what_had_one_is_read() -> None:
    restarted = replace(API, restarts=2)
    before = replace(WORKLOAD, previous=True)
    assert read(before, replica(1, SIDECAR, restarted), replica(2, API)) == ["1/api"]


def test_chosen_pods_are_read_as_long_as_they_are_there() -> None:
    chosen = LogSelection(pods=("shop/api-7f9c4-1", "shop/api-7f9c4-9"))
    assert read(chosen, replica(1, SIDECAR, API), replica(2, API)) == ["1/proxy", "1/api"]
