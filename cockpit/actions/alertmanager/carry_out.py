"""Makes or ends one silence, and finds out what became of it when there was no answer."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any

import msgspec

from cockpit.actions.alertmanager.amtool import query_command
from cockpit.actions.alertmanager.silences import find_silence, guard_of, is_made_by, path_of
from cockpit.actions.pace import Carried, Pace
from cockpit.actions.plan import AddSilence, Target
from cockpit.actions.receipt import Outcome, TargetReceipt
from cockpit.clock import rfc3339
from cockpit.reading import SourceError
from cockpit.sources.web.alertmanager import WireSilence
from cockpit.sources.web.api import Api, ApiError, decoded

_SILENCES = "/api/v2/silences"


class _Made(msgspec.Struct):
    silence_id: str = msgspec.field(name="silenceID")


async def add(api: Api, target: Target, operation: AddSilence, now: datetime, pace: Pace) -> Carried:
    """Make a silence that begins now. Never raises a SourceError."""
    starts_at = now.replace(microsecond=now.microsecond // 1000 * 1000)
    ends_at = starts_at + operation.lasts
    try:
        made = decoded(await api.send("POST", _SILENCES, _body(operation, starts_at, ends_at)), _Made)
    except SourceError as error:
        if not _may_have_acted(error):
            return _not_done(target, error)
    else:
        return Carried(TargetReceipt(target.ref, Outcome.DONE, _told(made.silence_id, ends_at)))

    async def find() -> WireSilence | None:
        listed = await api.get(_SILENCES, list[WireSilence])
        return next((each for each in listed if is_made_by(each, operation, ends_at)), None)

    looked, found = await _look(find, lambda silence: silence is not None, pace)
    if found is not None:
        said = f"{_told(found.id, ends_at)}; confirmed by reading it again"
        return Carried(TargetReceipt(target.ref, Outcome.DONE, said))
    seen = f"after {pace.find_out:g} s it is not listed" if looked else "it could not be looked for"
    return _unknown(target, f"{seen}; check with: {query_command(api.url, operation.matchers)}")


async def expire(api: Api, target: Target, pace: Pace) -> Carried:
    """End a silence, if it still is what it was.

    Alertmanager has no conditions for that: what somebody changes between the look and the request is not seen. Never
    raises a SourceError.
    """
    silence_id = target.guard.uid
    if settled := await _settled(api, target):
        return settled
    try:
        await api.send("DELETE", path_of(silence_id))
    except SourceError as error:
        if not _may_have_acted(error):
            return _not_done(target, error)
        reason = error.message
    else:
        return Carried(TargetReceipt(target.ref, Outcome.DONE))

    async def find() -> WireSilence | None:
        return await find_silence(api, silence_id)

    looked, found = await _look(find, lambda silence: silence is None or silence.is_over, pace)
    if looked and (found is None or found.is_over):
        return Carried(TargetReceipt(target.ref, Outcome.DONE, "confirmed by reading it again"))
    seen = f"after {pace.find_out:g} s it is active ({reason})" if looked else f"it could not be looked at ({reason})"
    return _unknown(target, f"{seen}; check with: {query_command(api.url, silence_id=silence_id)}")


async def _settled(api: Api, target: Target) -> Carried | None:
    """Tell why there is nothing to end, or why it must not be ended; None: it is what it was."""
    try:
        live = await find_silence(api, target.guard.uid)
    except SourceError as error:
        if _status(error) == HTTPStatus.NOT_FOUND:
            return Carried(TargetReceipt(target.ref, Outcome.DONE, "it was gone already"))
        return Carried(TargetReceipt(target.ref, Outcome.FAILED, f"not tried: {error.message}"), go_on=False)
    if live.is_over:
        return Carried(TargetReceipt(target.ref, Outcome.DONE, "it was over already"))
    now = guard_of(live).spec
    changed = [name for name, value in target.guard.spec.items() if now[name] != value]
    said = f"it has changed since the plan was made: {', '.join(changed)}"
    return Carried(TargetReceipt(target.ref, Outcome.REFUSED, said)) if changed else None


def _body(operation: AddSilence, starts_at: datetime, ends_at: datetime) -> bytes:
    matchers = [
        {"name": each.name, "value": each.value, "isRegex": each.regex, "isEqual": each.equal}
        for each in operation.matchers
    ]
    silence: dict[str, Any] = {
        "matchers": matchers,
        "startsAt": rfc3339(starts_at),
        "endsAt": rfc3339(ends_at),
        "createdBy": operation.author,
        "comment": operation.comment,
    }
    return msgspec.json.encode(silence)


def _told(silence_id: str, ends_at: datetime) -> str:
    return f"silence {silence_id} until {ends_at:%Y-%m-%d %H:%M:%S} UTC"


def _status(error: SourceError) -> int:
    return error.status if isinstance(error, ApiError) else 0


def _may_have_acted(error: SourceError) -> bool:
    return isinstance(error, ApiError) and error.may_have_acted


def _not_done(target: Target, error: SourceError) -> Carried:
    """Tell what the server refused, or what never reached it."""
    outcome = Outcome.REFUSED if _status(error) else Outcome.FAILED
    remedy = f"; try: {error.remedy}" if error.remedy else ""
    return Carried(TargetReceipt(target.ref, outcome, f"{error.message}{remedy}"), go_on=False)


def _unknown(target: Target, said: str) -> Carried:
    return Carried(TargetReceipt(target.ref, Outcome.UNKNOWN, f"it may have been done, but {said}"), go_on=False)


async def _look(
    find: Callable[[], Awaitable[WireSilence | None]], over: Callable[[WireSilence | None], bool], pace: Pace
) -> tuple[bool, WireSilence | None]:
    """Look again and again until it is over; tell whether it was looked at last, and what was found."""
    loop = asyncio.get_running_loop()
    end = loop.time() + pace.find_out
    while True:
        looked, found = True, None
        try:
            found = await find()
        except SourceError as error:
            looked = _status(error) == HTTPStatus.NOT_FOUND
        if (looked and over(found)) or loop.time() >= end:
            return looked, found
        await asyncio.sleep(pace.look_again)
