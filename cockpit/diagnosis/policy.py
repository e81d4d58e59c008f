"""From when on something counts as wrong: `[thresholds]` of the configuration."""

from datetime import timedelta
from typing import Annotated

import msgspec

Count = Annotated[int, msgspec.Meta(ge=1)]
Percent = Annotated[int, msgspec.Meta(ge=1, le=100)]


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The thresholds of the diagnosis. The defaults are those that published runbooks of on-call teams agree on."""

    restarts_per_hour: Count = 5
    """More restarts of a pod than this within the hour are a finding (runbooks: > 5 in 1 hour)."""
    cpu_percent: Percent = 80
    """Of the CPU limit; a pod that uses more is a finding (runbooks: > 80 %)."""
    memory_percent: Percent = 85
    """Of the memory limit (runbooks: > 85 %)."""
    certificate_days: Count = 14
    """A certificate that expires sooner, and is not about to be renewed, is a finding."""
    not_ready_seconds: Count = 60
    """A running pod may be not ready for so long."""
    unscheduled_seconds: Count = 30
    """A pod may wait for a node for so long."""
    creating_seconds: Count = 120
    """A pod on its node may wait for its volumes and images for so long."""
    rollout_minutes: Count = 10
    """The rollout of a stateful or daemon set may stand still for so long (Kubernetes: progressDeadlineSeconds of
    deployments, which is 600 by default; those two have none)."""
    autoscaler_minutes: Count = 5
    """An autoscaler may be without metrics for so long: those of a new pod come after one or two minutes."""
    errors_per_minute: Count = 5
    """Fewer error lines a minute in the log of a workload are no finding."""
    error_percent: Percent = 5
    """Of the log lines; fewer errors are no finding (runbooks: > 5 % of requests)."""
    errors_rise: Count = 3
    """Times as many error lines as before are a finding."""
    change_minutes: Count = 15
    """A change so long before something went wrong may have caused it."""
    connections_percent: Percent = 80
    """Of the usable connections of a Postgres server; more in use are worth a notice (runbooks: > 80 %)."""
    connections_high_percent: Percent = 85
    """More are doubtful (runbooks: > 85 %)."""
    connections_critical_percent: Percent = 95
    """More are wrong: a deployment or a burst takes the rest (runbooks: > 95 %)."""
    idle_in_transaction_minutes: Count = 5
    """A transaction may be open with nothing done in it for so long."""
    blocked_seconds: Count = 30
    """A connection may wait for a lock for so long."""
    statement_minutes: Count = 5
    """A statement of a client may run for so long."""
    statement_rise: Count = 3
    """Times as long as before that a call of a statement takes are a finding."""
    statement_calls: Count = 5
    """Fewer calls of a statement, before or now, tell nothing of its mean."""
    statement_milliseconds: Count = 10
    """A call may take so long, however short it was before."""
    replica_lag_seconds: Count = 60
    """A standby may be behind for so long."""
    replica_lag_mebibytes: Count = 1024
    """WAL that a standby may be behind."""
    slot_mebibytes: Count = 2048
    """WAL that a replication slot may keep the server from removing."""
    wraparound_percent: Percent = 50
    """Of the 2^31 transaction ids, so many may be in use where autovacuum should have frozen them
    (PostgreSQL: autovacuum_freeze_max_age, 10 % by default)."""
    wraparound_critical_percent: Percent = 75
    """More are wrong (PostgreSQL: vacuum_failsafe_age, 1.6 billion, is 75 %)."""
    deadlocks: Count = 3
    """So many deadlocks in a database within `deadlock_minutes` are a finding."""
    deadlock_minutes: Annotated[int, msgspec.Meta(ge=1, le=60)] = 10
    """Older deadlocks than this do not count: what has stopped rising is over."""
    server_minutes: Count = 30
    """A restart of a server, and a change of its role, is told for so long; so are the events of RDS."""
    database_cpu_percent: Percent = 80
    """Of the CPU of a database instance (runbooks: > 80 % sustained)."""
    database_memory_mebibytes: Count = 256
    """Less free memory of a database instance is a finding. AWS does not tell how much it has in all."""
    storage_percent: Percent = 80
    """Of the storage of a database instance; more in use is a finding (runbooks: disk > 80 %)."""
    storage_critical_percent: Percent = 95
    """More is wrong."""
    storage_mebibytes: Count = 1024
    """Less free storage is wrong, whatever share of the whole it is."""
    storage_minutes: Count = 240
    """A storage that will be full sooner, as it fills now, is a finding; in a quarter of that time it is wrong."""
    burst_percent: Percent = 20
    """Less of the burst balance of a disk is a finding: without it the disk does its baseline only."""
    cpu_credits: Count = 10
    """Fewer CPU credits of a burstable instance are a finding: without them it does its baseline only."""
    maintenance_days: Count = 7
    """A maintenance that AWS does by itself within so many days is worth a notice."""
    latency_seconds: Count = 5
    """A balancer whose 99th percentile takes longer is a finding (runbooks: p99 > 5 s)."""
    errors_critical_percent: Percent = 20
    """Of the requests of a balancer; more answered 5xx are wrong (from `error_percent` on they are doubtful)."""

    @property
    def not_ready(self) -> timedelta:
        """`not_ready_seconds` as a span."""
        return timedelta(seconds=self.not_ready_seconds)

    @property
    def unscheduled(self) -> timedelta:
        """`unscheduled_seconds` as a span."""
        return timedelta(seconds=self.unscheduled_seconds)

    @property
    def creating(self) -> timedelta:
        """`creating_seconds` as a span."""
        return timedelta(seconds=self.creating_seconds)

    @property
    def rollout(self) -> timedelta:
        """`rollout_minutes` as a span."""
        return timedelta(minutes=self.rollout_minutes)

    @property
    def idle_in_transaction(self) -> timedelta:
        """`idle_in_transaction_minutes` as a span."""
        return timedelta(minutes=self.idle_in_transaction_minutes)

    @property
    def blocked(self) -> timedelta:
        """`blocked_seconds` as a span."""
        return timedelta(seconds=self.blocked_seconds)

    @property
    def statement(self) -> timedelta:
        """`statement_minutes` as a span."""
        return timedelta(minutes=self.statement_minutes)
