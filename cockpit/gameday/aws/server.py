"""moto's server on a socket that is already open, and what it tells of the shop."""

import logging
import socket
import threading
from datetime import datetime, timedelta

from moto.cloudwatch.models import CloudWatchBackend, cloudwatch_backends
from moto.elbv2.models import elbv2_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from moto.rds.models import rds_backends
from werkzeug.serving import make_server

from cockpit.gameday.aws.alarms import Alarms
from cockpit.gameday.aws.estate import DATABASE, Estate
from cockpit.gameday.aws.facts import ACCOUNT, REGION
from cockpit.gameday.aws.metrics import CloudWatchWriter, metrics_of
from cockpit.gameday.aws.moto_overrides import override
from cockpit.gameday.aws.targets import Targets
from cockpit.gameday.vital_signs import VitalSigns


def prepare() -> None:
    """Do what takes a while and needs nothing of the world: make the backends, which reads AWS' regions."""
    for backends in (rds_backends, elbv2_backends, cloudwatch_backends):
        backends[ACCOUNT][REGION].reset()


class QuietHandler(MotoRequestHandler):
    """Answers requests, and writes none of them down."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  (a method of werkzeug's)
        """Write nothing."""


class AwsServer:
    """Serves the practice AWS from threads of its own.

    Args:
        listening: Where it answers.
        pods: Behind the balancer.
        health_path: Where the balancer asks them.
        endpoint: Host and port of the practice database.
        signs: The numbers of the shop.
    """

    def __init__(
        self,
        listening: socket.socket,
        pods: Targets,
        health_path: str,
        endpoint: tuple[str, int] | None,
        signs: VitalSigns,
    ) -> None:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        override()
        now = signs.newest.at
        self._signs = signs
        self._estate = Estate(pods, health_path, endpoint, now)
        watch: CloudWatchBackend = cloudwatch_backends[ACCOUNT][REGION]
        watch.reset()
        self._writer = CloudWatchWriter(watch, metrics_of(self._estate), signs)
        self._alarms = Alarms(watch, self._estate, now - timedelta(days=3))
        self.follow()
        host, port = listening.getsockname()
        application = DomainDispatcherApplication(create_backend_app)
        self._http = make_server(
            host, port, application, threaded=True, request_handler=QuietHandler, fd=listening.fileno()
        )
        self._thread = threading.Thread(target=self._http.serve_forever, name="practice AWS", daemon=True)
        self._thread.start()

    def follow(self) -> None:
        """Tell of the shop as it is."""
        self._estate.group.follow()
        self._writer.write()
        self._alarms.judge(self._signs.newest)

    def tell_of_storage(self, status: str, category: str, message: str, at: datetime) -> None:
        """Set the status of the database, and say why in an event of a category."""
        self._estate.database.status = status
        self._estate.tell(DATABASE, category, message, at)

    def stop(self) -> None:
        """Answer no more."""
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
