"""A replica of an incident of another host."""

import shlex
from datetime import timedelta
from pathlib import Path

import msgspec

from cockpit.clock import Clock
from cockpit.incident.mirror.adopting import is_chosen, settle_in
from cockpit.incident.mirror.local import LocalFile, Origin, piece_names
from cockpit.incident.mirror.shared_log import SharedLog
from cockpit.incident.mirror.standing import READ_ONLY, Standing

SILENCE = timedelta(minutes=2)
"""When drafts have waited for so long, and nobody had the incident open at home, it may be gone."""
_AT_ONCE = 100


class Replica:
    """It holds what has come of the chain, and sends what is written here."""

    def __init__(self, local: LocalFile, origin: Origin, clock: Clock) -> None:
        """Follow the incident `origin` in the file `local`."""
        self.incident: str | None = origin.incident
        self._origin = origin
        self._local = local
        self._clock = clock
        self._sent = 0

    def round(self, shared: SharedLog) -> Standing:
        """Send what is in the outbox, and take over what has come of the chain.

        When the chain says that this file has become the home, it is that afterwards.

        Raises:
            MirrorError: What has come does not follow.
            IncidentFileError: The file cannot be used.
            psycopg.Error: The server or the way to it failed.
        """
        self._follow(shared)
        waiting = self._local.waiting()
        standing = Standing(home=self._origin.host, shared=self._local.end(), waiting=len(waiting))
        if waiting and not shared.may_write():
            return msgspec.structs.replace(standing, trouble=READ_ONLY)
        unsent = [each for each in waiting if each.number > self._sent]
        for start in range(0, len(unsent), _AT_ONCE):
            shared.post(self._origin.incident, unsent[start : start + _AT_ONCE])
            self._sent = unsent[start : start + _AT_ONCE][-1].number
        if is_chosen(self._local.store):
            settle_in(self._local.store, self._sent)
        elif waiting and self._is_silent(shared):
            minutes = int(SILENCE.total_seconds() / 60)
            trouble = f"no cockpit was open on {self._origin.host} for {minutes} min: {len(waiting)} wait for a place"
            remedy = how_to_adopt(self._local.path, self._origin.host)
            return msgspec.structs.replace(standing, trouble=trouble, remedy=remedy)
        return standing

    def _follow(self, shared: SharedLog) -> None:
        while shared.end(self._origin.incident)[0] > (last := self._local.end()):
            copied = shared.after(self._origin.incident, last)
            self._local.take(copied, shared.pieces(self._origin.incident, piece_names(copied)))

    def _is_silent(self, shared: SharedLog) -> bool:
        """Tell whether the home could have taken what waits, and nobody was there to do it."""
        since = self._local.waiting_since()
        if since is None or self._clock() - since < SILENCE:
            return False
        seconds = shared.last_seen(self._origin.incident, self._origin.host)
        return seconds is None or seconds > SILENCE.total_seconds()


def how_to_adopt(path: Path, home: str) -> str:
    """Give what to type when the `home` of the incident is gone."""
    return f"cockpit log adopt {shlex.quote(str(path))} --reason {shlex.quote(f'{home} is gone')}"
