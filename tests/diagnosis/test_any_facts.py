"""The diagnosis of whatever there may be: it never fails, and the same facts give the same findings."""

import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.diagnosis.diagnose import diagnose
from cockpit.diagnosis.facts import Facts
from cockpit.diagnosis.policy import Policy
from cockpit.diagnostician import OUTSIDE
from cockpit.reading import Trouble
from cockpit.sources.aws.model import Series
from cockpit.sources.kubernetes.model import Pod, Pods
from cockpit.sources.kubernetes.objects import Objects
from cockpit.sources.web.model import Samples

T = TypeVar("T")

NOW = datetime(2026, 11, 21, 14, 23, tzinfo=UTC)
NAMES = ("api", "api-1", "api-1", "web", "node-1", "\x1b[2J", "a" * 400, "")
MESSAGES = (
    *("", ""),
    "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable. preemption: no",
    "0/99999999999 nodes are available: 99999999999 Insufficient cpu",
    "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims",
    "Scaled down replica set api-1 from 3 to 0",
    "New size: 5; reason: cpu above target",
    "Readiness probe failed: {0}%s {name}",
    "Container api failed liveness probe, will be restarted",
    'Failed to pull image "api": {registry} not found',
    "Unable to retrieve some image pull secrets (regcred, ); attempting",
    'configmap "api" not found',
    "KeyError: 'DATABASE_URL'",
    "\x1b]0;title\x07 dial tcp db:5432: connect: connection refused",
    "FATAL:  sorry, too many clients already",
    'FATAL:  password authentication failed for user "\x1b[2J"',
    "could not extend file: No space left on device",
    "the database system is starting up",
)
STATEMENTS = ("", "SELECT 1", "ALTER TABLE orders\n ADD x int", "\x1b]0;title\x07 UPDATE " + "x" * 9999)
_OBJECTS = ("Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Node", "Job", "PersistentVolumeClaim")
_TYPES = (
    "Ready",
    "Progressing",
    "Failed",
    "Complete",
    "ReplicaFailure",
    "ScalingLimited",
    "ScalingActive",
    "MemoryPressure",
)
_REASONS = (
    *("CrashLoopBackOff", "OOMKilled", "ImagePullBackOff", "CreateContainerConfigError", "Error", "ContainerCreating"),
    *("TooManyReplicas", "ProgressDeadlineExceeded", "BackoffLimitExceeded", "FailedCreate", "Unhealthy", "Killing"),
    *("BackOff", "ScalingReplicaSet", "FailedMount", "SuccessfulRescale", "Failed", "FailedBinding", "Rebooted"),
)
_POD_REASONS = (*[""] * 9, "Unschedulable", "Evicted", "NodeNotReady")
_WORDS: dict[str, tuple[str, ...]] = {
    "uid": ("1", ""),
    "namespace": ("shop", "shop", "shop", ""),
    "kind": (*_OBJECTS, "db-instance", "db-cluster"),
    "type": _TYPES,
    "state": ("waiting", "running", "terminated", ""),
    "status": (
        *("True", "False", "Unknown", "Running", "ContainerCreating", "Pending", "SchedulingGated"),
        *("available", "failed", "in_progress", "major_outage", "\x1b[2J"),
    ),
    "reason": _REASONS,
    "last_reason": ("OOMKilled", "Error", "StartError", ""),
    "message": MESSAGES,
    "last_message": MESSAGES,
    "lines": MESSAGES,
    "newest_error": MESSAGES,
    "phase": ("Pending", "Lost", "Bound"),
    "metrics": ("cpu 93% of 80%", "cpu unknown of 80%", "rps 5 of 9"),
    "node": ("node-1", "node-1", ""),
    "resource_version": ("1", "1", "1", ""),
    "query": STATEMENTS,
    "text": STATEMENTS,
    "backend_type": ("client backend", "client backend", "walsender", "autovacuum worker"),
    "relation": ("orders", "", "\x1b[2J"),
    "host": ("db", "DB.", ""),
    "arn": ("a:loadbalancer/app/x/1", "a:targetgroup/x/1", ""),
    "balancers": ("a:loadbalancer/app/x/1",),
    "id": ("10.0.0.1", "i-1", ""),
    "ip": ("10.0.0.1", ""),
    "provider_id": ("aws:///z/i-1", ""),
    "categories": ("failover", "failure", "low storage", "availability", "backup"),
    "severity": ("critical", "warning", "none", "\x1b[2J", ""),
    "indicator": ("none", "minor", "critical", "maintenance", "\x1b[2J"),
    "unit": ("%", "B", "/s", "\x1b[2J", ""),
    "url": ("https://shop.test/\x1b[2J", "shop", ""),
    "workload": ("shop/deployment/api", "shop", ""),
    "wal_status": ("reserved", "lost", "unreserved", ""),
}

