"""What containers do, by image: how long they take to start, what they print, whether they fail."""

import random
from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

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
    needs_env: str = ""
    """It fails only where this variable is not set; empty: it fails anywhere."""
    stop_after: float = 0.5
    """Seconds from SIGTERM to its end."""
    cpu_millicores: int = 20
    memory_mebibytes: int = 48

    def failure_in(self, container: Mapping[str, object]) -> Failure | None:
        """Tell how a container of a pod's spec will fail, if it will."""
        env = container.get("env")
        names = {variable["name"] for variable in env} if isinstance(env, list) else set()
        return None if self.needs_env and self.needs_env in names else self.failure


PATHS = ("/v1/cart", "/v1/checkout", "/v1/orders", "/v1/products", "/healthz")


def api_requests(rng: random.Random, now: datetime, number: int) -> str:
    """Print a request log of an HTTP API: most lines well, one in thirty slow, one in two hundred failing."""
    moment = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    head = f"{rng.getrandbits(32):08x} {'POST' if rng.random() < 0.2 else 'GET'} {rng.choice(PATHS)}"
    dice = rng.random()
    if dice < 0.005:
        return f"{moment} ERROR req={head} 502 upstream timed out dur={rng.randint(3000, 5000)}ms n={number}"
    if dice < 0.038:
        return f"{moment} WARN  req={head} 200 slow dur={rng.randint(900, 2900)}ms n={number}"
    return f"{moment} INFO  req={head} 200 dur={rng.randint(4, 120)}ms n={number}"


def web_requests(rng: random.Random, now: datetime, number: int) -> str:
    """Print an access log in the combined format."""
    path = rng.choice(("/", "/cart", "/static/app.js", "/static/app.css", f"/products/{1 + number % 400}"))
    size = rng.randint(300, 90_000)
    return f'10.88.0.{rng.randint(2, 250)} - - [{now:%d/%b/%Y:%H:%M:%S +0000}] "GET {path} HTTP/1.1" 200 {size}'


def queue_jobs(rng: random.Random, now: datetime, number: int) -> str:
    """Print what a worker does, one JSON object a line."""
    moment = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    took = rng.randint(20, 800)
    return f'{{"ts":"{moment}","level":"info","msg":"order processed","order":{10_000 + number},"took_ms":{took}}}'


def database_checkpoints(rng: random.Random, now: datetime, number: int) -> str:
    """Print the checkpoints of a database."""
    wrote = rng.randint(20, 900)
    return f"{now:%Y-%m-%d %H:%M:%S.000} UTC [27] LOG:  checkpoint complete: wrote {wrote} buffers; checkpoint {number}"
