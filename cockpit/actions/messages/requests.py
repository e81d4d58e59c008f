"""What a message becomes for each kind of target.

Sources: Slack, `chat.postMessage` and incoming webhooks (`&`, `<` and `>` are escaped, bold is `*bold*`); PagerDuty,
Events API v2 (`/v2/enqueue`) and REST API (`POST /incidents/{id}/notes`, `PUT /incidents/{id}` with
`escalation_level`); GitHub, REST API (`POST /repos/{owner}/{repo}/issues`, `…/issues/{number}/comments`).
"""

import re
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any, Final
from urllib.parse import quote

import msgspec

from cockpit.actions.messages import ways
from cockpit.actions.messages.operations import SendHttp, SendMail, TokenPlace, TokenUse
from cockpit.actions.messages.outgoing import Outgoing
from cockpit.message_config import (
    GithubIssue,
    HttpTarget,
    MessageTarget,
    PagerDuty,
    PagerDutyEvents,
    Slack,
    SlackWebhook,
    Smtp,
    kind_of,
)

_BOLD: Final = re.compile(r"\*\*(?=\S)([^*\n]{1,300}?)\*\*")
_HEADING: Final = re.compile(r"^#{1,6}\s+(.+?)\s*$", re.MULTILINE)
_FIELD: Final = re.compile(r"\{(\w+)\}")
_LONGEST_SUMMARY: Final = 1024
"""Characters that PagerDuty takes for a summary."""
_LONGEST_TITLE: Final = 250
_SEVERITIES: Final = ("critical", "error", "warning", "info")
"""Those of PagerDuty, by how far down a team's scheme stands its own."""
_PAGERDUTY_JSON: Final = "application/vnd.pagerduty+json;version=2"


def request_for(target: MessageTarget, message: Outgoing) -> SendHttp | SendMail:  # noqa: PLR0911  (one for each kind)
    """Write what would go to a target."""
    match target:
        case SlackWebhook():
            body: Any = {"text": slack_text(message)}
            return _http(target, "POST", "", body, TokenPlace.URL)
        case Slack():
            body = {"channel": target.channel, "text": slack_text(message)}
            if target.thread and message.reference:
                body["thread_ts"] = message.reference
            return _http(target, "POST", f"{_root(target.url)}/chat.postMessage", body, reference="ts")
        case PagerDutyEvents():
            return _http(target, "POST", target.url, _event(target, message), TokenPlace.BODY, idempotent=True)
        case PagerDuty():
            return _pagerduty(target, message)
        case HttpTarget():
            return _generic(target, message)
        case Smtp():
            return _mail(target, message)
        case GithubIssue():
            return _issue(target, message)


def slack_text(message: Outgoing) -> str:
    """Write a message in Slack's own markup."""
    text = message.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _HEADING.sub(r"*\1*", _BOLD.sub(r"*\1*", text))
    title = message.title.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"*{title}*\n{text}" if title else text


def _event(target: PagerDutyEvents, message: Outgoing) -> dict[str, Any]:
    event: dict[str, Any] = {"event_action": message.way or ways.TRIGGER, "dedup_key": message.incident}
    if event["event_action"] == ways.TRIGGER:
        event["payload"] = {
            "summary": message.headline[:_LONGEST_SUMMARY],
            "severity": _SEVERITIES[min(message.rank, len(_SEVERITIES) - 1)],
            "source": target.source,
            "custom_details": {"severity": message.severity, "status": message.status, "text": message.text},
        }
    return event


def _pagerduty(target: PagerDuty, message: Outgoing) -> SendHttp:
    url = f"{_root(target.url)}/incidents/{quote(message.reference, safe='')}"
    headers = {"Accept": _PAGERDUTY_JSON, "From": target.user}
    if message.way == ways.ESCALATE:
        incident = {"type": "incident_reference", "escalation_level": int(message.argument)}
        # Set to a level, and not one level further: twice is like once.
        return _http(
            target, "PUT", url, {"incident": incident}, headers=headers, prefix="Token token=", idempotent=True
        )
    note = {"note": {"content": _with_title(message)}}
    return _http(target, "POST", f"{url}/notes", note, headers=headers, prefix="Token token=")


