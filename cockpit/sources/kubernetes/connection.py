"""A connection to one cluster: plain HTTP on a pool that the kubernetes package has configured."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from typing import Self
from urllib.parse import urlencode

import urllib3
from urllib3.exceptions import HTTPError

from cockpit.clock import Clock, utc_now
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes.api_errors import (
    Answer,
    Request,
    error_of_answer,
    error_of_connection,
    unanswered,
)
from cockpit.sources.kubernetes.credentials import Access, access_from_kubeconfig, access_in_cluster
from cockpit.sources.kubernetes.kubeconfig import (
    IN_CLUSTER,
    ClusterInfo,
    InCluster,
    Kubeconfig,
    in_cluster,
    kubeconfig_paths,
    load_kubeconfig,
)
from cockpit.sources.kubernetes.kubectl import Kubectl
from cockpit.sources.kubernetes.login_programs import LoginPrograms

CONNECT_TIME_OUT = 3.0
"""Seconds for TCP and TLS together with the proxy."""
ANSWER_TIME_OUT = 8.0
"""Seconds until a stream that is always answered at once must have sent its headers."""
LOGIN_TIME_OUT = 20.0
"""Seconds that a request waits for another thread's login: a little longer than a plugin may take."""
_CHUNK = 64 * 1024
_LONGEST_ERROR = 64 * 1024


class ApiStream:
    """An answer that goes on for as long as the server has news. Read by one thread, in a `with` block."""

    def __init__(self, response: urllib3.BaseHTTPResponse, access: Access) -> None:
        """Take over a response whose body has not been read."""
        self.status = response.status
        self._response = response
        self._access = access

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._response.close()

    def chunks(self) -> Iterator[bytes]:
        """Yield what arrives, as it arrives, until the server ends the answer. Blocks.

        Raises:
            SourceError: the connection was lost, or nothing came for longer than the read time-out.
        """
        try:
            if getattr(self._response, "chunked", False):
                yield from self._response.read_chunked(_CHUNK, decode_content=False)
            else:
                while chunk := self._response.read1(_CHUNK, decode_content=False):
                    yield chunk
        except HTTPError as error:
            raise error_of_connection(error, self._access.server, self._access.kubectl) from error

    def close(self) -> None:
        """End the read that another thread is blocked in; to that one the answer has ended, or broken off."""
        with suppress(ValueError, RuntimeError, OSError):  # already over
            self._response.shutdown()


