"""Sends what plans say, once, and finds out as truly as the target lets one know what became of it."""

import asyncio
from collections.abc import Mapping
from typing import Final

import msgspec

from cockpit.actions.messages.answers import Judgement, judge
from cockpit.actions.messages.mail import post_mail
from cockpit.actions.messages.operations import SendHttp, SendMail, TokenPlace
from cockpit.actions.messages.planner import MESSAGES
from cockpit.actions.messages.token import token_of
from cockpit.actions.pace import Carried, Pace
from cockpit.actions.plan import Target
from cockpit.actions.receipt import Outcome, TargetReceipt
from cockpit.clock import Clock, utc_now
from cockpit.reading import SourceError
from cockpit.sources.web.client import Web
from cockpit.sources.web.fetch import Answer, Request, fetch
from cockpit.sources.web.fetch_error import FetchError
from cockpit.threads import call_in_thread

LONGEST_WAIT: Final = 10.0
"""Seconds for which one waits when a target asks to come again later; else the message stays a draft."""
_MOST: Final = 1024 * 1024
_MASK: Final = "[redacted:token]"


class MessageExecutor:
    """Sends messages to one target."""

    def __init__(self, name: str, web: Web, environ: Mapping[str, str], clock: Clock = utc_now) -> None:
        """Send to what the configuration calls `name`; `environ` has the secrets."""
        self.reference = ""
        """By which the target knows what it was sent last; empty: it did not say."""
        self._name = name
        self._web = web
        self._environ = environ
        self._clock = clock

    async def context(self) -> str:
        """Tell for which target: `messages/ops`."""
        return f"{MESSAGES}{self._name}"

    async def carry_out(self, target: Target, pace: Pace) -> Carried:
        """Send a message as the plan says. What failed for certain may be sent again later; what is unknown not."""
        self.reference = ""
        operation = target.operation
        if not isinstance(operation, SendHttp | SendMail):
            raise TypeError(f"nothing that can be sent: {operation}")
        token = ""
        try:
            token = await token_of(operation.token, self._environ)
            if isinstance(operation, SendMail):
                found = await call_in_thread(post_mail, operation, token)
            else:
                found = await self._send(operation, token, pace)
        except SourceError as error:
            remedy = f"; try: {error.remedy}" if error.remedy else ""
            found = Judgement(Outcome.FAILED, f"{error.message}{remedy}")
        self.reference = found.reference
        said = found.said.replace(token, _MASK) if token else found.said
        return Carried(TargetReceipt(target.ref, found.outcome, said), go_on=False)

    async def _send(self, operation: SendHttp, token: str, pace: Pace) -> Judgement:
        """Send; once more when the target asks for it, or when it may be done twice and nobody knows."""
        found = await self._once(operation, token)
        if found.again_in is not None and found.again_in <= LONGEST_WAIT:
            await asyncio.sleep(found.again_in)
            found = await self._once(operation, token)
        elif found.outcome is Outcome.UNKNOWN and operation.idempotent:
            await asyncio.sleep(pace.look_again)
            found = await self._once(operation, token)
        if found.outcome is not Outcome.UNKNOWN:
            return found
        said = f"it may have been sent: look there before you send it again ({found.said})"
        return msgspec.structs.replace(found, said=said)

    async def _once(self, operation: SendHttp, token: str) -> Judgement:
        try:
            answer = await self._ask(operation, token)
        except FetchError as error:
            sent = error.course is not None and error.course.watch.sent
            return Judgement(Outcome.UNKNOWN if sent else Outcome.FAILED, error.message)
        return judge(operation, answer, self._clock())

    async def _ask(self, operation: SendHttp, token: str) -> Answer:
        """Send a request with its secret in its place."""
        use, url, headers, body = operation.token, operation.url, dict(operation.headers), operation.body.encode()
        match use.place:
            case TokenPlace.URL:
                url = token
            case TokenPlace.HEADER:
                headers[use.name] = f"{use.prefix}{token}"
            case TokenPlace.BODY:
                body = msgspec.json.encode({use.name: token, **msgspec.json.decode(body)})
            case TokenPlace.NOWHERE:
                pass
        request = Request(
            url=url,
            method=operation.method,
            headers=headers,
            content=body,
            ca_file=operation.ca_file,
            within=operation.within,
            most=_MOST,
            follow=False,
        )
        answer, _ = await fetch(self._web, request)
        return answer
