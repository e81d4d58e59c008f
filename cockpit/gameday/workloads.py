"""What containers do, by image: how long they take to start, what they print, whether they fail."""

import random
from collections.abc import Callable
from datetime import datetime

import msgspec

from cockpit.gameday.conditions import Condition, Surroundings
from cockpit.gameday.postgres.use import DatabaseUse

Chatter = Callable[[random.Random, datetime, int], str]
"""Makes the n-th line that a container prints: random numbers of that run, the time, n."""


class Failure(msgspec.Struct, frozen=True):
    """How a container ends that does not work."""

    after: float
    """Seconds from its start to its end."""
    says: tuple[str, ...]
    """What it prints before it ends."""
    exit_code: int = 1
    reason: str = "Error"
    """`Error`, `OOMKilled` or `Completed`, as the kubelet would call it."""


class Trouble(msgspec.Struct, frozen=True):
    """What goes wrong with a container as long as a condition holds."""

    when: Condition
    failure: Failure | None = None
    """It ends so."""
    unready_after: float | None = None
    """Seconds from its start from which on its readiness probe fails."""
    probe_says: str = "HTTP probe failed with statuscode: 503"
    """What the kubelet says of the probe; `{ip}` stands for the address of the pod."""
    chatter: Chatter | None = None
    """What it prints instead."""
    errors: float = 0.0
    """The share of its requests that it answers with 5xx while it is ready."""
    slows: float = 0.0
    """Seconds by which the slowest of its requests take longer."""


class Behaviour(msgspec.Struct, frozen=True):
    """What a container of an image does."""

    says: tuple[str, ...] = ()
    """Lines that it prints when it starts."""
    chatter: Chatter | None = None
    """Makes the lines that it prints as long as it runs."""
    lines_per_second: float = 0.0
    ready_after: float = 2.0
    """Seconds from its start until its readiness probe succeeds."""
    failure: Failure | None = None
    """How it ends; None: it runs until it is stopped."""
    troubles: tuple[Trouble, ...] = ()
    """What may go wrong; the first one whose condition holds counts."""
    stop_after: float = 0.5
    """Seconds from SIGTERM to its end."""
    cpu_millicores: int = 20
    memory_mebibytes: int = 48
    memory_after: float = 0.0
    """Seconds from its start until it uses all that memory; where the limit is lower, it is killed on the way."""
    database: DatabaseUse | None = None
    """How it uses the database; it opens its connections when it gets ready."""
    takes: float = 0.02
    """Seconds that half of its requests take at most."""
    health_path: str = "/healthz"
    """Where it tells whether it is well; elsewhere it answers 404."""
    spills: float = 0.0
    """Gibibytes a second that its statements write into temporary files of the database; they go with it."""

    def trouble(self, here: Surroundings) -> Trouble | None:
        """Tell what is wrong with a container in its surroundings, if anything is."""
        return next((trouble for trouble in self.troubles if trouble.when(here)), None)

    def memory_at(self, seconds: float) -> float:
        """Tell how many mebibytes it wants so many seconds after its start."""
        grown = 1.0 if seconds >= self.memory_after else 0.3 + 0.7 * seconds / self.memory_after
        return self.memory_mebibytes * grown

    def seconds_to(self, mebibytes: float) -> float:
        """Tell how many seconds after its start it uses so much memory."""
        share = mebibytes / self.memory_mebibytes
        return 0.2 + self.memory_after * max(0.0, (share - 0.3) / 0.7)
