"""The causes that a finding can have."""

from enum import StrEnum


class Cause(StrEnum):
    """Why something does not do its work, worst first. The values are also the anchors of the runbook scenarios."""

    NODE_LOST = "node-lost"
    POSTGRES_DOWN = "postgres-down"
    RDS_DOWN = "rds-down"
    """An instance or cluster of RDS that is not available, or has no writer."""
    DISK_FULL = "disk-full"
    POSTGRES_AUTH = "postgres-auth"
    TOO_MANY_CONNECTIONS = "too-many-connections"
    LOCKS = "locks"
    WRAPAROUND = "wraparound"
    CRASH_LOOP = "crash-loop"
    OOM = "oom"
    IMAGE_PULL = "image-pull"
    CONFIG = "config"
    INIT = "init"
    NOT_CREATED = "not-created"
    """Pods that are wanted cannot even be created: a quota is used up, or an admission rule refuses them."""
    PENDING = "pending"
    FAILED = "failed"
    EVICTED = "evicted"
    NO_ENDPOINTS = "no-endpoints"
    NOT_READY = "not-ready"
    ROLLOUT_STUCK = "rollout-stuck"
    NODE_PRESSURE = "node-pressure"
    THIRD_PARTY = "third-party"
    TARGETS = "targets-unhealthy"
    """This, and what follows up to `SERVER_ERRORS`, is seen from outside: what fails inside stands before it."""
    BALANCER = "balancer-down"
    HEALTH = "health-failing"
    SERVER_ERRORS = "server-errors"
    """A balancer answers 5xx: its own, or what its targets answer."""
    JOB_FAILED = "job-failed"
    STORAGE = "storage"
    """A database's storage is about to be full."""
    REPLICATION = "replication"
    IDLE_IN_TRANSACTION = "idle-in-transaction"
    LONG_STATEMENTS = "long-statements"
    SLOW_QUERIES = "slow-queries"
    DATABASE_LOAD = "database-load"
    DATABASE_MEMORY = "database-memory"
    CONNECTION_COUNTS = "connection-counts"
    """CloudWatch and Postgres count connections differently."""
    LATENCY = "latency"
    RATE_LIMITED = "rate-limited"
    NOT_LET_IN = "not-let-in"
    """A health endpoint asks who we are, so that nothing is known of the service."""
    METRIC = "metric"
    ALERT = "alert"
    ALARM = "alarm"
    CLOCK = "clock"
    """This machine's clock is wrong."""
    UNREADABLE = "unreadable"
    """A source of ours cannot be read: we are blind there, and something may be wrong."""
    DATABASE_EVENT = "database-event"
    ROLE_CHANGED = "role-changed"
    """A standby was promoted, or a primary became a standby."""
    SERVER_RESTARTED = "server-restarted"
    DEADLOCKS = "deadlocks"
    CERTIFICATE = "certificate"
    VOLUME_CLAIM = "volume-claim"
    AUTOSCALER = "autoscaler"
    SCALED_TO_ZERO = "scaled-to-zero"
    MEMORY = "memory"
    CPU = "cpu"
    LOG_ERRORS = "log-errors"
    RESTARTS = "restarts"
    CORDONED = "cordoned"
    MAINTENANCE = "maintenance"


RANK = {cause: rank for rank, cause in enumerate(Cause)}
SCENARIOS = {
    Cause.FAILED: Cause.CRASH_LOOP,
    Cause.IDLE_IN_TRANSACTION: Cause.TOO_MANY_CONNECTIONS,
    Cause.LONG_STATEMENTS: Cause.SLOW_QUERIES,
    Cause.DEADLOCKS: Cause.LOCKS,
    Cause.ROLE_CHANGED: Cause.REPLICATION,
    Cause.SERVER_RESTARTED: Cause.POSTGRES_DOWN,
    Cause.STORAGE: Cause.DISK_FULL,
    Cause.DATABASE_LOAD: Cause.SLOW_QUERIES,
    Cause.DATABASE_MEMORY: Cause.MEMORY,
    Cause.CONNECTION_COUNTS: Cause.TOO_MANY_CONNECTIONS,
    Cause.DATABASE_EVENT: Cause.RDS_DOWN,
    Cause.NOT_LET_IN: Cause.HEALTH,
    Cause.CLOCK: Cause.UNREADABLE,
}
"""Causes that the runbook deals with under another one's anchor."""

ABOUT_PODS = frozenset(
    (
        Cause.CRASH_LOOP,
        Cause.OOM,
        Cause.IMAGE_PULL,
        Cause.CONFIG,
        Cause.INIT,
        Cause.PENDING,
        Cause.FAILED,
        Cause.EVICTED,
        Cause.NOT_READY,
    )
)
"""Causes that keep pods from serving."""
