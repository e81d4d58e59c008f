"""Why a request has no answer, in our words."""

import os
import ssl
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from cockpit.sources.web.model import Outcome
from cockpit.sources.web.timing import Step
from cockpit.text import clean

if TYPE_CHECKING:
    from cockpit.sources.web.fetch import Course

_LATE: Final = {
    None: "nothing had begun",
    Step.NAME: "the name was not resolved",
    Step.CONNECT: "there was no connection",
    Step.TLS: "the TLS handshake did not end",
    Step.ANSWER: "there was no answer",
}


class FetchError(Exception):
    """There is no answer, or it is no use."""

    def __init__(self, outcome: Outcome, message: str, course: "Course | None" = None) -> None:
        """Say what kind of failure it is and what failed, and how far it had come."""
        super().__init__(message)
        self.outcome = outcome
        self.message = message
        self.course = course


def late(within: float, course: "Course") -> str:
    """Say what was missing when the time was over."""
    step = course.watch.step
    if step is Step.BODY:
        return f"the body did not end within {within:g} s ({course.received} bytes came)"
    return f"no answer within {within:g} s: {_LATE[step]}"


def why(error: BaseException, step: Step | None) -> tuple[Outcome, str]:
    """Tell what went wrong while a request was at a step."""
    import httpx  # noqa: PLC0415  (loaded by who asks)

    chain = list(_causes(error))
    if refused := next((cause for cause in chain if isinstance(cause, ssl.SSLError)), None):
        return Outcome.TLS, _of_tls(refused)
    if step is Step.TLS:
        return Outcome.TLS, "TLS failed: the connection was closed in the handshake"
    match error:
        case httpx.InvalidURL() | httpx.UnsupportedProtocol():
            told = Outcome.MALFORMED, f"this is no URL of a web server: {clean(str(error))}"
        case httpx.TimeoutException():
            told = Outcome.TIMEOUT, "no connection in time"
        case httpx.ProxyError():
            told = Outcome.REFUSED, f"the proxy refuses: {clean(str(error))}"
        case httpx.NetworkError():
            numbers = [cause.errno for cause in chain if isinstance(cause, OSError) and cause.errno]
            told = Outcome.REFUSED, os.strerror(numbers[-1]) if numbers else "the connection was lost"
        case _:
            told = Outcome.MALFORMED, f"the answer is not HTTP: {clean(str(error))}"
    return told


def _of_tls(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate does not verify: {clean(error.verify_message)}"
    return f"TLS failed: {clean(error.reason or str(error)).lower().replace('_', ' ')}"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Give an error and what it comes from, the innermost last."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
