"""One HTTP request from the name to the last byte: measured, bounded, and followed where it is sent on.

Every request has a connection of its own, as a new client would have one: only so its parts can be told.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

import msgspec

import cockpit
from cockpit.sources.web.certificate import certificate_of, read_unverified
from cockpit.sources.web.client import Web
from cockpit.sources.web.fetch_error import FetchError, late, why
from cockpit.sources.web.model import Outcome, WebCertificate
from cockpit.sources.web.timing import Step, Stopwatch
from cockpit.sources.web.urls import looks_like_login, shown
from cockpit.threads import call_in_thread

if TYPE_CHECKING:
    import httpx

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS: Final = 5
_MOST_ADDRESSES: Final = 4
_USER_AGENT: Final = f"incident-cockpit/{cockpit.__version__}"


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = {}
    """They go to the server of the URL alone, not to where it sends us on."""
    content: bytes | None = None
    ca_file: str | None = None
    within: float = 10.0
    """Seconds for all of it; waiting for a turn does not count."""
    most: int
    """So many bytes of a body are read."""
    final: tuple[int, ...] = ()
    """Redirects that are not followed, as they are what is wanted."""
    follow: bool = True


class Answer(msgspec.Struct, frozen=True):
    """What came."""

    status: int
    headers: Mapping[str, str]
    """With names in lower case."""
    body: bytes
    whole: bool
    """Whether that is all of it."""


class Course:
    """How far a request has come, whatever becomes of it."""

    def __init__(self) -> None:
        """Begin now."""
        self.watch = Stopwatch()
        self.redirects: list[str] = []
        """As they may be shown."""
        self.certificate: WebCertificate | None = None
        """Of the first server with TLS."""
        self.received = 0
        """Bytes of the body."""
        self._connection: Any = None

    async def trace(self, event: str, info: dict[str, Any]) -> None:
        """Take what httpcore tells."""
        if event.endswith(".connect_tcp.complete"):
            self._connection = info["return_value"]
        await self.watch.trace(event, info)

    async def hang_up(self) -> None:
        """Close the connection: httpcore forgets one whose handshake is cancelled."""
        if self._connection is not None:
            await self._connection.aclose()


async def fetch(web: Web, request: Request) -> tuple[Answer, Course]:
    """Ask, and follow up to 5 redirects.

    Raises:
        FetchError: there is no answer, or it is no use.
        SourceError: the certificates to trust cannot be read.
    """
    trust = await web.trust(request.ca_file)
    import httpx  # noqa: PLC0415  (loaded by now)

    async with web.turns:
        course = Course()
        try:
            async with asyncio.timeout(request.within):
                return await _Chase(web, request, trust, course).run(), course
        except FetchError as error:
            error.course = course
            raise
        except TimeoutError as error:
            raise FetchError(Outcome.TIMEOUT, late(request.within, course), course) from error
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, ValueError) as error:
            raise FetchError(*why(error, course.watch.step), course) from error


class _Chase:
    """One request, hop by hop."""

    def __init__(self, web: Web, request: Request, trust: ssl.SSLContext, course: Course) -> None:
        self._web = web
        self._request = request
        self._trust = trust
        self._course = course

    async def run(self) -> Answer:
        import httpx  # noqa: PLC0415  (loaded by now)

        request, url, method = self._request, self._request.url, self._request.method
        seen = {url}
        while True:
            answer = await self._hop(httpx.URL(url).copy_with(userinfo=b""), method)
            location = answer.headers.get("location")
            if not (request.follow and location and self._is_redirect(answer.status)):
                return answer
            url = urljoin(url, location)
            self._course.redirects.append(shown(url))
            if looks_like_login(url, request.url):
                raise FetchError(Outcome.LOGIN, f"redirected to a login: {shown(url)}")
            if url in seen or len(self._course.redirects) > _MOST_REDIRECTS:
                raise FetchError(Outcome.REDIRECT_LOOP, f"redirected again and again, at last to {shown(url)}")
            seen.add(url)
            if answer.status == HTTPStatus.SEE_OTHER and method != "HEAD":
                method = "GET"

    def _is_redirect(self, status: int) -> bool:
        return status in _REDIRECTS and status not in self._request.final

    async def _hop(self, url: "httpx.URL", method: str) -> Answer:
        async with self._answer(url, method) as response:
            connection = response.extensions["network_stream"].get_extra_info("ssl_object")
            self._course.certificate = self._course.certificate or certificate_of(connection)
            headers = {name.lower(): value for name, value in response.headers.items()}
            body, whole = bytearray(), True
            if not self._is_redirect(response.status_code):
                async for chunk in response.aiter_raw():
                    body += chunk[: self._request.most - len(body)]
                    self._course.received += len(chunk)
                    if self._course.received > self._request.most:
                        whole = False
                        break
            return Answer(response.status_code, headers, bytes(body), whole)

    @asynccontextmanager
    async def _answer(self, url: "httpx.URL", method: str) -> AsyncIterator["httpx.Response"]:
        """Connect to one of the addresses of the server, and give its answer as soon as its header has come."""
        import httpx  # noqa: PLC0415  (loaded by now)

        proxy = self._web.proxy_for(url)
        places = [None] if proxy else await self._addresses(url)
        extensions = {"trace": self._course.trace, "sni_hostname": url.raw_host.decode("ascii")}
        for tried, place in enumerate(places, 1):
            share = None if tried == len(places) else self._request.within / len(places)
            async with self._web.client(self._trust, proxy) as client:
                stream = client.stream(
                    method,
                    url if place is None else url.copy_with(host=place),
                    headers=self._headers(url),
                    content=self._request.content if method == self._request.method else None,
                    extensions=extensions,
                    timeout=httpx.Timeout(None, connect=share),
                )
                try:
                    response = await stream.__aenter__()
                except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                    if self._course.watch.step is Step.TLS:
                        await self._look_at_certificate(error, url, place)
                    elif tried < len(places):
                        continue
                    raise
                except asyncio.CancelledError:
                    await self._course.hang_up()
                    raise
                try:
                    yield response
                finally:
                    await stream.__aexit__(None, None, None)
                return

    def _headers(self, url: "httpx.URL") -> dict[str, str]:
        import httpx  # noqa: PLC0415  (loaded by now)

        asked = httpx.URL(self._request.url)
        same = (url.scheme, url.host, url.port) == (asked.scheme, asked.host, asked.port)
        plain = {"User-Agent": _USER_AGENT, "Accept-Encoding": "identity", "Connection": "close"}
        return {**plain, **(self._request.headers if same else {}), "Host": url.netloc.decode("ascii")}

    async def _addresses(self, url: "httpx.URL") -> list[str]:
        if url.scheme not in ("http", "https") or not url.host:
            raise FetchError(Outcome.MALFORMED, f"{shown(str(url))} is no URL of a web server")
        host, port = url.raw_host.decode("ascii"), url.port or {"http": 80, "https": 443}[url.scheme]
        try:
            with self._course.watch.naming():
                found = await call_in_thread(socket.getaddrinfo, host, port, 0, socket.SOCK_STREAM)
        except OSError as error:
            raise FetchError(Outcome.NAME, f"the name {host} cannot be resolved: {error.strerror}") from error
        return list(dict.fromkeys(str(each[4][0]) for each in found))[:_MOST_ADDRESSES]

    async def _look_at_certificate(self, error: Exception, url: "httpx.URL", place: str | None) -> None:
        if self._course.certificate is None and place is not None:
            host = url.raw_host.decode("ascii")
            _, reason = why(error, Step.TLS)
            self._course.certificate = await read_unverified(place, url.port or 443, host, reason)
