"""Pods that use nearly all of what they may."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.finding import Evidence, FindingSeverity
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.view import View, pod_ref, workload_of
from cockpit.diagnosis.wording import counted, cpu, memory
from cockpit.sources.kubernetes.model import METRICS, Pod
from cockpit.sources.kubernetes.objects import ObjectRef

MOST_EVIDENCE = 3


class _Use(NamedTuple):
    """What a pod uses of what it may."""

    pod: Pod
    used: int
    limit: int

    @property
    def percent(self) -> int:
        return 100 * self.used // self.limit


def problems(view: View) -> Iterator[Problem]:
    """Find the workloads with pods that use more of their CPU or memory limit than the policy allows."""
    if view.facts.usage is None:
        return
    policy, pods = view.policy, view.pods
    over: dict[tuple[Cause, ObjectRef], list[_Use]] = defaultdict(list)
    for key, usage in view.facts.usage.usage.items():
        pod = pods.get(key)
        if pod is None or pod.ended:
            continue
        cores, memory_limit = _limits(pod)
        if memory_limit and 100 * usage.memory_bytes > policy.memory_percent * memory_limit:
            over[Cause.MEMORY, workload_of(pod)].append(_Use(pod, usage.memory_bytes, memory_limit))
        if cores and 100 * usage.cpu_millicores > policy.cpu_percent * cores:
            over[Cause.CPU, workload_of(pod)].append(_Use(pod, usage.cpu_millicores, cores))
    for (cause, workload), uses in over.items():
        yield _problem(cause, workload, uses, view)


def _limits(pod: Pod) -> tuple[int | None, int | None]:
    """Sum up the limits of CPU and memory over the containers that run; None when one of them has none."""
    cores: int | None = 0
    amount: int | None = 0
    for container in pod.containers:
        if container.init and not container.sidecar:
            continue
        limits = container.resources
        cores = None if cores is None or limits.cpu_limit is None else cores + limits.cpu_limit
        amount = None if amount is None or limits.memory_limit is None else amount + limits.memory_limit
    return cores, amount


def _problem(cause: Cause, workload: ObjectRef, uses: Sequence[_Use], view: View) -> Problem:
    worst = sorted(uses, key=lambda use: (-use.percent, use.pod.key))
    what, amount = ("memory", memory) if cause is Cause.MEMORY else ("CPU", cpu)
    lone = workload.kind == "Pod"
    total = len(view.pods_by_workload[workload])
    counted_pods = "" if lone else f"{len(uses)} of {counted(total, 'pod')} "
    verb = "uses" if len(uses) == 1 else "use"
    up_to = f"{worst[0].percent} %" if len(uses) == 1 else f"up to {worst[0].percent} %"
    return Problem(
        cause=cause,
        key=f"pods/{cause}/{workload.namespace}/{workload.kind}/{workload.name}",
        severity=FindingSeverity.DOUBTFUL,
        subject=workload,
        name=view.name(workload),
        what=f"{counted_pods}{verb} {up_to} of the {what} limit",
        why=f"{amount(worst[0].used)} of {amount(worst[0].limit)}",
        evidence=tuple(
            Evidence(METRICS, use.pod.key, f"{what} {amount(use.used)} of {amount(use.limit)}, {use.percent} %")
            for use in worst[:MOST_EVIDENCE]
        ),
        objects=() if lone else tuple(pod_ref(use.pod) for use in worst[:MOST_EVIDENCE]),
        pods=tuple(use.pod for use in worst),
    )
