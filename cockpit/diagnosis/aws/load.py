"""Database instances with more work than they can do."""

from collections.abc import Iterator
from typing import NamedTuple

from cockpit.diagnosis.aws.account_view import A_MINUTE, AccountView
from cockpit.diagnosis.aws.limits import excess_of
from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.finding import Evidence
from cockpit.diagnosis.lasting import Excess, newest_of
from cockpit.diagnosis.outside import number
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.wording import size
from cockpit.sources.aws.model import DbInstance, DbMetric

_QUEUE = 10
"""Requests to a disk that wait; fewer say nothing."""
_SLOW_DISK = 0.02
"""Seconds that a request to a disk takes; what is quicker says nothing."""


class _Sign(NamedTuple):
    """Something that shows that an instance has too much to do."""

    words: str
    excess: Excess


def problems(view: AccountView) -> Iterator[Problem]:
    """Tell of instances that are overloaded: one problem, however many numbers show it."""
    for instance in view.look.instances:
        signs = list(_signs(instance, view))
        if signs:
            ref = view.instance(instance)
            yield view.problem(
                Cause.DATABASE_LOAD,
                "load",
                ref,
                ", ".join(sign.words for sign in signs),
                since=min(sign.excess.since for sign in signs),
                began_within=A_MINUTE,
                evidence=(view.proof(ref.name, ", ".join(sign.words for sign in signs)), *_disk(instance, view)),
            )
        yield from _memory(instance, view)


def _signs(instance: DbInstance, view: AccountView) -> Iterator[_Sign]:
    words = {
        DbMetric.CPU: "CPU at {} %",
        DbMetric.LOAD: f"{{}} sessions at work on {instance.vcpus} vCPUs",
        DbMetric.BURST_BALANCE: "burst balance of the disk at {} %",
        DbMetric.CPU_CREDITS: "{} CPU credits left",
    }
    for metric, told in words.items():
        if excess := excess_of(instance, metric, view.policy, view.now):
            yield _Sign(told.format(number(excess.value)), excess)


def _disk(instance: DbInstance, view: AccountView) -> Iterator[Evidence]:
    """Tell what the disk does. Alone it is no finding: a batch job may well queue."""
    queue = newest_of(instance.metrics.get(DbMetric.QUEUE_DEPTH), view.now)
    parts = [f"{number(queue)} requests wait for the disk"] if queue is not None and queue > _QUEUE else []
    for metric, name in ((DbMetric.READ_LATENCY, "a read"), (DbMetric.WRITE_LATENCY, "a write")):
        taken = newest_of(instance.metrics.get(metric), view.now)
        if taken is not None and taken > _SLOW_DISK:
            parts.append(f"{name} takes {number(1000 * taken)} ms")
    if parts:
        yield view.proof(view.instance(instance).name, ", ".join(parts))


def _memory(instance: DbInstance, view: AccountView) -> Iterator[Problem]:
    if excess := excess_of(instance, DbMetric.FREE_MEMORY, view.policy, view.now):
        ref, left = view.instance(instance), size(max(excess.value, 0))
        yield view.problem(
            Cause.DATABASE_MEMORY,
            "memory",
            ref,
            f"{left} of memory left",
            since=excess.since,
            began_within=A_MINUTE,
            evidence=(view.proof(ref.name, f"FreeableMemory is {left} on {instance.instance_class}"),),
        )
