"""How the state of a health endpoint is called and judged."""

from datetime import timedelta
from typing import Final

from cockpit.diagnosis.policy import Policy
from cockpit.sources.web.model import HealthLook, Outcome
from cockpit.ui.paged.page import worst
from cockpit.ui.tones import Tone
from cockpit.ui.web.web_view import WebView

WORDS: Final = {
    Outcome.GOOD: "good",
    Outcome.WRONG_STATUS: "wrong status",
    Outcome.UNAUTHORIZED: "unauthorized",
    Outcome.LIMITED: "rate limited",
    Outcome.SERVER_ERROR: "server error",
    Outcome.WRONG_BODY: "wrong body",
    Outcome.LOGIN: "login page",
    Outcome.REDIRECT_LOOP: "redirect loop",
    Outcome.NAME: "name unknown",
    Outcome.REFUSED: "refused",
    Outcome.TLS: "TLS fails",
    Outcome.TIMEOUT: "timed out",
    Outcome.MALFORMED: "not HTTP",
}
_UNSURE: Final = (Outcome.UNAUTHORIZED, Outcome.LIMITED, Outcome.LOGIN)
"""The service may well be up: we are not let in."""


def outcome_tone(outcome: Outcome) -> Tone:
    """Judge how a check went."""
    if outcome is Outcome.GOOD:
        return "well"
    return "doubtful" if outcome in _UNSURE else "wrong"


def latency_tone(seconds: float | None, policy: Policy) -> Tone:
    """Judge a response time."""
    return "doubtful" if seconds is not None and seconds > policy.latency_seconds else ""


def certificate_days(look: HealthLook, view: WebView) -> int | None:
    """Count the days until the certificate ends, less than none when it has; None: there is none."""
    if look.certificate is None:
        return None
    return (look.certificate.expires_at - view.now) // timedelta(days=1)


def certificate_tone(look: HealthLook, view: WebView) -> Tone:
    """Judge the certificate."""
    days = certificate_days(look, view)
    if days is None or look.certificate is None:
        return ""
    if days < 0 or not look.certificate.verified:
        return "wrong"
    return "doubtful" if days < view.policy.certificate_days else ""


def health_tone(look: HealthLook, view: WebView) -> Tone:
    """Judge an endpoint as a whole."""
    return worst(
        outcome_tone(look.newest.outcome), certificate_tone(look, view), latency_tone(look.p95, view.policy), "well"
    )
