"""Of nodes it is told when they are lost and come back, and nothing when another cluster is looked at."""

from datetime import timedelta

from msgspec.structs import replace
from support.objects import condition, node
from support.readings import objects, told
from support.shop import NOW

from cockpit.observer.nodes import nodes
from cockpit.observer.observation import Observation
from cockpit.sources.kubernetes.objects import Node

NODE = node()
SINCE = NOW - timedelta(seconds=40)
LOST = node(conditions=(condition("Ready", "Unknown", "NodeStatusUnknown", "Kubelet stopped posting", since=SINCE),))


def between(before: Node, after: Node) -> list[Observation]:
    return list(nodes(objects(before), objects(after), NOW))


def test_a_node_that_is_lost_and_comes_back_is_told_at_the_time_when_it_was() -> None:
    (lost,) = between(NODE, LOST)
    assert (lost.text, lost.at) == ("node-1: not ready (NodeStatusUnknown: Kubelet stopped posting)", SINCE)
    assert told(between(LOST, NODE)) == ["node-1: ready"]


def test_another_reason_for_the_same_state_is_no_news() -> None:
    assert between(LOST, replace(LOST, conditions=(replace(LOST.conditions[0], message="still nothing"),))) == []


def test_a_cordon_and_its_end_are_told() -> None:
    cordoned = node(unschedulable=True)
    assert told(between(NODE, cordoned)) == ["node-1: cordoned"]
    assert told(between(cordoned, NODE)) == ["node-1: uncordoned"]


def test_nodes_that_join_and_go_are_told_unless_all_are_others() -> None:
    both = objects(NODE, node("node-2"))
    assert told(nodes(objects(NODE), both, NOW)) == ["node-2: joined"]
    assert told(nodes(both, objects(NODE), NOW)) == ["node-2: is gone"]
    assert told(nodes(objects(NODE), objects(node("node-2")), NOW)) == []
