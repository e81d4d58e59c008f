"""Makes plans to send messages: what goes where, as it goes, without what is secret."""

import shlex
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

import msgspec

from cockpit.actions.messages.operations import SendHttp, SendMail, TokenPlace
from cockpit.actions.messages.outgoing import Outgoing
from cockpit.actions.messages.requests import request_for
from cockpit.actions.messages.ways import ESCALATE, NOTE
from cockpit.actions.plan import Guard, Plan, Risk, Target, Verb
from cockpit.actions.resource import Ref
from cockpit.message_config import MessageTarget, PagerDuty, PagerDutyEvents
from cockpit.redact import redact
from cockpit.sources.web.urls import shown
from cockpit.text import clean

MESSAGES: Final = "messages/"
"""Before the name of a target: the context of its plans."""
_MASK: Final = "[redacted:token]"
_DIGITS: Final = 12


def plan_message(name: str, target: MessageTarget, message: Outgoing) -> Plan:
    """Plan to send a message. Nothing is read, and no secret is looked up.

    Args:
        name: what the configuration calls the target.
        target: where to.
        message: what; secrets in it are masked, as it may have been pasted together in a hurry.
    """
    message = msgspec.structs.replace(message, text=redact(message.text), title=redact(message.title))
    refused = _refused(target, message)
    what = f"send {message.way or 'message'}: {message.name} to {name} ({target.called})"
    if refused:
        return Plan(Verb.SEND, clean(what), "", Risk.WRITE, f"{MESSAGES}{name}", name, (), refused=refused)
    operation = request_for(target, message)
    command, changes = _mail(operation) if isinstance(operation, SendMail) else _request(operation)
    text = operation.message if isinstance(operation, SendMail) else operation.body
    guard = Guard(sha256(text.encode()).hexdigest()[:_DIGITS], by="sha256")
    return Plan(
        Verb.SEND,
        clean(what),
        command,
        Risk.WRITE,
        f"{MESSAGES}{name}",
        name,
        (Target(Ref("Message", name), guard, operation),),
        changes=tuple(changes),
        warnings=_warnings(target, message, operation),
    )


def _refused(target: MessageTarget, message: Outgoing) -> str:
    if message.missing:
        return f"still to be filled: {', '.join(message.missing)}"
    if not message.text.strip():
        return "the message is empty"
    if isinstance(target, PagerDutyEvents) and not message.incident:
        return "the incident has no id yet, by which PagerDuty would know it: i writes a first note"
    if isinstance(target, PagerDuty):
        if not message.reference:
            return "PagerDuty's own id of the incident is needed, such as Q1AB2CD3EF4GHI"
        if message.way == ESCALATE and not message.argument.isdecimal():
            return "the level to escalate to is a number, such as 2"
    return ""


def _warnings(target: MessageTarget, message: Outgoing, operation: SendHttp | SendMail) -> tuple[str, ...]:
    told = []
    if target.audience == "customer" and message.audience != "customer":
        told.append("customers read this, and the message was written for the team")
    if isinstance(operation, SendMail):
        readable = operation.security == "none"
    else:
        parts = urlsplit(operation.url)
        readable = parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost", "::1")
    if readable:
        told.append("it is sent readable by everybody on the way: the target has no TLS")
    if isinstance(target, PagerDuty) and message.way in ("", NOTE):
        told.append("a note pages nobody")
    return tuple(told)


def _request(operation: SendHttp) -> tuple[str, list[str]]:
    """Write a request as curl sends it, its secret through a file descriptor, which no list of processes shows."""
    token = operation.token
    words = ["curl", "-X", operation.method]
    for name, value in operation.headers.items():
        words += ["-H", f"{name}: {value}"]
    command = shlex.join([*words, "--data-binary", "@message.json"])
    origin = token.origin
    url = shlex.quote(operation.url)
    where = shown(operation.url)
    told = [f"{name}: {value}" for name, value in operation.headers.items()]
    body = operation.body
    match token.place:
        case TokenPlace.URL:
            command += f' --config <(printf \'url = "%s"\' "{origin}")'
            where, url = f"{_MASK} (the URL is in {origin})", ""
        case TokenPlace.HEADER:
            command += f" -H @<(printf '{token.name}: {token.prefix}%s' \"{origin}\")"
            told.append(f"{token.name}: {token.prefix}{_MASK} (from {origin})")
        case TokenPlace.BODY:
            body = body.replace("{", f'{{\n  "{token.name}": "{_MASK}",', 1)
            told.append(f"the {token.name} in the body is from {origin}")
        case TokenPlace.NOWHERE:
            pass
    lines = [f"{operation.method} {where}", *told, "", *body.split("\n")]
    return clean(redact(f"{command} {url}".strip())), lines


def _mail(operation: SendMail) -> tuple[str, list[str]]:
    scheme = "smtps" if operation.security == "tls" else "smtp"
    words = ["curl", f"{scheme}://{operation.host}:{operation.port}", "--mail-from", operation.sender]
    words += [word for address in operation.to for word in ("--mail-rcpt", address)]
    if operation.security == "starttls":
        words.append("--ssl-reqd")
    command = shlex.join([*words, "--upload-file", "message.eml"])
    login = [f"{operation.security}, no login"]
    if operation.user is not None:
        origin = operation.token.origin
        command += f' --config <(printf \'user = "%s:%s"\' {shlex.quote(operation.user)} "{origin}")'
        login = [f"{operation.security}, as {operation.user} with {_MASK} (from {origin})"]
    lines = [f"{scheme}://{operation.host}:{operation.port}", *login, "", *operation.message.splitlines()]
    return clean(redact(command)), lines
