"""How much of what CloudWatch measures is too much, or too little, and whether it has been so for long enough."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from cockpit.diagnosis.lasting import Excess, above, below
from cockpit.diagnosis.policy import Policy
from cockpit.sources.aws.model import Balancer, BalancerMetric, DbInstance, DbMetric, DbRole

TRANSACTION_IDS = 2**31
"""Transaction ids that may be in use."""
FOLLOWERS = (DbRole.REPLICA, DbRole.READER)
"""Only these are behind anything."""

_GIBI = 2**30
_MEBI = 2**20

_Limit = Callable[[DbInstance, Policy], float | None]
"""Gives the limit of an instance; None: it has none."""


def free_storage(instance: DbInstance, policy: Policy) -> float:
    """Give how much storage has to be free, in bytes."""
    share = (instance.storage_gib or 0) * _GIBI * (100 - policy.storage_percent) / 100
    return max(share, policy.storage_mebibytes * _MEBI)


_MOST: Final[Mapping[DbMetric, _Limit]] = MappingProxyType(
    {
        DbMetric.CPU: lambda _, policy: policy.database_cpu_percent,
        DbMetric.LOAD: lambda instance, _: instance.vcpus,
        DbMetric.REPLICA_LAG: lambda instance, policy: (
            policy.replica_lag_seconds if instance.role in FOLLOWERS else None
        ),
        DbMetric.TRANSACTION_IDS: lambda _, policy: TRANSACTION_IDS * policy.wraparound_percent / 100,
    }
)
_LEAST: Final[Mapping[DbMetric, _Limit]] = MappingProxyType(
    {
        DbMetric.BURST_BALANCE: lambda _, policy: policy.burst_percent,
        DbMetric.CPU_CREDITS: lambda _, policy: policy.cpu_credits,
        DbMetric.FREE_MEMORY: lambda _, policy: policy.database_memory_mebibytes * _MEBI,
        DbMetric.FREE_STORAGE: free_storage,
    }
)


def excess_of(instance: DbInstance, metric: DbMetric, policy: Policy, now: datetime) -> Excess | None:
    """Tell whether a metric of an instance is beyond its limit; None: it is not, has no limit, or is not known."""
    points = instance.metrics.get(metric)
    most, least = (table[metric](instance, policy) if metric in table else None for table in (_MOST, _LEAST))
    if most:
        return above(points, most, now)
    return below(points, least, now) if least else None


def excess_of_balancer(balancer: Balancer, metric: BalancerMetric, policy: Policy, now: datetime) -> Excess | None:
    """Tell whether the latency of a balancer, or its failing connections, are beyond their limit."""
    limits = {
        BalancerMetric.P99: policy.latency_seconds,
        BalancerMetric.CONNECTION_ERRORS: policy.errors_per_minute,
        BalancerMetric.REJECTED: policy.errors_per_minute,
    }
    return above(balancer.metrics.get(metric), limits[metric], now) if metric in limits else None
