"""What is wrong with nodes."""

from support.estate import Estate

from cockpit.diagnosis.finding import FindingSeverity, Verb
from cockpit.sources.kubernetes.model import Workload

WRONG, DOUBTFUL = FindingSeverity.WRONG, FindingSeverity.DOUBTFUL


def test_a_node_that_stopped_answering_tells_which_pods_only_look_healthy(estate: Estate) -> None:
    gone = estate.condition("Ready", "Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.")
    pods = [estate.pod("api-1"), estate.pod("web-1", workload=Workload("Deployment", "web"))]
    finding = estate.only(estate.node("node-1", gone), *pods, estate.pod("api-2", node="node-2"))
    assert finding.title == "node node-1: does not answer; 2 pods on it only look healthy"
    assert (finding.key, finding.severity) == ("pods/node-lost/Node/node-1", WRONG)
    assert finding.since == estate.ago(minutes=15)
    assert finding.evidence[0].fact == "Ready is Unknown: Kubelet stopped posting node status."
    assert [each.ref for each in finding.evidence[1:]] == ["shop/api-1", "shop/web-1"]
    assert [action.verb for action in finding.actions] == [Verb.CORDON]


def test_what_the_pods_and_the_node_say_is_one_finding(estate: Estate) -> None:
    gone = estate.condition("Ready", "Unknown", "NodeStatusUnknown")
    lost = estate.ill("api-1", reason="NodeNotReady")
    assert estate.only(estate.node("node-1", gone), lost).title.startswith("node node-1: does not answer; 1 pod on it")


def test_a_node_that_answers_and_is_not_ready_says_why(estate: Estate) -> None:
    message = "container runtime network not ready: cni plugin not initialized"
    finding = estate.only(estate.node("node-1", estate.condition("Ready", "False", "KubeletNotReady", message)))
    assert finding.title == f"node node-1: is not ready: {message}"


def test_a_node_that_has_just_joined_has_time_to_become_ready(estate: Estate) -> None:
    joining = estate.condition("Ready", "False", "KubeletNotReady")
    young = estate.meta("node-1", namespace="", created=estate.ago(seconds=30))
    assert estate.find(type(estate.node())(meta=young, conditions=(joining,))) == []


def test_pressure_is_doubtful_and_explains_what_was_evicted(estate: Estate) -> None:
    ready = estate.condition("Ready", since=estate.ago(days=3))
    pressure = estate.condition("DiskPressure", "True", "KubeletHasDiskPressure", "kubelet has disk pressure")
    node = estate.node("node-1", ready, pressure)
    alone = estate.only(node)
    assert (alone.title, alone.severity) == ("node node-1: is short of disk: kubelet has disk pressure", DOUBTFUL)
    message = "The node was low on resource: ephemeral-storage."
    evicted = estate.ill("api-1", status="Evicted", reason="Evicted", message=message)
    both = estate.only(node, evicted)
    assert (
        both.title
        == "node node-1: is short of disk: kubelet has disk pressure; api: 1 pod ended by the cluster (Evicted)"
    )
    assert both.severity is WRONG


def test_cordoned_nodes_are_one_doubtful_finding(estate: Estate) -> None:
    nodes = [estate.node(f"node-{number}", unschedulable=True) for number in (1, 2)]
    finding = estate.only(*nodes, estate.node("node-3"))
    assert (finding.title, finding.severity) == ("2 nodes: are cordoned (node-1, node-2)", DOUBTFUL)
    assert [action.verb for action in finding.actions] == [Verb.UNCORDON, Verb.UNCORDON]
    assert estate.only(nodes[0]).title == "node node-1: is cordoned"


def test_a_lost_node_explains_the_service_that_only_its_pods_answered_for(estate: Estate) -> None:
    gone = estate.condition("Ready", "Unknown", "NodeStatusUnknown")
    pod = estate.pod("api-1", labels={"app": "api"})
    finding = estate.only(estate.node("node-1", gone), pod, estate.service(), estate.slice("api", **{"api-1": False}))
    assert finding.title.endswith("; service api has no endpoint")


def test_a_lost_node_that_is_cordoned_is_not_to_be_cordoned_again(estate: Estate) -> None:
    gone = estate.condition("Ready", "Unknown", "NodeStatusUnknown")
    assert estate.only(estate.node("node-1", gone, unschedulable=True), estate.pod("api-1")).actions == ()
    pressure = estate.condition("DiskPressure", "True", "KubeletHasDiskPressure")
    ready = estate.condition("Ready", since=estate.ago(days=3))
    found = estate.find(estate.node("node-1", ready, pressure, unschedulable=True))
    assert [each.verb for finding in found for each in finding.actions] == [Verb.UNCORDON]


def test_pods_that_a_lost_node_does_not_end_can_be_let_go(estate: Estate) -> None:
    gone = estate.condition("Ready", "Unknown", "NodeStatusUnknown")
    node = estate.node("node-1", gone, unschedulable=True)
    (action,) = estate.only(node, estate.pod("api-1", status="Terminating")).actions
    assert (action.verb, action.target.name) == (Verb.FORCE_DELETE, "node-1")
    assert action.why == "pods on it cannot end while it does not answer: first make sure that it is off"
