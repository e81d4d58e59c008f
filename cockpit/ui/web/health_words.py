"""How the state of a health endpoint is called and judged."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from cockpit.diagnosis.finding import FindingSeverity
from cockpit.diagnosis.web.health import severity_of, severity_of_check, slowness_of
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
_TONES: Final[Mapping[FindingSeverity | None, Tone]] = MappingProxyType(
    {None: "well", FindingSeverity.WRONG: "wrong", FindingSeverity.DOUBTFUL: "doubtful"}
)


def check_tone(outcome: Outcome) -> Tone:
    """Judge how one check went."""
    return _TONES[severity_of_check(outcome)]


def outcome_tone(look: HealthLook, view: WebView) -> Tone:
    """Judge how the newest checks went, as the finding does: one that is lost is watched, and proves nothing."""
    if look.newest.outcome is Outcome.GOOD:
        return "well"
    severity = severity_of(look, view.now)
    return "changing" if severity is None else _TONES[severity]


def latency_tone(look: HealthLook, view: WebView) -> Tone:
    """Judge the response times, as the finding does."""
    return "doubtful" if look.newest.outcome is Outcome.GOOD and slowness_of(look, view.now) is not None else ""


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
    return worst(outcome_tone(look, view), certificate_tone(look, view), latency_tone(look, view), "well")
