from datetime import UTC, timedelta

from support.postgres_screen import reading, refused, troubled, well
from support.ward import NOW, Ward

from cockpit.diagnosis.policy import Policy
from cockpit.reading import Reading
from cockpit.sources.kubernetes.model import PODS, Pods, Workload
from cockpit.ui.postgres.held_servers import HeldServers


def held(*readings: Reading[object]) -> HeldServers:
    servers = HeldServers(UTC, Policy())
    for each in readings:
        servers.take(each)
    return servers


def test_servers_are_known_by_name_until_they_are_read_no_longer() -> None:
    servers = held(reading(well(), name="b"), reading(well(), name="a"))
    assert servers.names == ["a", "b"]
    servers.take(Reading("postgres/a", off=True))
    assert servers.names == ["b"]


def test_readings_of_others_are_none_of_its_business() -> None:
    servers = held()
    assert not servers.take(Reading("kubernetes/nodes"))
    assert servers.take(reading(well()))


def test_pods_tell_who_the_clients_are_also_when_they_come_later() -> None:
    looked = reading(troubled())
    servers = held(looked)
    root = troubled().activity.backends[0]
    before = servers.view("shop-db", NOW)
    pod = Ward().pod("checkout-1", ip=root.client_address, workload=Workload("Deployment", "checkout"))
    servers.take(Reading(PODS, Pods("shop", {pod.key: pod}, "1"), NOW))
    after = servers.view("shop-db", NOW)
    assert before is not None
    assert after is not None
    assert (before.clients.client(root).name, after.clients.client(root).name) == ("api", "checkout")


def test_who_the_clients_are_is_found_out_once_for_each_look() -> None:
    looked = reading(troubled())
    servers = held(looked)
    first, second = servers.view("shop-db", NOW), servers.view("shop-db", NOW + timedelta(seconds=1))
    assert first is not None
    assert second is not None
    assert first.clients is second.clients


def test_an_old_look_is_drawn_as_of_its_own_time() -> None:
    """What had lasted a minute then need not last any longer."""
    later = NOW + timedelta(seconds=40)
    for looked in (reading(troubled()), reading(troubled(), refused())):
        view = held(looked).view("shop-db", later)
        assert view is not None
        assert view.now == NOW


def test_there_is_no_view_before_the_first_look() -> None:
    assert held(reading(None, refused())).view("shop-db", NOW) is None
