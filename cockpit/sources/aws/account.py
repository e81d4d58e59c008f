"""An AWS account and region as a profile names them: clients with bounded patience, and errors in our words."""

import threading
from typing import Any

from cockpit.reading import SourceError, TroubleKind

_ANSWER_TIME_OUT = 8
_CONNECT_TIME_OUT = 3
_CONNECTIONS = 20

_KINDS = {
    TroubleKind.EXPIRED: (
        *("ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"),
        *("InvalidSignatureException", "SignatureDoesNotMatch", "RequestExpired"),
        *("NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError", "ProfileNotFound"),
        *("UnauthorizedSSOTokenError", "SSOTokenLoadError", "TokenRetrievalError", "LoginRefreshRequired"),
    ),
    TroubleKind.DENIED: ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "OptInRequired"),
    TroubleKind.THROTTLED: (
        *("Throttling", "ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded", "SlowDown"),
    ),
    TroubleKind.MISSING: ("ResourceNotFoundException", "NotFound", "NoRegionError", "InvalidRegionError"),
    TroubleKind.UNREACHABLE: ("EndpointConnectionError", "ConnectTimeoutError", "ProxyConnectionError", "SSLError"),
    TroubleKind.TIMEOUT: ("ReadTimeoutError",),
}
"""What the codes of AWS' answers and the names of boto3's exceptions mean."""
_KIND_OF = {name: kind for kind, names in _KINDS.items() for name in names}


class Account:
    """Makes clients for one profile and region. Loads boto3 when the first is asked for, which blocks.

    Safe to use from several threads: boto3's sessions are not, so they are made under a lock; its clients are.
    """

    def __init__(self, profile: str | None, region: str | None = None, endpoint_url: str | None = None) -> None:
        """Name the account; nothing is loaded yet.

        Args:
            profile: a profile of the AWS configuration; None: what the environment says.
            region: None: the profile's.
            endpoint_url: where all services are asked instead of at AWS (a VPC endpoint, a practice server).
        """
        self.profile = profile
        self.region = region
        self._endpoint_url = endpoint_url
        self._lock = threading.Lock()
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        """Give the client of a service, such as `logs`.

        Raises:
            SourceError: the profile does not exist, or no region is named anywhere.
        """
        import boto3  # noqa: PLC0415  (takes half a second)
        from botocore.config import Config  # noqa: PLC0415
        from botocore.exceptions import BotoCoreError  # noqa: PLC0415

        with self._lock:
            if service not in self._clients:
                patience: Any = Config(
                    connect_timeout=_CONNECT_TIME_OUT,
                    read_timeout=_ANSWER_TIME_OUT,
                    retries={"mode": "standard", "total_max_attempts": 1},  # the feed knows when to try again
                    max_pool_connections=_CONNECTIONS,
                )
                try:
                    session = boto3.Session(profile_name=self.profile, region_name=self.region)
                    self._clients[service] = session.client(service, config=patience, endpoint_url=self._endpoint_url)
                except BotoCoreError as error:
                    raise self.error(error) from error
            return self._clients[service]

    def forget_login(self) -> None:
        """Read the credentials anew the next time: the person may have logged in meanwhile."""
        with self._lock:
            self._clients.clear()

    def error(self, error: Exception) -> SourceError:
        """Say in our words what boto3 raised, and what to type."""
        response = getattr(error, "response", None)
        code = str(response["Error"]["Code"]) if response else type(error).__name__
        kind = _KIND_OF.get(code, TroubleKind.REFUSED)
        remedies = {
            TroubleKind.EXPIRED: self._command("sso login"),
            TroubleKind.DENIED: self._command("sts get-caller-identity"),
            TroubleKind.UNREACHABLE: self._command("sts get-caller-identity"),
        }
        remedy = self._command("configure set region REGION") if code == "NoRegionError" else remedies.get(kind)
        heading = "AWS does not accept who we are: " if kind is TroubleKind.EXPIRED else ""
        return SourceError(kind, f"{heading}{error}", remedy)

    def _command(self, words: str) -> str:
        return f"aws {words} --profile {self.profile}" if self.profile else f"aws {words}"
