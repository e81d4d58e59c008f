"""What happened between two readings of one source."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from cockpit.diagnosis.policy import Policy
from cockpit.observer.aws import aws
from cockpit.observer.nodes import nodes
from cockpit.observer.observation import Observation
from cockpit.observer.pods import pods
from cockpit.observer.postgres import postgres
from cockpit.observer.rollouts import rollouts
from cockpit.observer.web import alerts, health, status
from cockpit.sources.aws.model import AWS
from cockpit.sources.kubernetes.kind_names import DAEMON_SETS, DEPLOYMENTS, NODES, STATEFUL_SETS
from cockpit.sources.kubernetes.model import PODS
from cockpit.sources.postgres.model import POSTGRES
from cockpit.sources.web.model import ALERTMANAGER, HEALTH, STATUS

_BY_NAME = (PODS, NODES, DEPLOYMENTS, STATEFUL_SETS, DAEMON_SETS)
_BY_PREFIX = (AWS, POSTGRES, HEALTH, ALERTMANAGER, STATUS)


def is_observed(source: str) -> bool:
    """Tell whether anything is observed in the readings of a source."""
    return source in _BY_NAME or source.startswith(_BY_PREFIX)


def transitions(source: str, before: Any, after: Any, at: datetime, policy: Policy) -> Iterable[Observation]:
    """Tell what happened between two data of a source that `is_observed`. What was not read to its end tells nothing.

    Args:
        source: the name of its readings.
        before: the data of an earlier one.
        after: the data of a later one.
        at: when the later one was true (UTC); what has no time of its own happened then.
        policy: the limits whose crossing is told.
    """
    prefix = next(filter(source.startswith, _BY_PREFIX), "")
    match prefix:
        case "aws/":
            return aws(before, after, at)
        case "postgres/":
            return postgres(before, after, at, policy)
        case "web/health/":
            return health(source.removeprefix(prefix), before, after)
        case "web/alertmanager/":
            return alerts(before, after, at)
        case "web/status/":
            return status(before, after, at)
        case _:
            return _of_cluster(source, before, after, at)


def _of_cluster(source: str, before: Any, after: Any, at: datetime) -> Iterable[Observation]:
    if source == PODS:
        return pods(before, after, at)
    return nodes(before, after, at) if source == NODES else rollouts(before, after, at)
