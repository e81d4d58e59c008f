"""What went wrong between us and AWS, for a person: which kind of trouble, and what to type."""

import shutil
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from cockpit.reading import SourceError, TroubleKind
from cockpit.text import clean

MOST_SKEW = timedelta(minutes=5)
"""From so far off on, AWS refuses signatures (Signature Version 4)."""
_LONGEST_MESSAGE = 300
_LONGEST_READ = 3000
_SERVER_ERROR = 500
_TOO_MANY_REQUESTS = 429

_BAD_SIGNATURE = ("InvalidSignatureException", "SignatureDoesNotMatch", "RequestExpired", "RequestTimeTooSkewed")
_UNNAMED = ("NoCredentialsError", "PartialCredentialsError", "ProfileNotFound")
_WRONG_KEYS = ("InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId", *_BAD_SIGNATURE)
_KINDS = {
    TroubleKind.EXPIRED: (
        *("ExpiredToken", "ExpiredTokenException", "CredentialRetrievalError"),
        *("UnauthorizedSSOTokenError", "SSOTokenLoadError", "SSOError", "TokenRetrievalError"),
        *("LoginRefreshRequired", "LoginTokenLoadError", "LoginError", "UnauthorizedException"),
        *_UNNAMED,
        *_WRONG_KEYS,
    ),
    TroubleKind.DENIED: (
        *("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "OptInRequired"),
    ),
    TroubleKind.THROTTLED: (
        *("Throttling", "ThrottlingException", "ThrottledException", "TooManyRequestsException", "SlowDown"),
        *("RequestLimitExceeded", "RequestThrottled", "RequestThrottledException", "PriorRequestNotComplete"),
    ),
    TroubleKind.MISSING: (
        *("ResourceNotFoundException", "NotFound", "NoRegionError", "InvalidRegionError", "UnknownServiceError"),
        *("LoadBalancerNotFound", "TargetGroupNotFound"),
    ),
    TroubleKind.UNREACHABLE: (
        *("EndpointConnectionError", "ConnectTimeoutError", "ConnectionClosedError", "ProxyConnectionError"),
        *("SSLError", "HTTPClientError", "ResponseStreamingError", "IncompleteReadError"),
    ),
    TroubleKind.TIMEOUT: ("ReadTimeoutError",),
    TroubleKind.MALFORMED: ("ResponseParserError", "PaginationError"),
}
"""What the codes of AWS' answers and the names of botocore's exceptions mean."""
_KIND_OF = {name: kind for kind, names in _KINDS.items() for name in names}


class AwsError(SourceError):
    """AWS or the way to it failed."""

    def __init__(self, kind: TroubleKind, message: str, remedy: str | None = None, *, code: str, api: str = "") -> None:
        """Keep AWS' code and what was asked (`rds:DescribeDBInstances`) beside what every source error says."""
        super().__init__(kind, message, remedy)
        self.code = code
        self.api = api


class Circumstances(NamedTuple):
    """Under which something was asked."""

    profile: str | None = None
    region: str | None = None
    login: str | None = None
    """The program and words that log in, such as `aws sso login --profile shop`; None: it is not told."""
    keys: bool = False
    """The profile holds access keys, which do not expire, but can be withdrawn."""
    clock_ahead: timedelta | None = None
    role: str = ""
    """As whom; empty: not known yet."""
    offered: bool = True
    """Whether the service is known to be there in the region."""
    api: str = ""
    command: str = ""
    """The same, as one types it: `rds describe-db-instances`."""

    def aws(self, words: str, *, region: bool = False) -> str:
        """Give a command of the AWS CLI for this profile."""
        profile = f" --profile {self.profile}" if self.profile else ""
        place = f" --region {self.region}" if region and self.region else ""
        return f"aws {words}{profile}{place}"


def aws_error(error: Exception, where: Circumstances) -> AwsError:
    """Say what an exception of botocore means, or whatever else came out of reading an answer."""
    response: Mapping[str, Any] = getattr(error, "response", None) or {}
    details = response.get("Error") or {}
    code = str(details.get("Code") or type(error).__name__)
    status = int((response.get("ResponseMetadata") or {}).get("HTTPStatusCode") or 0)
    kind = _kind(error, code, status)
    if code in _BAD_SIGNATURE and where.clock_ahead is not None and abs(where.clock_ahead) >= MOST_SKEW:
        return AwsError(TroubleKind.EXPIRED, skew(where.clock_ahead), clock_remedy(), code=code, api=where.api)
    if kind is TroubleKind.UNREACHABLE and _is_unresolved(error) and not where.offered:
        service = where.command.partition(" ")[0]
        message = f"there is no {service} in the region {where.region}, as far as botocore knows"
        return AwsError(TroubleKind.MISSING, message, where.aws("configure get region"), code=code, api=where.api)
    words = _words(error, code, str(details.get("Message") or ""), status)
    return AwsError(
        kind, _message(kind, words, code, where), _remedy(kind, code, error, where), code=code, api=where.api
    )


def skew(ahead: timedelta) -> str:
    """Explain why AWS refuses us."""
    minutes = round(abs(ahead).total_seconds() / 60)
    side = "ahead of" if ahead > timedelta() else "behind"
    return f"this machine's clock is {minutes} minutes {side} AWS': AWS refuses signatures that are five minutes off"


def clock_remedy() -> str:
    """Give the command that sets the clock here."""
    return "sudo chronyc makestep" if shutil.which("chronyc") else "sudo timedatectl set-ntp true"


def _kind(error: Exception, code: str, status: int) -> TroubleKind:
    if code in _KIND_OF:
        return _KIND_OF[code]
    if status == _TOO_MANY_REQUESTS:
        return TroubleKind.THROTTLED
    if status or type(error).__module__.startswith(("botocore.exceptions", "boto3.exceptions")):
        return TroubleKind.REFUSED
    return TroubleKind.MALFORMED


def _words(error: Exception, code: str, message: str, status: int) -> str:
    if status >= _SERVER_ERROR and (not message or message.lstrip().startswith("<")):
        return f"AWS answers with HTTP {status}"
    said = ": ".join(filter(None, (code, message))) if status else str(error) or code
    text = " ".join(clean(said[:_LONGEST_READ]).split())
    return text if len(text) <= _LONGEST_MESSAGE else f"{text[: _LONGEST_MESSAGE - 1]}…"


def _message(kind: TroubleKind, words: str, code: str, where: Circumstances) -> str:
    if kind is TroubleKind.EXPIRED:
        return f"AWS does not accept who we are: {words}"
    if kind is TroubleKind.DENIED and where.api and code != "OptInRequired":
        return f"{where.role or 'this role'} may not {where.api}: {words}"
    if kind is TroubleKind.MALFORMED:
        return f"the answer of AWS cannot be understood: {words}"
    return words


def _remedy(kind: TroubleKind, code: str, error: Exception, where: Circumstances) -> str | None:
    if kind is TroubleKind.EXPIRED:
        return _login(code, where)
    if code == "NoRegionError":
        return where.aws("configure set region REGION")
    if kind is TroubleKind.DENIED:
        return where.aws(where.command, region=True) if where.command else where.aws("sts get-caller-identity")
    if kind is TroubleKind.UNREACHABLE:
        url = getattr(error, "kwargs", {}).get("endpoint_url")
        return f"curl -sv {url}" if where.command and url else where.aws("sts get-caller-identity")
    return None


def _login(code: str, where: Circumstances) -> str:
    if where.login is not None:
        return where.login
    if code == "CredentialRetrievalError":
        return where.aws("sts get-caller-identity")  # the CLI can ask for a code, and shows what its helpers say
    if code in _UNNAMED:
        return where.aws("configure sso")
    if code in _WRONG_KEYS and where.keys:
        return where.aws("configure")
    return where.aws("sso login")


def _is_unresolved(error: Exception) -> bool:
    return "resol" in str(getattr(error, "kwargs", {}).get("error", "")).lower()