def _generic(target: HttpTarget, message: Outgoing) -> SendHttp:
    fields = {
        "text": message.text,
        "title": message.headline[:_LONGEST_TITLE],
        "status": message.status,
        "severity": message.severity,
        "incident": message.incident,
        "audience": message.audience,
        "reference": message.reference,
    }
    url, method = target.url, target.method
    if message.reference and target.update_url is not None:
        url, method = target.update_url, target.update_method
    return _http(
        target,
        method,
        _FIELD.sub(lambda found: quote(fields.get(found[1], found[0]), safe=""), url),
        _filled(target.body or {"text": "{text}"}, fields),
        TokenPlace.HEADER if target.token_env or target.token_command else TokenPlace.NOWHERE,
        headers=target.headers,
        name=target.token_header,
        prefix=target.token_prefix,
        idempotent=target.idempotent,
        reference=target.reference,
    )


def _issue(target: GithubIssue, message: Outgoing) -> SendHttp:
    url = f"{_root(target.url)}/repos/{target.repo}/issues"
    headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
    if message.reference:
        url = f"{url}/{quote(message.reference, safe='')}/comments"
        return _http(target, "POST", url, {"body": _with_title(message)}, headers=headers)
    body: dict[str, Any] = {"title": message.headline[:_LONGEST_TITLE], "body": message.text}
    if target.labels:
        body["labels"] = list(target.labels)
    return _http(target, "POST", url, body, headers=headers, reference="number")


def _mail(target: Smtp, message: Outgoing) -> SendMail:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = target.sender
    mail["To"] = ", ".join(target.to)
    mail["Subject"] = " ".join((message.title or message.headline).split())[:_LONGEST_TITLE]
    if message.incident:
        mail["X-Incident"] = message.incident
    mail.set_content(message.text, cte="quoted-printable" if not message.text.isascii() else None)
    used = _token(target, TokenPlace.HEADER) if target.user is not None else TokenUse()
    return SendMail(
        target.host,
        target.port,
        target.security,
        target.sender,
        target.to,
        mail.as_string(),
        target.user,
        used,
        target.timeout_seconds,
        target.ca_file,
    )


def _http(  # noqa: PLR0913  (each is a part of the request)
    target: MessageTarget,
    method: str,
    url: str,
    body: Any,
    place: TokenPlace = TokenPlace.HEADER,
    *,
    headers: dict[str, str] | None = None,
    name: str = "Authorization",
    prefix: str = "Bearer ",
    idempotent: bool = False,
    reference: str | None = None,
) -> SendHttp:
    return SendHttp(
        kind_of(type(target)),
        method,
        url,
        msgspec.json.format(msgspec.json.encode(body), indent=2).decode(),
        {"Content-Type": "application/json; charset=utf-8", **(headers or {})},
        _token(target, place, "routing_key" if place is TokenPlace.BODY else name, prefix),
        idempotent,
        reference,
        target.timeout_seconds,
        target.ca_file,
    )


def _token(target: MessageTarget, place: TokenPlace, name: str = "", prefix: str = "") -> TokenUse:
    return TokenUse(place, name, prefix, target.token_env, target.token_command)


def _filled(value: Any, fields: dict[str, str]) -> Any:
    """Fill in the texts of a JSON value; what is filled in is not looked into again."""
    if isinstance(value, str):
        return _FIELD.sub(lambda found: fields.get(found[1], found[0]), value)
    if isinstance(value, dict):
        return {key: _filled(each, fields) for key, each in value.items()}
    return [_filled(each, fields) for each in value] if isinstance(value, list) else value


def _with_title(message: Outgoing) -> str:
    return f"{message.title}\n\n{message.text}" if message.title else message.text


def _root(url: str) -> str:
    return url.rstrip("/")
