"""An AWS account and region as a profile names them: clients with bounded patience, and errors in our words."""

import threading
from datetime import datetime, timedelta
from typing import Any

from cockpit.clock import Clock, utc_now
from cockpit.sources.aws.calls import CallLedger
from cockpit.sources.aws.clock_skew import ClockSkew
from cockpit.sources.aws.errors import AwsError, Circumstances, aws_error

_ANSWER_TIME_OUT = 8
_CONNECT_TIME_OUT = 3
_CONNECTIONS = 20
_IAM_NAMES = {"elbv2": "elasticloadbalancing", "elb": "elasticloadbalancing"}
"""What policies call a service where boto3 calls it otherwise."""


class Account:
    """Makes clients for one profile and region. Loads boto3 when the first is asked for, which blocks.

    Safe to use from several threads: boto3's sessions are not, so they are used under a lock; its clients are.
    """

    def __init__(
        self,
        profile: str | None,
        region: str | None = None,
        endpoint_url: str | None = None,
        clock: Clock = utc_now,
    ) -> None:
        """Name the account; nothing is loaded yet.

        Args:
            profile: a profile of the AWS configuration; None: what the environment says.
            region: None: the profile's.
            endpoint_url: where all services are asked instead of at AWS (a VPC endpoint, a practice server).
            clock: tells when something was asked, and is compared with AWS'.
        """
        self.profile = profile
        self.calls = CallLedger(clock)
        self.role = ""
        """As whom we ask, for messages; empty: not known yet."""
        self._region = region
        self._endpoint_url = endpoint_url
        self._skew = ClockSkew(clock)
        self._lock = threading.Lock()
        self._session: Any = None
        self._clients: dict[str, Any] = {}

    @property
    def region(self) -> str | None:
        """The region that was named, or once a client is made, the one that it speaks to."""
        return next((str(client.meta.region_name) for client in list(self._clients.values())), self._region)

    @property
    def clock_ahead(self) -> timedelta | None:
        """By how much this machine's clock is ahead of AWS'; None: not told yet."""
        return self._skew.ahead

    def client(self, service: str) -> Any:
        """Give the client of a service, such as `logs`.

        Raises:
            SourceError: the profile does not exist, or no region is named anywhere.
        """
        from botocore.config import Config  # noqa: PLC0415  (takes a quarter of a second)
        from botocore.exceptions import BotoCoreError  # noqa: PLC0415

        try:
            with self._lock:
                if service not in self._clients:
                    patience: Any = Config(
                        connect_timeout=_CONNECT_TIME_OUT,
                        read_timeout=_ANSWER_TIME_OUT,
                        retries={"mode": "standard", "total_max_attempts": 1},  # the feed knows when to try again
                        max_pool_connections=_CONNECTIONS,
                        inject_host_prefix=self._endpoint_url is None,  # `stream-` before another host leads nowhere
                    )
                    client = self._opened().client(service, config=patience, endpoint_url=self._endpoint_url)
                    self._skew.watch(client)
                    self._clients[service] = client
                return self._clients[service]
        except BotoCoreError as error:
            raise self.error(error, service) from error

    def expires_at(self) -> datetime | None:
        """Tell when the credentials end that are in use; None: they do not, or nobody tells."""
        from cockpit.sources.aws.credentials import expiry  # noqa: PLC0415

        with self._lock:
            return None if self._session is None else expiry(self._session)

    def forget_login(self) -> None:
        """Read the credentials anew the next time: the person may have logged in meanwhile."""
        with self._lock:
            self._clients.clear()
            self._session = None

    def api(self, service: str, operation: str) -> str:
        """Name an operation as a policy does: `rds:DescribeDBInstances`."""
        return f"{_IAM_NAMES.get(service, service)}:{operation}"

    def error(self, error: Exception, service: str = "", operation: str = "") -> AwsError:
        """Say in our words what boto3 raised, and what to type.

        Args:
            error: what was raised.
            service: which service was asked, if it is known.
            operation: for what: `DescribeDBInstances`.
        """
        from botocore import xform_name  # noqa: PLC0415

        from cockpit.sources.aws.credentials import login_command, profile_config  # noqa: PLC0415

        with self._lock:
            config = {"name": self.profile or "default"} if self._session is None else profile_config(self._session)
            offered = self._offers(service)
        where = Circumstances(
            profile=self.profile,
            region=self.region,
            login=login_command(config),
            keys="aws_access_key_id" in config,
            clock_ahead=self.clock_ahead,
            role=self.role,
            offered=offered,
            api=self.api(service, operation) if operation else "",
            command=f"{service} {xform_name(operation, '-')}" if operation else "",
        )
        return aws_error(error, where)

    def _opened(self) -> Any:
        if self._session is None:
            import boto3  # noqa: PLC0415

            from cockpit.sources.aws.credentials import share_with_cli  # noqa: PLC0415

            session = boto3.Session(profile_name=self.profile, region_name=self._region)
            share_with_cli(session, self.profile)
            self._session = session
        return self._session

    def _offers(self, service: str) -> bool:
        """Tell whether botocore's tables have a service in our region; where they know of none, nobody can say."""
        if not service or self._session is None:
            return True
        region = self._region or self._session.region_name
        try:
            partition = self._session.get_partition_for_region(region)
            known = self._session.get_available_regions(service, partition)
        except Exception:  # noqa: BLE001  (only a hint in a message about another error)
            return False
        return not known or region in known
