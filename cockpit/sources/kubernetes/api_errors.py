"""What an HTTP answer or a broken connection means to a person."""

import re
import shlex
from collections.abc import Mapping
from http import HTTPStatus
from http.client import responses
from ssl import SSLCertVerificationError
from typing import NamedTuple, TypeVar

import msgspec
from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes.kubectl import Kubectl
from cockpit.sources.kubernetes.wire import STATUS_DECODER

E = TypeVar("E", bound=BaseException)

HEALTH = "/readyz?verbose"
"""Where the API server tells which of its own checks fail."""
_LONGEST_MESSAGE = 300
_ANONYMOUS = "system:anonymous"
"""Whom the server sees when no credentials reach it."""
_BY_ADMISSION = "denied the request"
"""What a webhook or policy did (k8s.io/apiserver, admission): HTTP 403 too, but no right would help."""
_BY_BUDGET = "disruption budget"
"""Why an eviction is refused (policy/v1): HTTP 429 too, but the server is not busy."""
_OF_KUBELET = re.compile(r'(?:Get|Post) "https?://([^/"]+)/(?:containerLogs|exec|portForward)/[^"]*": (.*)')
"""What the API server says when it passes a request on to a kubelet, and that does not answer (HTTP 500)."""
_PLAIN = (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY)
"""The server is well; it is the request that does not fit."""
_VERBS: Mapping[str, str] = {"PATCH": "patch", "POST": "create", "DELETE": "delete"}


class ApiError(SourceError):
    """The API server answered with an error."""

    def __init__(self, status: int, kind: TroubleKind, message: str, remedy: str | None = None) -> None:
        """Keep the HTTP status beside what every source error says."""
        super().__init__(kind, message, remedy)
        self.status = status


class Unanswered(SourceError):  # noqa: N818  (whether it failed is just what is not known)
    """A request that changes something was sent, but not answered in full: it may have been carried out."""


class ExpiredVersion(ApiError):  # noqa: N818  (the API's own name for it: reason Expired)
    """The resourceVersion or continue token is too old (410): list again."""

    def __init__(self, message: str) -> None:
        """Keep the server's message, for the case that listing again does not help either."""
        super().__init__(HTTPStatus.GONE, TroubleKind.REFUSED, message)


