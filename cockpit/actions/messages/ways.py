"""What targets can do with a message, where that is more than one thing."""

from typing import Final

from cockpit.message_config import MessageTarget, PagerDuty, PagerDutyEvents

TRIGGER: Final = "trigger"
ACKNOWLEDGE: Final = "acknowledge"
RESOLVE: Final = "resolve"
NOTE: Final = "note"
ESCALATE: Final = "escalate"

_EVENTS: Final = {
    TRIGGER: "pages who is on call; once more for the same incident adds to it",
    ACKNOWLEDGE: "says that somebody is at it",
    RESOLVE: "says that it is over",
}
_REST: Final = {NOTE: "writes the message on the incident", ESCALATE: "pages the next level"}


def ways(target: MessageTarget, purpose: str) -> dict[str, str]:
    """Tell what a target can do and what that means, what fits the purpose of the message first; nothing: just send."""
    if isinstance(target, PagerDutyEvents):
        first = {"resolved": RESOLVE, "update": ACKNOWLEDGE}.get(purpose, TRIGGER)
        return {first: _EVENTS[first], **_EVENTS}
    if isinstance(target, PagerDuty):
        first = ESCALATE if purpose == "escalation" else NOTE
        return {first: _REST[first], **_REST}
    return {}
