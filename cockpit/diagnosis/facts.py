"""Everything that a diagnosis rests on, at one moment."""

from collections.abc import Mapping
from typing import Generic, TypeVar

import msgspec

from cockpit.diagnosis.beginning import Beginning
from cockpit.logs.rates import LogRates
from cockpit.reading import Trouble
from cockpit.sources.aws.model import AwsLook
from cockpit.sources.kubernetes.crash_log import CrashLogs
from cockpit.sources.kubernetes.model import Pods, PodUsage
from cockpit.sources.kubernetes.objects import (
    Autoscaler,
    Certificate,
    DaemonSet,
    Deployment,
    EndpointSlice,
    Event,
    Ingress,
    Job,
    Node,
    Objects,
    ReplicaSet,
    Service,
    StatefulSet,
    VolumeClaim,
)
from cockpit.sources.postgres.model import PostgresLook
from cockpit.sources.web.model import AlertmanagerLook, HealthLook, PrometheusLook, StatusLook

T = TypeVar("T")

LOG_RATES = "logs/rates"
"""Name of the reading that tells how fast the logs grow that are followed."""


class PostgresFacts(msgspec.Struct, frozen=True):
    """What is known of one Postgres server."""

    look: PostgresLook | None = None
    """What the newest look told; None while the server cannot be read."""
    trouble: Trouble | None = None
    """Why it cannot be read."""
    before: PostgresLook | None = None
    """While it cannot be read: what the last good look told."""


class Outside(msgspec.Struct, Generic[T], frozen=True):
    """What is known of an AWS account, an endpoint or a service of the web."""

    look: T | None = None
    """What the newest good look told; kept while newer ones fail."""
    trouble: Trouble | None = None
    """Why the newest look failed."""


class Facts(msgspec.Struct, frozen=True):
    """What was read. None: not read, not allowed, or not there; so does a list that is not complete yet."""

    pods: Pods | None = None
    """None: no cluster is read, or not enough of it yet for any rule about it."""
    usage: PodUsage | None = None
    events: Objects[Event] | None = None
    node_events: Objects[Event] | None = None
    """Those about nodes that `events` leaves out."""
    deployments: Objects[Deployment] | None = None
    replica_sets: Objects[ReplicaSet] | None = None
    stateful_sets: Objects[StatefulSet] | None = None
    daemon_sets: Objects[DaemonSet] | None = None
    jobs: Objects[Job] | None = None
    nodes: Objects[Node] | None = None
    services: Objects[Service] | None = None
    endpoint_slices: Objects[EndpointSlice] | None = None
    ingresses: Objects[Ingress] | None = None
    autoscalers: Objects[Autoscaler] | None = None
    volume_claims: Objects[VolumeClaim] | None = None
    certificates: Objects[Certificate] | None = None
    crash_logs: CrashLogs | None = None
    log_rates: LogRates | None = None
    postgres: Mapping[str, PostgresFacts] = {}
    """The Postgres servers, by what the person calls them."""
    aws: Mapping[str, Outside[AwsLook]] = {}
    """AWS accounts and regions, and below what belongs to the web: each by the name that the configuration gives it."""
    health: Mapping[str, Outside[HealthLook]] = {}
    prometheus: Mapping[str, Outside[PrometheusLook]] = {}
    alertmanagers: Mapping[str, Outside[AlertmanagerLook]] = {}
    status_pages: Mapping[str, Outside[StatusLook]] = {}
    begun: Mapping[str, Beginning] = {}
    """Since when findings have been there, by key, as earlier diagnoses told: a crash loop seems to begin anew with
    every attempt."""