class Answer(NamedTuple):
    """What was answered: a Status object, or any text from what stands between here and the API server."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Request(NamedTuple):
    """What was asked for."""

    path: str
    query: Mapping[str, str]
    method: str = "GET"
    body: bytes | None = None
    content_type: str = ""
    accept: str = ""
    """The form of the answer, where it is not to be plain JSON."""

    def wanted(self) -> tuple[str, str, str]:
        """Give verb, resource and namespace (or empty) in the terms of `kubectl auth can-i`."""
        root, *parts = self.path.strip("/").split("/")
        group, parts = ("", parts[1:]) if root == "api" else (f".{parts[0]}", parts[2:])
        namespace = ""
        if parts[0] == "namespaces" and len(parts) > 2:
            namespace, parts = parts[1], parts[2:]
        resource, name, subresource = (*parts, "", "")[:3]
        reads = "get" if name else "watch" if "watch" in self.query else "list"
        verb = _VERBS.get(self.method, reads)
        return verb, f"{resource}{group}/{subresource}" if subresource else resource + group, namespace


def error_of_answer(answer: Answer, request: Request, login: str, kubectl: Kubectl) -> ApiError:
    """Explain an answer that is not a success.

    Args:
        answer: the answer.
        request: what was asked for.
        login: what to type when the credentials are not accepted.
        kubectl: writes what else to type.
    """
    status, headers, body = answer
    message = _message(body) or responses.get(status, "no explanation")
    if status == HTTPStatus.UNAUTHORIZED or (status == HTTPStatus.FORBIDDEN and _ANONYMOUS in message):
        return ApiError(status, TroubleKind.EXPIRED, "the API server does not accept the credentials", login)
    if status == HTTPStatus.FORBIDDEN and _BY_ADMISSION not in message:
        return _denied(message, request, kubectl)
    if status == HTTPStatus.GONE:
        return ExpiredVersion(message)
    by_budget = status == HTTPStatus.TOO_MANY_REQUESTS and _BY_BUDGET in message
    if status in _PLAIN or by_budget or _BY_ADMISSION in message:
        kind = TroubleKind.MISSING if status == HTTPStatus.NOT_FOUND else TroubleKind.REFUSED
        return ApiError(status, kind, message)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        wait = headers.get("Retry-After", "")
        message = f"the API server is busy: {message}" + (f"; it asks to wait {wait} s" if wait.isdigit() else "")
        return ApiError(status, TroubleKind.THROTTLED, message, kubectl.raw(HEALTH))
    return _failed(status, message, kubectl)


def error_of_connection(error: HTTPError, server: str, kubectl: Kubectl) -> SourceError:
    """Explain why there was no answer, or no complete one. Curl shows whether the server can be reached at all."""
    reach = f"curl -k --max-time 5 {shlex.quote(f'{server}/readyz')}"
    if isinstance(error, ReadTimeoutError):
        return SourceError(TroubleKind.TIMEOUT, f"no answer from {server} in time", reach)
    certificate = _cause(error, SSLCertVerificationError)
    if certificate is not None:
        message = f"the certificate of {server} cannot be verified: {certificate.verify_message}"
        return SourceError(TroubleKind.UNREACHABLE, message, kubectl.command("config view --minify"))
    if isinstance(error, DecodeError):
        return SourceError(TroubleKind.MALFORMED, f"{server} answered with bytes that cannot be unpacked", reach)
    through = " through the proxy" if isinstance(error, ProxyError) else ""
    return SourceError(TroubleKind.UNREACHABLE, f"cannot connect to {server}{through}: {_reason(error)}", reach)


def unanswered(error: HTTPError, reason: SourceError) -> SourceError:
    """Tell whether a request that broke off with `error` may have reached the server; `reason` explains the error."""
    before = isinstance(error, (NewConnectionError, ConnectTimeoutError, ProxyError))
    if before or _cause(error, SSLCertVerificationError) is not None:
        return reason
    return Unanswered(reason.kind, reason.message, reason.remedy)


def _failed(status: int, message: str, kubectl: Kubectl) -> ApiError:
    kubelet = _OF_KUBELET.search(message)
    if kubelet is None:
        text, remedy = f"HTTP {status} from the API server: {message}", kubectl.raw(HEALTH)
    else:
        text = f"the API server cannot reach the kubelet at {kubelet[1]}: {kubelet[2]}"
        remedy = kubectl.command("get nodes -o wide")
    return ApiError(status, TroubleKind.REFUSED, text, remedy)


def _denied(message: str, request: Request, kubectl: Kubectl) -> ApiError:
    verb, resource, namespace = request.wanted()
    everywhere = verb in ("list", "watch")
    where = f" in {namespace}" if namespace else " in all namespaces" if everywhere else ""
    scope = f" -n {namespace}" if namespace else " -A" if everywhere else ""
    text = f"may not {verb} {resource}{where}: {message}"
    remedy = kubectl.command(f"auth can-i {verb} {resource}{scope}")
    return ApiError(HTTPStatus.FORBIDDEN, TroubleKind.DENIED, text, remedy)


def _message(body: bytes) -> str:
    """Give the message of a Status object with its causes, or the beginning of whatever text it is."""
    try:
        status = STATUS_DECODER.decode(body)
        text = status.message or ""
        causes = status.details.causes if status.details else None
        for cause in causes or ():
            text += f" {cause.message}" if cause.message and cause.message not in text else ""
    except (msgspec.DecodeError, UnicodeDecodeError):
        text = " ".join(body[: 4 * _LONGEST_MESSAGE].decode(errors="replace").split())
    return text[:_LONGEST_MESSAGE]


def _reason(error: HTTPError) -> str:
    if isinstance(error, NameResolutionError):
        return "the name cannot be resolved"
    if isinstance(error, SSLError):
        return f"TLS: {error}"
    system = _cause(error, OSError)
    if system is not None and system.strerror:
        return system.strerror
    return "no connection in time" if isinstance(error, ConnectTimeoutError) else "the connection was lost"


def _cause(error: BaseException, kind: type[E]) -> E | None:
    """Find the first error of `kind` among `error`, what caused it, and what it was raised with."""
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        found = waiting.pop(0)
        if isinstance(found, kind):
            return found
        if isinstance(found, BaseException) and id(found) not in seen:
            seen.add(id(found))
            waiting += [found.__cause__, found.__context__, *found.args]
    return None
