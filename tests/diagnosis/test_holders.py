"""Who holds the connections of a server."""

from collections import Counter

import pytest
from support.postgres_looks import ABORTED, ACTIVE, HIDDEN, IDLE, IN_TRANSACTION, activity, ago, backend, backends
from support.ward import Ward

from cockpit.diagnosis.holders import Clients, holders
from cockpit.sources.kubernetes.model import Pods, Workload
from cockpit.sources.kubernetes.objects import ObjectRef

API = ObjectRef("Deployment", "shop", "api")


def test_pods_of_one_workload_are_one_holder_whatever_their_addresses(ward: Ward) -> None:
    pods = ward.pods(ward.pod("api-1", ip="10.0.0.1"), ward.pod("api-2", ip="10.0.0.2"))
    seen = activity(
        *backends(2, IDLE, client_address="10.0.0.1", application="x"),
        backend(7, ACTIVE, client_address="10.0.0.2", application="y"),
    )
    (holder,) = holders(seen, pods)
    assert (holder.name, holder.workload, holder.connections) == ("api", API, 3)
    assert holder.pods == ("shop/api-1", "shop/api-2")
    assert (holder.applications, holder.addresses) == (("x", "y"), ("10.0.0.1", "10.0.0.2"))
    assert holder.pids == (7, 100, 101)


def test_whoever_holds_most_comes_first() -> None:
    seen = activity(backend(1, application="few"), *backends(3, application="many"))
    assert [(each.name, each.connections) for each in holders(seen)] == [("many", 3), ("few", 1)]


def test_states_are_counted_and_both_kinds_of_idle_transactions_are_one() -> None:
    seen = activity(
        backend(1, ACTIVE),
        *backends(2, IN_TRANSACTION, since=ago(minutes=7)),
        backend(9, ABORTED, since=ago(minutes=12)),
        backend(3, IDLE, since=ago(hours=1)),
    )
    (holder,) = holders(seen)
    assert (holder.active, holder.idle_in_transaction, holder.connections) == (1, 3, 5)
    assert holder.idle_in_transaction_since == ago(minutes=12)


def test_a_hidden_state_is_neither_idle_nor_active() -> None:
    (holder,) = holders(activity(*backends(4, HIDDEN, application="", client_address="")))
    assert (holder.name, holder.connections, holder.hidden) == ("unknown", 4, 4)
    assert (holder.active, holder.idle_in_transaction) == (0, 0)


@pytest.mark.parametrize(
    ("application", "address", "name"),
    [("billing", "10.9.9.9", "billing"), ("", "10.9.9.9", "10.9.9.9"), ("", "", "on the server itself")],
)
def test_whoever_comes_from_no_pod_goes_by_application_or_address(
    ward: Ward, application: str, address: str, name: str
) -> None:
    (holder,) = holders(activity(backend(1, application=application, client_address=address)), ward.pods(ward.pod("a")))
    assert (holder.name, holder.workload, holder.pods) == (name, None, ())


def test_two_namespaces_with_the_same_workload_are_two_holders(ward: Ward) -> None:
    pods = Pods(
        "", {each.key: each for each in (ward.pod("a", ip="1.1.1.1"), ward.pod("a", namespace="x", ip="2.2.2.2"))}
    )
    seen = activity(backend(1, client_address="1.1.1.1"), backend(2, client_address="2.2.2.2"))
    assert [str(each.workload and each.workload.namespace) for each in holders(seen, pods)] == ["shop", "x"]
    assert [each.name for each in holders(seen, pods)] == ["shop/Deployment/api", "x/Deployment/api"]


def test_an_application_that_is_called_like_a_workload_and_comes_from_no_pod_of_it_is_another_holder(
    ward: Ward,
) -> None:
    """Such as connections that a pod has left behind. Whoever counts by name counts the same."""
    seen = activity(
        *backends(31, application="api"), *backends(5, first=200, application="api", client_address="10.9.9.9")
    )
    pods = ward.pods(ward.pod("api-1"))
    assert [(each.name, each.connections) for each in holders(seen, pods)] == [("api", 31), ("api (no pod)", 5)]
    clients = Clients(seen, pods)
    assert Counter(clients.client(each).name for each in seen.backends) == {"api": 31, "api (no pod)": 5}
    assert [each.name for each in holders(seen)] == ["api"]


def test_an_address_of_a_node_that_several_workloads_share_names_none_of_them(ward: Ward) -> None:
    pods = ward.pods(ward.pod("api-1"), ward.pod("agent-1", workload=Workload("DaemonSet", "agent")))
    assert [each.name for each in holders(activity(backend(1, application="agent")), pods)] == ["agent"]
    assert Clients(activity(backend(1)), pods).pod(backend(1)) is None


def test_a_pod_that_has_ended_holds_nothing_even_if_it_had_the_address_once(ward: Ward) -> None:
    ended = ward.pod("import-1", ward.container(state="terminated"), workload=Workload("Job", "import"))
    (holder,) = holders(activity(backend(1)), ward.pods(ended, ward.pod("api-1")))
    assert holder.workload == API


def test_an_address_of_ipv4_that_came_over_ipv6_is_still_that_pods(ward: Ward) -> None:
    (holder,) = holders(activity(backend(1, client_address="::ffff:10.0.0.1")), ward.pods(ward.pod("api-1")))
    assert holder.workload == API


def test_what_takes_no_connection_of_a_client_is_left_out() -> None:
    others = ("walsender", "parallel worker", "autovacuum worker", "checkpointer")
    assert holders(activity(*(backend(pid, backend_type=kind) for pid, kind in enumerate(others)))) == ()
