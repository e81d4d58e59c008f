"""Whether other hosts can take part: the shared log, what may be done there, and what it lacks of each incident."""

import shlex
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from cockpit.clock import Clock
from cockpit.doctor.clock import judged
from cockpit.doctor.result import Probe, Result, broken, ok, warning
from cockpit.incident.catalogue import incidents
from cockpit.incident.errors import IncidentFileError
from cockpit.incident.mirror.mirror import shared_target
from cockpit.reading import SourceError
from cockpit.sources.postgres.errors import source_error
from cockpit.sources.postgres.target import Target

if TYPE_CHECKING:  # load psycopg
    from cockpit.incident.mirror.local import LocalFile
    from cockpit.incident.mirror.shared_log import SharedLog
    from cockpit.sources.postgres.connecting import Connection

SUBJECT = "shared log"


def shared_log_probe(shared: str, directory: Path, clock: Clock) -> Probe:
    """Go there as a cockpit would, and change nothing there; `directory` is where incident files are kept."""

    def probe() -> list[Result]:
        from cockpit.sources.postgres.connecting import connect  # noqa: PLC0415  (loads psycopg)

        target, found = shared_target(shared), list[Result]()
        try:
            with connect(target, read_only=True)[0] as connection:
                found.extend(_examine(connection, target, directory, clock))
        except Exception as error:  # noqa: BLE001  (psycopg's are told as those of a source)
            told = error if isinstance(error, SourceError | IncidentFileError) else source_error(error, target)
            found.append(broken(SUBJECT, told.message, told.remedy))
        return found

    return probe


def _examine(connection: "Connection", target: Target, directory: Path, clock: Clock) -> Iterator[Result]:
    from cockpit.incident.mirror.patience import Patience  # noqa: PLC0415
    from cockpit.incident.mirror.rights import rights  # noqa: PLC0415
    from cockpit.incident.mirror.schema import check_encoding, check_version  # noqa: PLC0415
    from cockpit.incident.mirror.shared_log import SharedLog  # noqa: PLC0415

    lacking = rights(connection)
    place = f"{target.place()}, as {lacking.role}"
    yield _clock(connection, clock)
    if not lacking.there:
        check_encoding(connection)
        none = f"{place}: there is none yet"
        if lacking.make:
            yield broken(SUBJECT, f"{none}, and {lacking.role} may not make it", "; ".join(lacking.make))
        else:
            yield ok(SUBJECT, f"{none}; the first cockpit makes it")
        return
    if lacking.read:
        yield broken(SUBJECT, f"{place}, who may not read it", "; ".join(lacking.read + lacking.write))
        return
    check_version(connection)
    if lacking.write:
        yield warning(SUBJECT, f"{place}, who may only read it, or not write all", "; ".join(lacking.write))
    else:
        yield ok(SUBJECT, place)
    yield from _incidents(SharedLog(connection, Patience(connection)), directory, clock)


def _clock(connection: "Connection", clock: Clock) -> Result:
    from cockpit.incident.mirror.rights import time_there  # noqa: PLC0415

    before = clock()
    told = time_there(connection)
    return judged(f"{SUBJECT} clock", max(told - clock(), before - told), "the server's")


def _incidents(log: "SharedLog", directory: Path, clock: Clock) -> Iterator[Result]:
    """Say of each open incident how far its file and the shared log are apart."""
    from cockpit.incident.mirror.local import LocalFile  # noqa: PLC0415

    for listed in incidents(directory, clock):
        if listed.open:
            try:
                with closing(LocalFile(listed.path)) as local:
                    yield _incident(log, local)
            except IncidentFileError as error:
                yield warning(f"{SUBJECT} {listed.path.stem}", error.message, error.remedy)


def _incident(log: "SharedLog", local: "LocalFile") -> Result:
    subject, remedy = f"{SUBJECT} {local.path.stem}", f"cockpit log share {shlex.quote(str(local.path))}"
    origin, here = local.origin(), local.end()
    there, last_hash = log.end(local.store.hash_at(1) or "")
    if there > here and origin is not None:
        return warning(subject, f"{there - here} entries have not come here yet", remedy)
    if there and local.store.hash_at(there) != last_hash:
        return warning(subject, "the shared log goes on otherwise: another host may be the home now", remedy)
    if here > there:
        return warning(subject, f"{here - there} of {here} entries are not shared yet", remedy)
    if origin is not None and (waiting := len(local.waiting())):
        return warning(subject, f"{waiting} entries wait for {origin.host} to give them their places", remedy)
    return ok(subject, f"shared up to entry {there}")
