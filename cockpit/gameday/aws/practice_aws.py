"""The practice AWS: takes a port at once, answers there a second or two later, and follows the world."""

import asyncio
import logging
import socket
import threading
from importlib.util import find_spec
from typing import TYPE_CHECKING

from cockpit.gameday.aws.targets import Targets
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.scenarios.shop_images import HEALTH_PATH
from cockpit.gameday.vital_signs import GIBIBYTE, STORAGE, Sample, VitalSigns

if TYPE_CHECKING:
    from cockpit.gameday.aws.server import AwsServer

HOST = "127.0.0.1"
AFTER_WORLD = 0.8
"""Seconds after the world's start at which moto is loaded: a cockpit draws its first frames before then."""
_PATIENCE = 5.0
"""Seconds at most for which the database goes first: loading moto would keep it waiting."""
LOW = 0.12
"""The share of free storage from which on RDS tells that it is low."""
_NEEDED = ("moto", "flask", "flask_cors")

log = logging.getLogger(__name__)


class NoAwsError(Exception):
    """The practice AWS cannot be started; the message says how to get it."""


class PracticeAws:
    """RDS, a load balancer and CloudWatch, as AWS answers for them.

    The port is open from the beginning: who asks too early waits for the answer.

    Args:
        after: Seconds until moto is loaded.

    Raises:
        NoAwsError: moto is not installed.
    """

    def __init__(self, *, after: float = AFTER_WORLD) -> None:
        if not all(find_spec(name) for name in _NEEDED):
            raise NoAwsError("there is no practice AWS on this machine; type: pip install moto flask flask-cors")
        self._after = after
        self._socket = socket.create_server((HOST, 0))
        self.port: int = self._socket.getsockname()[1]
        self._server: AwsServer | None = None
        self._starting: asyncio.Task[None] | None = None
        self._loading = threading.Event()
        self.ready = asyncio.Event()
        """Set when it answers."""

    @property
    def endpoint_url(self) -> str:
        """Where all services are asked."""
        return f"http://{HOST}:{self.port}"

    def start(self, cluster: Cluster, namespace: str, signs: VitalSigns) -> None:
        """Begin to start it."""
        pods = Targets(cluster, namespace, "web", 8081, HEALTH_PATH)
        self._starting = asyncio.create_task(self._start(cluster, pods, signs))

    async def _start(self, cluster: Cluster, pods: Targets, signs: VitalSigns) -> None:
        await asyncio.sleep(self._after)
        if cluster.database is not None:
            await cluster.database.settle(_PATIENCE)
        loading = asyncio.create_task(asyncio.to_thread(_load))
        try:
            await asyncio.shield(loading)
        except asyncio.CancelledError:
            await asyncio.wait([loading])  # a thread cannot be cancelled
            raise
        except Exception:  # whatever moto has against this machine, the world goes on
            log.exception("the practice world goes on without AWS")
            return
        from cockpit.gameday.aws.server import AwsServer  # noqa: PLC0415  (loaded by then)

        endpoint = (HOST, cluster.database.port) if cluster.database is not None else None
        self._server = AwsServer(self._socket, pods, HEALTH_PATH, endpoint, signs)
        storage = StorageNews(self._server)
        storage.tell(signs.newest)
        signs.listen(self._server.follow)
        signs.listen(lambda: storage.tell(signs.newest))
        self.ready.set()

    async def close(self) -> None:
        """Stop it and give the port back."""
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
        if self._server is not None:
            await asyncio.to_thread(self._server.stop)
        self._socket.close()


class StorageNews:
    """Tells of the storage of the database what RDS tells: its status, and events when it is low or full."""

    def __init__(self, server: "AwsServer") -> None:
        self._server = server
        self._told = ""

    def tell(self, sample: Sample) -> None:
        """Tell what has changed."""
        share = sample.free_storage / STORAGE
        news = "full" if share <= 0.005 else "low" if share < LOW else ""
        if news == self._told:
            return
        self._told = news
        size = f"[Provisioned Storage: {STORAGE // GIBIBYTE} GB, Free Storage: {sample.free_storage / GIBIBYTE:.2f} GB]"
        messages = {
            "low": f"The free storage capacity for DB instance: shop-db is low at {share:.0%} of the provisioned "
            f"storage {size}. You may want to increase the provisioned storage to address this issue.",
            "full": f"The DB instance has run out of storage {size}.",
            "": "The DB instance has enough free storage again.",
        }
        status, category = "storage-full" if news == "full" else "available", "low storage" if news else "notification"
        self._server.tell_of_storage(status, category, messages[news], sample.at)


def _load() -> None:
    """Load moto, which takes a second; nobody uses it before it is there."""
    from cockpit.gameday.aws.server import prepare  # noqa: PLC0415

    prepare()