_NUMBERS = (0.0, 1.0, 7.5, 93.0, 1e9, 2.0**31, 1e300, -1.0, float("nan"), float("inf"))


class Whatever:
    """Makes facts whose parts have nothing to do with each other."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311  (no secret)

    def of(self, hint: Any, field: str = "") -> Any:
        """Make a value of a type for a field."""
        chance, arguments = self._chance, get_args(hint)
        if hint is str:
            return chance.choice(_WORDS.get(field, NAMES))
        if hint in _PLAIN:
            return _PLAIN[hint](chance)
        if get_origin(hint) in (Union, UnionType):
            return self.of(chance.choice(arguments), field)
        if arguments:
            return self._several(get_origin(hint), arguments, field)
        return chance.choice(list(hint)) if issubclass(hint, Enum) else self._struct(hint)

    def _several(self, kind: Any, of: tuple[Any, ...], field: str) -> Any:
        chance = self._chance
        if issubclass(kind, msgspec.Struct) and kind is not Objects:
            return kind(self.of(of[0]) if chance.random() < 0.9 else None, self.of(Trouble | None))
        if kind is tuple and Ellipsis not in of:
            return tuple(self.of(each, field) for each in of)
        if kind is tuple:
            return tuple(self.of(of[0], field) for _ in range(chance.randrange(3)))
        if kind is Objects:
            objects = [self.of(of[0]) for _ in range(chance.randrange(4))]
            return Objects(
                chance.choice(("", "shop")), {each.meta.key: each for each in objects}, chance.choice(("1", ""))
            )
        names = ("shop/api", "shop/api-1", "shop/api-1/api") if field in ("pods", "usage", "logs") else NAMES
        if issubclass(of[0], Enum):
            return {each: self.of(of[1], field) for each in of[0] if chance.random() < 0.3}
        return {chance.choice(names): self.of(of[1], field) for _ in range(chance.randrange(4))}

    def _struct(self, kind: Any) -> Any:
        values = {field.name: self.of(field.type, field.name) for field in msgspec.structs.fields(kind)}
        if kind in (Series, Samples):
            count = self._chance.randrange(12)
            values["times"] = tuple(NOW - timedelta(minutes=minute) for minute in reversed(range(count)))
            values["values"] = tuple(self._chance.choice(_NUMBERS) for _ in range(count + self._chance.randrange(2)))
        if kind is Pod:
            values["reason"] = self._chance.choice(_POD_REASONS)
        return kind(**values)


_PLAIN: dict[Any, Callable[[random.Random], Any]] = {
    int: lambda chance: chance.choice((0, 0, 1, 2, 3, 9, 137, -1, 10**12)),
    float: lambda chance: chance.uniform(0, 100),
    bool: lambda chance: chance.random() < 0.5,
    timedelta: lambda chance: timedelta(seconds=chance.randrange(-999, 999)),
    datetime: lambda chance: NOW + timedelta(seconds=chance.randrange(-7200, 600)),
    NoneType: lambda _: None,
}
facts_of_any_kind = st.integers(0, 2**32).map(lambda seed: Whatever(seed).of(Facts))


@given(facts_of_any_kind)
@settings(deadline=None, max_examples=300)
def test_no_facts_make_a_rule_fail_and_all_that_is_said_is_printable(facts: Facts) -> None:
    for finding in diagnose(facts, NOW, Policy()):
        said = [finding.title, *(proof.fact for proof in finding.evidence), *(action.why for action in finding.actions)]
        if finding.changed:
            said.append(finding.changed.text)
        assert [text for text in said if not text.isprintable()] == []
        assert len(finding.title) <= 400


@given(facts_of_any_kind, st.integers(0, 2**32))
@settings(deadline=None, max_examples=200)
def test_the_same_facts_give_the_same_findings_in_whatever_order_they_were_read(facts: Facts, seed: int) -> None:
    keys = [finding.key for finding in diagnose(facts, NOW, Policy())]
    chance = random.Random(seed)  # noqa: S311  (no secret)
    mappings = {field: dict(_shuffled(getattr(facts, field), chance)) for field in ("postgres", *OUTSIDE)}
    shuffled = msgspec.structs.replace(facts, **mappings)
    if facts.pods is not None:
        pods = Pods(facts.pods.scope, dict(_shuffled(facts.pods.pods, chance)), facts.pods.resource_version)
        shuffled = msgspec.structs.replace(shuffled, pods=pods)
    assert [finding.key for finding in diagnose(shuffled, NOW, Policy())] == keys
    assert len(set(keys)) == len(keys)


def _shuffled(objects: Mapping[str, T], chance: random.Random) -> list[tuple[str, T]]:
    items = list(objects.items())
    chance.shuffle(items)
    return items
