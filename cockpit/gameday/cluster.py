"""What the API server and the controllers share: objects, logs, time, chance and the images' behaviour."""

import random
from collections.abc import Mapping

import msgspec

from cockpit.gameday.api.kinds import BUILT_IN_KINDS, Kind
from cockpit.gameday.api.store import Store
from cockpit.gameday.event_recorder import EventRecorder
from cockpit.gameday.logbook import LogBook
from cockpit.gameday.postgres.database import LOOPBACK_PODS, Database, pods_may_use_loopback
from cockpit.gameday.registry import Registry
from cockpit.gameday.timing import Pace
from cockpit.gameday.workloads import Behaviour

POD_NETWORK = "10.88"
"""The first half of the pods' addresses."""


class Timings(msgspec.Struct, frozen=True):
    """How long the cluster takes, in seconds of the practice world. The defaults are those of a real one."""

    create_container: float = 0.8
    first_restart: float = 1.0
    """The first restart of a container comes without a back-off."""
    pull_image: float = 1.2
    backoff: float = 10.0
    """First back-off of a crash loop or of a failing pull; doubled each time."""
    backoff_limit: float = 300.0
    backoff_reset: float = 600.0
    """A container that ran so long starts again without a back-off."""
    configuration_retry: float = 12.0
    """A container whose config map or secret is missing is tried again after so long."""
    eviction: float = 300.0
    """Pods are taken from a node that does not answer after so long (default-unreachable-toleration-seconds)."""
    job_backoff: float = 10.0
    """Until the first pod of a job that failed is replaced; doubled each time."""


class Cluster:
    """The state of one practice cluster.

    Args:
        images: What containers do, by image; any other image cannot be pulled.
        pace: Tells the time and waits.
        seed: Repeats names, uids and log lines.
        timings: How long the cluster takes.
        extensions: Custom kinds that it serves besides those that every cluster has.
        database: What the programs in its containers use; None: they do without.
    """

    def __init__(
        self,
        images: Mapping[str, Behaviour],
        pace: Pace,
        seed: int,
        timings: Timings,
        extensions: tuple[Kind, ...] = (),
        database: Database | None = None,
    ) -> None:
        self.pace = pace
        self.seed = seed
        self.timings = timings
        self.kinds = BUILT_IN_KINDS + extensions
        self.registry = Registry(images, self.rng)
        self.store = Store(pace.now, random.Random(seed))  # noqa: S311  (repeatable, not secret)
        self.logs = LogBook()
        self.events = EventRecorder(self.store, pace.now)
        self.switches: set[str] = set()
        """What the scenario has switched on; conditions of troubles look at them."""
        self.load: dict[str, int] = {}
        """Millicores that the load takes from all running containers of a name together."""
        self.dead_nodes: set[str] = set()
        """Nodes whose kubelet has stopped answering."""
        self.database = database
        self._network = LOOPBACK_PODS if database is not None and pods_may_use_loopback() else POD_NETWORK
        self._addresses = 0

    def next_pod_ip(self) -> str:
        """Give an address that no pod has had."""
        self._addresses += 1
        return f"{self._network}.{self._addresses // 250}.{self._addresses % 250 + 2}"

    def rng(self, *names: object) -> random.Random:
        """Give random numbers that depend on the seed and the names alone, not on the order of events."""
        return random.Random(":".join(map(str, (self.seed, *names))))  # noqa: S311  (repeatable, not secret)
