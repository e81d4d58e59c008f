"""What a scenario is: objects, images and steps in time."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import msgspec

from cockpit.gameday.api.kinds import Kind
from cockpit.gameday.cluster import Cluster, Timings
from cockpit.gameday.workloads import Behaviour

Play = Callable[[Cluster], Coroutine[Any, Any, None]]
"""What happens in a practice world, in its time."""


async def nothing_happens(cluster: Cluster) -> None:
    """Leave the cluster alone."""


class Scenario(msgspec.Struct, frozen=True):
    """A practice world's beginning and what happens in it."""

    name: str
    """How it is called on the command line."""
    title: str
    story: str
    """One line for the person who practises."""
    namespace: str
    """Where it plays; the namespace of the kubeconfig's contexts."""
    images: Mapping[str, Behaviour]
    """What containers do, by image."""
    build: Callable[[Cluster], None]
    """Puts the objects there with which the world begins."""
    play: Play = nothing_happens
    """The steps in time; ends when nothing more happens."""
    timings: Timings = Timings()
    idle_nodes: frozenset[str] = frozenset()
    """Nodes whose pods are not run but stay as they are stored."""
    extensions: tuple[Kind, ...] = ()
    """Custom kinds that the cluster serves."""
    denied: tuple[str, ...] = ()
    """Resources that nobody may read or write: `nodes`, `pods/log`, …; `*`: all."""
    has_database: bool = False
    """Whether its programs use a database."""
    has_outside: bool = False
    """Whether it has an AWS, and services on the web around it."""
    is_listed: bool = True
    """Whether people are offered it."""
