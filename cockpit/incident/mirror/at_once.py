"""What commands do with the shared log: one exchange, or becoming the home of an incident."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec

from cockpit.clock import Clock
from cockpit.incident.chain import hash_of
from cockpit.incident.entry import Entry, EntryKind, EntrySource
from cockpit.incident.errors import IncidentFileError
from cockpit.incident.mirror.adopting import candidate_key
from cockpit.incident.mirror.exchange import Exchange
from cockpit.incident.mirror.local import Copied, LocalFile, Origin
from cockpit.incident.mirror.mirror import shared_target
from cockpit.incident.mirror.shared_log import HERE_SECONDS, SharedLog, shared_log_over
from cockpit.incident.mirror.standing import READ_ONLY, Standing
from cockpit.incident.rows import masked, milliseconds, storable
from cockpit.reading import SourceError
from cockpit.sources.postgres.connecting import connect
from cockpit.sources.postgres.errors import source_error


class Adopter(NamedTuple):
    """Who wants this host to be the home, and why."""

    host: str
    actor: str
    reason: str


def share(path: Path, shared: str, host: str, clock: Clock) -> Standing:
    """Exchange with the shared log once, both ways.

    Raises:
        IncidentFileError: The file cannot be used, the shared log cannot be reached, or they do not fit together.
    """
    with closing(Exchange(path, host, clock)) as exchange, _opened(shared) as log:
        return exchange.round(log)


def adopt(path: Path, shared: str, adopter: Adopter, clock: Clock) -> Standing:
    """Make this host the home of the incident of the replica `path`, and give what waits its places.

    The shared log decides: of several hosts that want it, the one whose entry comes first in the chain is the home.

    Raises:
        InputError: It is no replica.
        IncidentFileError: The home is still there, another host was faster, or it cannot be done now.
    """
    with closing(LocalFile(path)) as local, closing(Exchange(path, adopter.host, clock)) as exchange:
        key = candidate_key(local.store)
        with _opened(shared) as log:
            exchange.round(log)
            origin = local.origin()
            if origin is not None:  # else an earlier try had been cut short
                _check_gone(log, origin)
                if not log.may_write():
                    raise IncidentFileError(READ_ONLY)
                entry = _adoption(local, origin, adopter, clock)
                won = log.publish(origin.incident, [Copied(entry, key)], (), in_turn=True)
                exchange.round(log)
                if not won:
                    raise _too_late(local, log, origin)
            return exchange.round(log)


@contextmanager
def _opened(shared: str) -> Iterator[SharedLog]:
    """Open the shared log for something short.

    Raises:
        IncidentFileError: It cannot be used.
    """
    target = shared_target(shared)
    try:
        with connect(target, read_only=False)[0] as connection:
            yield shared_log_over(connection)
    except IncidentFileError:
        raise
    except SourceError as error:
        raise IncidentFileError(error.message, error.remedy) from error
    except Exception as error:
        told = source_error(error, target)
        raise IncidentFileError(told.message, told.remedy) from error


def _check_gone(log: SharedLog, origin: Origin) -> None:
    """Refuse to take an incident from a home that is at work.

    Raises:
        IncidentFileError: It was seen a moment ago.
    """
    seconds = log.last_seen(origin.incident, origin.host)
    if seconds is not None and seconds < HERE_SECONDS:
        message = f"{origin.host} is the home, and a cockpit was open there {seconds:.0f} s ago"
        raise IncidentFileError(message, f"the same command in {HERE_SECONDS - seconds:.0f} s, if it is really gone")


def _adoption(local: LocalFile, origin: Origin, adopter: Adopter, clock: Clock) -> Entry:
    """Write the next entry of the chain: from it on, this host gives entries their places."""
    now = milliseconds(clock())
    host, reason = storable(adopter.host), masked(adopter.reason) or ""
    sequence, previous_hash = local.store.end()
    unhashed = Entry(
        sequence=sequence + 1,
        recorded_at=now,
        occurred_at=now,
        kind=EntryKind.ADOPTED,
        actor=storable(adopter.actor),
        source=EntrySource.COMMAND,
        text=f"{host} is the home of this incident now, instead of {origin.host}: {reason}",
        data={"home": host, "from": origin.host, "reason": reason},
        previous_hash=previous_hash,
        hash="",
    )
    return msgspec.structs.replace(unhashed, hash=hash_of(unhashed))


def _too_late(local: LocalFile, log: SharedLog, before: Origin) -> IncidentFileError:
    """Say who else has written meanwhile."""
    now = local.origin()
    if now is not None and now.host != before.host:
        last = log.adoptions(before.incident)[-1]
        return IncidentFileError(f"{last.actor} was faster: {now.host} is the home since entry {last.sequence}")
    return IncidentFileError("somebody wrote into the shared log at this moment: the home may be back")
