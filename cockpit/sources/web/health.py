"""Asks a health endpoint, and remembers how it did since the session began."""

from collections import deque
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from cockpit.clock import Clock, utc_now
from cockpit.reading import SourceError, TroubleKind
from cockpit.redact import redact
from cockpit.sources.web.access import credentials
from cockpit.sources.web.body_check import BodyCheck
from cockpit.sources.web.client import Web
from cockpit.sources.web.fetch import Answer, Course, Request, fetch
from cockpit.sources.web.fetch_error import FetchError
from cockpit.sources.web.latency import Latencies
from cockpit.sources.web.model import HEALTH, Check, HealthLook, Outcome, WebCertificate
from cockpit.sources.web.status import told
from cockpit.sources.web.urls import shown
from cockpit.text import clean
from cockpit.web_config import HealthConfig

_MOST_BODY: Final = 256 * 1024
_KEPT: Final = 120
"""Checks for a sparkline."""
_REDACTED: Final = 4096
_SHOWN: Final = 200
_STATUSES: Final[Mapping[int, Outcome]] = {
    HTTPStatus.UNAUTHORIZED: Outcome.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN: Outcome.UNAUTHORIZED,
    HTTPStatus.TOO_MANY_REQUESTS: Outcome.LIMITED,
}


class HealthSource:
    """Checks one endpoint each time that it is read. Whatever the endpoint does is data."""

    def __init__(self, name: str, config: HealthConfig, web: Web, clock: Clock = utc_now) -> None:
        """Check the endpoint that the configuration calls `name`."""
        self.name = HEALTH + name
        self._config = config
        self._web = web
        self._clock = clock
        self._body: BodyCheck | None = None
        self._history = _History(config)

    async def stream(self) -> AsyncIterator[HealthLook]:
        """Yield the endpoint as one more check finds it.

        Raises:
            SourceError: it cannot be asked: no such URL, no token, no such file of certificates.
        """
        config = self._config
        if self._body is None:
            self._body = self._checked()
        headers = {**config.headers, **await credentials(config, self._web.environ)}
        request = Request(
            url=config.url,
            method=config.method.upper(),
            headers=headers,
            ca_file=config.ca_file,
            within=config.timeout_seconds,
            most=_MOST_BODY,
            final=config.status,
        )
        try:
            answer, course = await fetch(self._web, request)
        except FetchError as error:
            yield self._history.add(self._failed(error), error.course.certificate if error.course else None)
        else:
            yield self._history.add(self._judge(answer, course, self._body), course.certificate)

    def _checked(self) -> BodyCheck:
        try:
            parts = urlsplit(self._config.url)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise SourceError(TroubleKind.MISSING, f"{shown(self._config.url)} is no URL of a web server")
            return BodyCheck(self._config)
        except ValueError as error:
            raise SourceError(TroubleKind.MISSING, f"the check cannot be made: {clean(str(error))}") from error

    def _failed(self, error: FetchError) -> Check:
        course = error.course or Course()
        return Check(
            self._clock(),
            error.outcome,
            message=error.message,
            timing=course.watch.timing,
            redirects=tuple(course.redirects),
        )

    def _judge(self, answer: Answer, course: Course, body: BodyCheck) -> Check:
        outcome, message = self._outcome(answer, body)
        return Check(
            self._clock(),
            outcome,
            answer.status,
            message,
            course.watch.timing,
            tuple(course.redirects),
            clean(redact(answer.body[:_REDACTED].decode("utf-8", "replace")))[:_SHOWN],
        )

    def _outcome(self, answer: Answer, body: BodyCheck) -> tuple[Outcome, str]:
        status, wanted = answer.status, self._config.status
        if not (status in wanted if wanted else HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES):
            other = Outcome.SERVER_ERROR if status >= HTTPStatus.INTERNAL_SERVER_ERROR else Outcome.WRONG_STATUS
            expected = " or ".join(map(str, wanted)) or "2xx"
            return _STATUSES.get(status, other), f"{told(status, answer.headers)}; {expected} expected"
        if not answer.whole and "content-length" not in answer.headers:
            known = f"the body does not end: more than {_MOST_BODY // 1024} kB"
            return Outcome.TIMEOUT, f'{known}; method = "HEAD" asks for none'
        objection = body.objection(answer.body)
        return (Outcome.WRONG_BODY, objection) if objection else (Outcome.GOOD, "")


class _History:
    """What is remembered of an endpoint."""

    def __init__(self, config: HealthConfig) -> None:
        self._config = config
        self._url = shown(config.url)
        self._recent: deque[Check] = deque(maxlen=_KEPT)
        self._latencies = Latencies()
        self._certificate: WebCertificate | None = None
        self._checks = 0
        self._good = 0
        self._since: datetime | None = None
        self._bad_since: datetime | None = None

    def add(self, check: Check, certificate: WebCertificate | None) -> HealthLook:
        """Remember one more check, and tell all."""
        self._recent.append(check)
        self._checks += 1
        self._since = self._since or check.at
        self._certificate = certificate or self._certificate
        if check.outcome is Outcome.GOOD:
            self._good += 1
            self._bad_since = None
            self._latencies.add(check.timing.total or 0.0)
        else:
            self._bad_since = self._bad_since or check.at
        return HealthLook(
            url=self._url,
            newest=check,
            recent=tuple(self._recent),
            certificate=self._certificate,
            since=self._since,
            checks=self._checks,
            good=self._good,
            p50=self._latencies.percentile(50),
            p95=self._latencies.percentile(95),
            bad_since=self._bad_since,
            slow_after=self._config.slow_seconds,
            workload=self._config.workload,
        )
