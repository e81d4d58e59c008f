"""Why no node takes a pod."""

from typing import Any

import pytest
from support.estate import Estate
from support.samples import samples

from cockpit.diagnosis.finding import FindingSeverity, Verb
from cockpit.diagnosis.scheduling import in_words, parse
from cockpit.sources.kubernetes.model import Pod
from cockpit.sources.kubernetes.objects import ObjectRef, Resources, Taint


@pytest.mark.parametrize(("words", "message"), samples("scheduling"))
def test_the_scheduler_is_understood(words: str, message: str) -> None:
    placement = parse(message)
    assert placement is not None
    assert in_words(placement) == words


def test_what_is_no_message_of_the_scheduler_is_left_as_it_is() -> None:
    assert parse("waiting for the weather") is None
    assert parse("0/3 nodes are available") is None
    assert parse("") is None


def waiting(estate: Estate, message: str, name: str = "api-1", **facts: Any) -> Pod:
    container = estate.container(state="", ready=False, started_at=None, resources=facts.pop("resources", Resources()))
    defaults = {"reason": "Unschedulable", "message": message, "node": "", "status": "Pending"}
    return estate.ill(name, container, **{**defaults, "created": estate.ago(minutes=5), **facts})


def test_a_pod_that_asks_for_too_much_says_what_it_asks_for(estate: Estate) -> None:
    asked = Resources(cpu_request=4000, memory_request=8 * 2**30)
    finding = estate.only(waiting(estate, "0/3 nodes are available: 3 Insufficient cpu.", resources=asked))
    assert finding.title == (
        "api: 1 of 1 pod is pending: it asks for cpu 4, memory 8Gi, of 3 nodes 3 have too little cpu"
    )
    assert finding.evidence[-1].fact == "asks for cpu 4, memory 8Gi"


def test_a_cordoned_node_that_keeps_a_pod_waiting_is_told_with_it(estate: Estate) -> None:
    pod = waiting(estate, "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) were unschedulable.")
    finding = estate.only(pod, estate.node("node-1"), estate.node("node-2", unschedulable=True))
    assert finding.scenario == "pending"
    assert ObjectRef("Node", "", "node-2") in finding.objects
    assert [(action.verb, action.target.name) for action in finding.actions] == [(Verb.UNCORDON, "node-2")]


def test_a_claim_that_is_not_bound_is_told_with_the_pod_that_waits_for_it(estate: Estate) -> None:
    pod = waiting(estate, "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.", name="db-0")
    failed = estate.event(
        "ProvisioningFailed", "PersistentVolumeClaim/data-db-0", 'storageclass.storage.k8s.io "gp3" not found'
    )
    finding = estate.only(pod, estate.claim("data-db-0"), failed)
    assert finding.title == (
        "api: 1 of 1 pod is pending: a volume claim is not bound; "
        'volume claim data-db-0 is not bound: storageclass.storage.k8s.io "gp3" not found'
    )
    assert ObjectRef("PersistentVolumeClaim", "shop", "data-db-0") in finding.objects


def test_a_pod_that_only_lost_nodes_could_take_is_explained_by_them(estate: Estate) -> None:
    message = "0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }."
    gone = estate.condition("Ready", "Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.")
    finding = estate.only(waiting(estate, message), estate.node("node-1", gone))
    assert finding.scenario == "node-lost"
    assert "; api: 1 of 1 pod is pending" in finding.title


def test_a_lost_node_explains_it_where_the_scheduler_does_not_name_the_taint(estate: Estate) -> None:
    """As since Kubernetes 1.36; what taints the nodes have tells which it is."""
    pod = waiting(estate, "0/1 nodes are available: 1 node(s) had untolerated taint(s). not found")
    gone = estate.condition("Ready", "Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.")
    lost, kept = Taint("node.kubernetes.io/unreachable", "NoSchedule"), Taint("dedicated", "NoSchedule", "gpu")
    finding = estate.only(pod, estate.node("node-1", gone, taints=(lost,)))
    assert finding.scenario == "node-lost"
    others = estate.find(pod, estate.node("node-1", gone, taints=(lost,)), estate.node("node-2", taints=(kept,)))
    assert sorted(each.scenario for each in others) == ["node-lost", "pending"]


def test_what_cannot_be_scheduled_is_wrong(estate: Estate) -> None:
    assert estate.only(waiting(estate, "0/1 nodes are available: 1 Too many pods.")).severity is FindingSeverity.WRONG
