"""What an answer means. A 200 may say that nothing was done, and none may mean that it was."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final

import msgspec

from cockpit.actions.messages.operations import SendHttp
from cockpit.actions.receipt import Outcome
from cockpit.redact import redact
from cockpit.sources.web.body_check import json_path
from cockpit.sources.web.fetch import Answer
from cockpit.sources.web.status import told
from cockpit.text import clean

_SAID: Final = 200
_SLACK: Final[Mapping[str, str]] = {
    "not_in_channel": "invite the app there: /invite @the-app",
    "channel_not_found": "the channel of the configuration is not there, or the app may not see it",
    "is_archived": "the channel is archived",
    "channel_is_archived": "the channel is archived",
    "invalid_auth": "the token is not valid",
    "not_authed": "there is no token",
    "account_inactive": "the token's app or workspace is gone",
    "token_revoked": "the token was revoked",
    "token_expired": "the token has expired",
    "missing_scope": "the token needs the scope chat:write",
    "msg_too_long": "the message is too long for Slack: shorten it",
    "no_text": "the message is empty",
    "no_service": "the webhook was removed: make a new one",
    "no_team": "the workspace of the webhook is gone",
    "action_prohibited": "an administrator does not allow this webhook",
    "posting_to_general_channel_denied": "an administrator does not allow to write there",
    "invalid_payload": "Slack cannot read the message",
}
"""What to mend, by what Slack answers."""
_SLACK_TOO_OFTEN: Final = ("ratelimited", "rate_limited")
_SLACK_MAYBE: Final = ("fatal_error", "internal_error", "request_timeout", "service_unavailable")
"""Some of it may have been done (docs of chat.postMessage)."""
_MENDS: Final[Mapping[int, str]] = {
    HTTPStatus.UNAUTHORIZED: "the token is not accepted",
    HTTPStatus.FORBIDDEN: "the token may not do this",
    HTTPStatus.NOT_FOUND: "there is nothing at this URL for this token: look at url, channel, repo or id",
    HTTPStatus.METHOD_NOT_ALLOWED: "look at url and method",
    HTTPStatus.GONE: "what the URL stood for is gone",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "the message is too long: shorten it",
    HTTPStatus.BAD_REQUEST: "the target cannot use this request",
    HTTPStatus.UNPROCESSABLE_ENTITY: "the target cannot use this request",
}
_BAD_WORDS: Final = ("error", "errors", "failure")


class Judgement(msgspec.Struct, frozen=True):
    """What became of a request."""

    outcome: Outcome
    said: str = ""
    reference: str = ""
    again_in: float | None = None
    """Seconds after which the target wants to be asked again: it has done nothing."""


def judge(operation: SendHttp, answer: Answer, now: datetime) -> Judgement:
    """Tell what an answer means for what was sent."""
    status = answer.status
    words = told(status, answer.headers)
    content = _content(answer.body)
    reason = _reason(content, answer)
    if status == HTTPStatus.TOO_MANY_REQUESTS or (operation.kind == "slack" and reason in _SLACK_TOO_OFTEN):
        return _too_often(answer.headers, now)
    if status >= HTTPStatus.MULTIPLE_CHOICES:
        return _refusal(status, f"{words}{_because(reason)}", reason)
    if _is_good(operation, content, answer.body):
        return Judgement(Outcome.DONE, "", _reference(operation, content))
    if operation.kind == "slack" and reason in _SLACK_MAYBE:
        return Judgement(Outcome.UNKNOWN, f"Slack says {reason}")
    said = f"{words}, but nothing was sent{_because(reason)}"
    return Judgement(Outcome.REFUSED, _with(said, _SLACK.get(reason, "")))


def _refusal(status: int, said: str, reason: str) -> Judgement:
    """Tell what a status other than good means, and what to mend."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Judgement(Outcome.UNKNOWN, said)
    if status >= HTTPStatus.BAD_REQUEST:
        return Judgement(Outcome.REFUSED, _with(said, _SLACK.get(reason) or _MENDS.get(status, "")))
    return Judgement(Outcome.REFUSED, _with(said, "the URL in the configuration leads elsewhere"))


def _with(said: str, mend: str) -> str:
    return f"{said}; {mend}" if mend else said


def _is_good(operation: SendHttp, content: Any, body: bytes) -> bool:
    """Tell whether an answer with a good status says that it was done."""
    if operation.kind == "slack":
        return isinstance(content, dict) and content.get("ok") is True
    if operation.kind == "slack-webhook":
        return body.strip() == b"ok"
    if not isinstance(content, dict):
        return True
    denied = content.get("ok") is False or content.get("success") is False
    return not denied and not any(content.get(word) for word in _BAD_WORDS)


def _too_often(headers: Mapping[str, str], now: datetime) -> Judgement:
    seconds = _seconds(headers.get("retry-after", ""), now)
    if seconds is None:
        return Judgement(Outcome.FAILED, "too many requests; it does not say when to try again", again_in=None)
    return Judgement(Outcome.FAILED, f"too many requests; try again in {seconds:.0f} s", again_in=seconds)


def _seconds(text: str, now: datetime) -> float | None:
    """Read Retry-After: seconds or a date (RFC 9110, 10.2.3)."""
    if text.strip().isdecimal():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def _reference(operation: SendHttp, content: Any) -> str:
    """Find what was made."""
    if operation.reference is None:
        return ""
    for step in json_path(operation.reference):
        try:
            content = content[step]
        except (KeyError, IndexError, TypeError):
            return ""
    return clean(str(content))[:_SAID] if isinstance(content, str | int) else ""


def _content(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _reason(content: Any, answer: Answer) -> str:
    """Give what the target says went wrong; a page is left out."""
    if isinstance(content, dict):
        said = [content.get(name) for name in ("error", "message", "errors", "status", "failure")]
        text = "; ".join(dict.fromkeys(_written(each) for each in said if each))
    elif content is None and "html" not in answer.headers.get("content-type", ""):
        text = answer.body.decode("utf-8", "replace")
    else:
        text = content if isinstance(content, str) else ""
    return redact(clean(text)).strip()[:_SAID]


def _written(value: Any) -> str:
    if isinstance(value, dict):
        return _written(value.get("message") or value.get("errors") or list(value.values()))
    return ", ".join(map(_written, value)) if isinstance(value, list) else str(value)


def _because(reason: str) -> str:
    return f": {reason}" if reason else ""
