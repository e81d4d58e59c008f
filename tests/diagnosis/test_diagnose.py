"""The diagnosis as a whole: on what a real server said, on what is well, and on what is known in part."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from support.estate import Estate

from cockpit.diagnosis.diagnose import diagnose
from cockpit.diagnosis.facts import Facts
from cockpit.diagnosis.policy import Policy
from cockpit.diagnostician import OUTSIDE
from cockpit.sources.kubernetes.model import Health, Workload
from cockpit.sources.kubernetes.objects import Condition, Job, Objects

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def test_what_a_real_server_said_is_understood(recorded_facts: Facts) -> None:
    findings = diagnose(recorded_facts, NOW, Policy())
    assert [finding.title for finding in findings] == [
        "worker: 2 of 2 pods crash-loop, exit 1, 9 s after it was created: /etc/worker/config.json is missing",
        "hog: 1 of 1 pod runs out of memory (OOMKilled), 14 s after it was created: limit 64Mi",
        (
            "web: 2 of 2 pods cannot pull registry.shop.local/web:9.9.9, right after it was created: "
            "host registry.shop.local is unknown; its rollout is stuck; service web has no endpoint"
        ),
        (
            "notready: 2 of 2 pods are not ready, right after it was created: the readiness probe fails: "
            "cache is cold; its rollout is stuck"
        ),
    ]


def test_every_proof_names_an_object_that_is_in_the_reading(recorded_facts: Facts) -> None:
    readings: dict[str, Mapping[str, Any]] = {
        "kubernetes/pods": recorded_facts.pods.pods if recorded_facts.pods else {},
        "kubernetes/events": recorded_facts.events.objects if recorded_facts.events else {},
        "kubernetes/replicasets": recorded_facts.replica_sets.objects if recorded_facts.replica_sets else {},
        "kubernetes/deployments": recorded_facts.deployments.objects if recorded_facts.deployments else {},
        "kubernetes/endpointslices": recorded_facts.endpoint_slices.objects if recorded_facts.endpoint_slices else {},
        "kubernetes/crash-logs": recorded_facts.crash_logs.logs if recorded_facts.crash_logs else {},
    }
    proofs = [proof for finding in diagnose(recorded_facts, NOW, Policy()) for proof in finding.evidence]
    assert len({proof.source for proof in proofs}) == 6
    assert [proof for proof in proofs if proof.ref not in readings[proof.source]] == []


def well(estate: Estate) -> list[Any]:
    """A healthy shop with everything in it: a completed job, a rollout on its way, a claim that waits for a pod."""
    done = (Condition("Complete", "True"),)
    going = estate.condition("Progressing", "True", "ReplicaSetUpdated")
    starting = estate.container(ready=False, started_at=estate.ago(seconds=5))
    return [
        *(estate.pod(f"api-r12-{number}", labels={"app": "api"}) for number in (1, 2)),
        estate.pod("api-r13-1", starting, health=Health.CHANGING, not_ready_since=estate.ago(seconds=6)),
        estate.pod("import-1", status="Completed", health=Health.DONE, workload=Workload("Job", "import")),
        estate.deployment(desired=2, replicas=3, updated=1, conditions=(going,)),
        estate.revision(12),
        estate.revision(13, created=estate.ago(seconds=8)),
        Job(meta=estate.meta("import"), succeeded=1, conditions=done),
        estate.node(),
        estate.service(),
        estate.slice("api", **{"api-r12-1": True, "api-r13-1": False}),
        estate.ingress(),
        estate.claim("cache"),
        estate.claim("data", phase="Bound"),
        estate.event("Unhealthy", "Pod/api-r13-1", "Readiness probe failed: connection refused"),
        estate.event("BackOff", "Pod/gone-1", "Back-off restarting failed container"),
    ]


def test_a_healthy_cluster_gives_nothing(estate: Estate) -> None:
    assert estate.find(*well(estate)) == []


FIELDS = [field for field in Facts.__struct_fields__ if field not in ("pods", "postgres", *OUTSIDE, "begun")]


@pytest.mark.parametrize("missing", FIELDS)
def test_whatever_cannot_be_read_the_rest_is_still_found(recorded_facts: Facts, missing: str) -> None:
    scenarios = {"crash-loop", "oom", "image-pull", "not-ready"}
    without = msgspec.structs.replace(recorded_facts, **{missing: None})
    assert {finding.scenario for finding in diagnose(without, NOW, Policy())} == scenarios


@pytest.mark.parametrize("half", [field for field in FIELDS if field not in ("usage", "crash_logs", "log_rates")])
def test_half_a_list_counts_as_none(recorded_facts: Facts, half: str) -> None:
    nothing, some = (
        msgspec.structs.replace(recorded_facts, **{half: each}) for each in (None, unfinished(recorded_facts, half))
    )
    assert diagnose(some, NOW, Policy()) == diagnose(nothing, NOW, Policy())


def unfinished(facts: Facts, field: str) -> Objects[Any]:
    objects = getattr(facts, field)
    return Objects(scope="shop", objects=dict(objects.objects) if objects else {})