class Cluster:
    """A cluster as one kubeconfig context shows it.

    Loads nothing until it is first used, and loads again after a failure: the person may have mended the file, or
    logged in. The context is settled by the first load, so that nobody who changes the current context elsewhere
    moves the cockpit to another cluster. Safe to use from several threads; every method blocks.
    """

    def __init__(
        self,
        kubeconfig: Path | None = None,
        context: str | None = None,
        profile: str | None = None,
        clock: Clock = utc_now,
    ) -> None:
        """Name the cluster.

        Args:
            kubeconfig: the file to read; None: what KUBECONFIG names, ~/.kube/config, or the pod's service account.
            context: the context to use; None: the current one.
            profile: the AWS profile with which login programs are run.
            clock: tells when credentials end.
        """
        self._kubeconfig = kubeconfig
        self._context = context
        self._profile = profile
        self._clock = clock
        self._lock = threading.Lock()
        self._programs = LoginPrograms()
        self._info: ClusterInfo | None = None
        self._access: Access | None = None

    def describe(self) -> ClusterInfo:
        """Read in the kubeconfig which cluster this is, without any network.

        Raises:
            SourceError: the kubeconfig cannot be used, or no longer.
        """
        with self._loading():
            return self._load().info

    @property
    def profile(self) -> str | None:
        """The AWS profile with which login programs are run."""
        return self._profile

    @property
    def kubectl(self) -> Kubectl:
        """Write what a person can type to look at the same cluster. Known once the kubeconfig was read."""
        info = self._info
        return Kubectl() if info is None or info.context == IN_CLUSTER else Kubectl.on(info.context, self._kubeconfig)

    def get(self, path: str, query: Mapping[str, str] | None = None, timeout: float = 10, *, accept: str = "") -> bytes:
        """Read one answer whole.

        Args:
            path: such as `/api/v1/namespaces`.
            query: parameters of the query.
            timeout: seconds that the server may be silent.
            accept: the form of the answer, where it is not to be plain JSON.

        Raises:
            SourceError: there is no answer, or it is an error (`ApiError`).
        """
        return self._whole(Request(path, query or {}, accept=accept), timeout)

    def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        content_type: str = "application/json",
        query: Mapping[str, str] | None = None,
        timeout: float = 15,
    ) -> bytes:
        """Change something, or ask what needs a body, and read the answer whole. It is sent once.

        Args:
            method: `PATCH`, `POST` or `DELETE`.
            path: such as `/apis/apps/v1/namespaces/shop/deployments/api`.
            body: what to send.
            content_type: which kind of patch or object the body is.
            query: parameters of the query.
            timeout: seconds that the server may be silent.

        Raises:
            ApiError: the server refuses; nothing was done unless the status is 500 or more.
            Unanswered: it may have been carried out, or not.
            SourceError: it was not sent.
        """
        return self._whole(Request(path, query or {}, method, body, content_type), timeout)

    def open(
        self, path: str, query: Mapping[str, str], read_timeout: float, answer_timeout: float | None = None
    ) -> ApiStream:
        """Begin to read an answer that goes on.

        Args:
            path: such as `/api/v1/pods`.
            query: parameters of the query.
            read_timeout: seconds that the server may be silent.
            answer_timeout: seconds until the headers must be there; None: as `read_timeout`.

        Raises:
            SourceError: there is no answer, or it is an error (`ApiError`).
        """
        response, access = self._request(Request(path, query), answer_timeout or read_timeout, packed=False)
        connection = getattr(response, "connection", None)
        if connection is not None and connection.sock is not None:
            connection.sock.settimeout(read_timeout)
        return ApiStream(response, access)

    def close(self) -> None:
        """Close idle connections and end a login. Streams go on until they are closed themselves."""
        self._programs.end()
        access = self._access
        if access is not None:
            access.pool.clear()

    def _whole(self, request: Request, timeout: float) -> bytes:
        response, access = self._request(request, timeout, packed=True)
        try:
            return response.read(decode_content=True)
        except HTTPError as error:
            raise _broken_off(error, request, access) from error
        finally:
            response.release_conn()

    def _request(self, request: Request, timeout: float, *, packed: bool) -> tuple[urllib3.BaseHTTPResponse, Access]:
        """Send a request; when the server does not accept the credentials, once more with new ones."""
        access = self._current_access()
        response = _send(access, request, timeout, packed=packed)
        if response.status == HTTPStatus.UNAUTHORIZED:
            response.close()
            access = self._current_access(refused=access)
            response = _send(access, request, timeout, packed=packed)
        if not HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES:
            try:
                body = response.read(_LONGEST_ERROR, decode_content=True)
            except HTTPError as error:
                raise _broken_off(error, request, access) from error
            finally:
                response.close()
            answer = Answer(response.status, response.headers, body)
            raise error_of_answer(answer, request, access.login, access.kubectl)
        return response, access

    def _current_access(self, refused: Access | None = None) -> Access:
        with self._loading():
            access = self._access
            due = access is not None and access.renew_at is not None and access.renew_at <= self._clock()
            if access is None or due or access is refused:
                self._access = None
                self._access = access = self._load_access()
            return access

    def _load_access(self) -> Access:
        context = self._load()
        if isinstance(context, Kubeconfig):
            return access_from_kubeconfig(context, self.kubectl, self._profile, self._programs, self._clock())
        return access_in_cluster(self._clock())

    def _load(self) -> Kubeconfig | InCluster:
        paths = kubeconfig_paths(self._kubeconfig)
        settled = self._info.context if self._info else self._context
        context = (None if paths else in_cluster()) or load_kubeconfig(paths, settled)
        self._info = context.info
        return context

    @contextmanager
    def _loading(self) -> Iterator[None]:
        """Let one thread load at a time; the others do not wait for ever, because a login may hang."""
        if not self._lock.acquire(timeout=LOGIN_TIME_OUT):
            raise SourceError(TroubleKind.TIMEOUT, "the login is still running")
        try:
            yield
        finally:
            self._lock.release()


def _send(access: Access, request: Request, timeout: float, *, packed: bool) -> urllib3.BaseHTTPResponse:
    url = f"{access.server}{request.path}"
    headers = access.headers | ({"Accept-Encoding": "gzip"} if packed else {})
    if request.body is not None:
        headers["Content-Type"] = request.content_type
    if request.accept:
        headers["Accept"] = request.accept
    try:
        return access.pool.request(
            request.method,
            f"{url}?{urlencode(request.query)}" if request.query else url,
            body=request.body,
            headers=headers,
            timeout=urllib3.Timeout(connect=CONNECT_TIME_OUT, read=timeout),
            retries=False,
            redirect=False,
            preload_content=False,
        )
    except HTTPError as error:
        raise _broken_off(error, request, access) from error


def _broken_off(error: HTTPError, request: Request, access: Access) -> SourceError:
    reason = error_of_connection(error, access.server, access.kubectl)
    return reason if request.method == "GET" else unanswered(error, reason)
