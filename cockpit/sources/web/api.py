"""An HTTP API that answers with JSON: Prometheus, Alertmanager, a status page."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final, TypeVar
from urllib.parse import urlsplit

import msgspec

from cockpit.reading import SourceError, TroubleKind
from cockpit.redact import redact
from cockpit.sources.web.access import credentials
from cockpit.sources.web.client import Web
from cockpit.sources.web.fetch import Answer, Request, fetch
from cockpit.sources.web.fetch_error import FetchError
from cockpit.sources.web.model import Outcome
from cockpit.sources.web.status import told
from cockpit.sources.web.urls import below, shown
from cockpit.text import clean
from cockpit.web_config import Access

T = TypeVar("T")

_MOST: Final = 4 * 1024 * 1024
"""Bytes of an answer. More would keep the screen waiting while it is taken apart."""
_SAID: Final = 200
_KINDS: Final = {
    Outcome.TIMEOUT: TroubleKind.TIMEOUT,
    Outcome.LOGIN: TroubleKind.EXPIRED,
    Outcome.MALFORMED: TroubleKind.MALFORMED,
    Outcome.REDIRECT_LOOP: TroubleKind.MALFORMED,
}
"""All other failures mean that it is unreachable."""
_STATUS_KINDS: Final[Mapping[int, TroubleKind]] = {
    HTTPStatus.UNAUTHORIZED: TroubleKind.EXPIRED,
    HTTPStatus.FORBIDDEN: TroubleKind.DENIED,
    HTTPStatus.NOT_FOUND: TroubleKind.MISSING,
    HTTPStatus.TOO_MANY_REQUESTS: TroubleKind.THROTTLED,
}


class ApiError(SourceError):
    """There is no good answer."""

    def __init__(
        self,
        kind: TroubleKind,
        message: str,
        remedy: str | None = None,
        *,
        status: int = 0,
        may_have_acted: bool = False,
    ) -> None:
        """Say what failed.

        Args:
            kind: what kind of failure it is.
            message: what failed.
            remedy: what to type to mend it.
            status: of the answer; 0: there was none.
            may_have_acted: whether the server may have got the request and done what it says.
        """
        super().__init__(kind, message, remedy)
        self.status = status
        self.may_have_acted = may_have_acted


class Api:
    """Asks one server."""

    def __init__(self, web: Web, url: str, access: Access = Access(), *, within: float = 10.0) -> None:  # noqa: B008  (frozen)
        """Ask the server of a URL.

        Args:
            web: what all sources share.
            url: of its root, below which the paths of the API are.
            access: how to be let in.
            within: seconds for an answer.
        """
        self.url = shown(url)
        """As people may see it."""
        self.within = within
        self._web = web
        self._root = url
        self._access = access

    async def get(self, path: str, type_: type[T], parameters: Sequence[tuple[str, str]] = ()) -> T:
        """Read what stands below a path.

        Raises:
            ApiError: there is no good answer, or it is not of this type.
        """
        return decoded(await self._ask("GET", path, parameters), type_)

    async def send(self, method: str, path: str, content: bytes | None = None) -> bytes:
        """Have something changed, and give the answer. Never follows a redirect.

        Raises:
            ApiError: there is no good answer; it may have been done nevertheless.
        """
        return await self._ask(method, path, (), content)

    async def _ask(
        self, method: str, path: str, parameters: Sequence[tuple[str, str]], content: bytes | None = None
    ) -> bytes:
        try:
            is_http = urlsplit(self._root).scheme in ("http", "https") and bool(urlsplit(self._root).hostname)
        except ValueError:
            is_http = False
        if not is_http:
            raise ApiError(TroubleKind.MISSING, f"{self.url} is no URL of a web server")
        headers = {"Accept": "application/json", **await credentials(self._access, self._web.environ)}
        if content is not None:
            headers["Content-Type"] = "application/json"
        request = Request(
            url=below(self._root, path, parameters),
            method=method,
            headers=headers,
            content=content,
            ca_file=self._access.ca_file,
            within=self.within,
            most=_MOST,
            follow=method == "GET",
        )
        try:
            answer, _ = await fetch(self._web, request)
        except FetchError as error:
            sent = error.course is not None and error.course.watch.sent
            kind = _KINDS.get(error.outcome, TroubleKind.UNREACHABLE)
            raise ApiError(kind, error.message, may_have_acted=sent) from error
        return self._good(answer)

    def _good(self, answer: Answer) -> bytes:
        status = answer.status
        if status == HTTPStatus.OK and not answer.whole:
            message = f"the answer is longer than {_MOST // 1024 // 1024} MB"
            raise ApiError(TroubleKind.MALFORMED, message, status=status, may_have_acted=True)
        if status == HTTPStatus.OK:
            return answer.body
        kind = _STATUS_KINDS.get(status, TroubleKind.REFUSED)
        said = _reason(answer.body)
        message = f"{told(status, answer.headers)}{f': {said}' if said else ''}"
        remedy = self._access_remedy() if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN) else None
        acted = status >= HTTPStatus.INTERNAL_SERVER_ERROR
        raise ApiError(kind, message, remedy, status=status, may_have_acted=acted)

    def _access_remedy(self) -> str | None:
        access = self._access
        if variable := access.token_env or access.password_env:
            return f"export {variable}=…"
        return f"ls -l {access.token_file}" if access.token_file else None


def decoded(body: bytes, type_: type[T]) -> T:
    """Take an answer apart.

    Raises:
        ApiError: it is not of this type.
    """
    try:
        return msgspec.json.decode(body, type=type_)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        message = f"the answer is not what was asked for: {clean(str(error))}"
        raise ApiError(TroubleKind.MALFORMED, message, may_have_acted=True) from error


class _Refusal(msgspec.Struct):
    """How Prometheus and others say what they do not like; also `message`, as Alertmanager does."""

    error: str = ""
    message: str = ""


def _reason(body: bytes) -> str:
    """Give what a server says about its refusal: its error, or a JSON text; a page is left out."""
    try:
        refusal = msgspec.json.decode(body, type=_Refusal | str)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    text = refusal if isinstance(refusal, str) else refusal.error or refusal.message
    return clean(redact(text))[:_SAID]
