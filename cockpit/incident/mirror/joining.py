"""How a person joins an incident of another host: it is listed, and its replica made."""

import os
import re
import stat
from contextlib import closing, suppress
from pathlib import Path

import msgspec

from cockpit.clock import Clock
from cockpit.incident.catalogue import incidents
from cockpit.incident.errors import IncidentFileError
from cockpit.incident.mirror.exchange import Exchange
from cockpit.incident.mirror.local import LocalFile, Origin, create_replica
from cockpit.incident.mirror.mirror import shared_target
from cockpit.incident.mirror.patience import Patience
from cockpit.incident.mirror.schema import is_there, prepare
from cockpit.incident.mirror.shared_log import SharedIncident, SharedLog
from cockpit.incident.names import SHARED
from cockpit.incident.picking import Choose, Offer, picked
from cockpit.reading import SourceError
from cockpit.sources.postgres.connecting import Connection, connect
from cockpit.sources.postgres.errors import source_error
from cockpit.text import clean

_NAME = re.compile(r"INC-\d{4}-\d{2}-\d{2}-\d{3,}", re.ASCII)
_INCIDENT = re.compile(r"[0-9a-f]{64}")
_UNFIT = re.compile(r"[^\w-]+", re.ASCII)
_LONGEST_HOST = 60


def to_join(directory: Path, clock: Clock, shared: str, choose: Choose | None = None) -> Path:
    """Find the open incident, here or in the shared log; of several, the one that a person chooses.

    One of another host gets its replica in `directory`.

    Raises:
        IncidentFileError: There is none, nobody says which of several is meant, or the replica cannot be made.
    """
    offered, trouble = offers(directory, clock, shared)
    if not offered:
        nowhere = f"no incident is open in {directory} or the shared log{trouble}"
        raise IncidentFileError(nowhere, "cockpit log list")
    path = (offered[0] if len(offered) == 1 else picked(offered, choose, trouble)).path
    return path if path.exists() else make_replica(directory, path, shared, clock)


def offers(directory: Path, clock: Clock, shared: str) -> tuple[list[Offer], str]:
    """List the open incidents here and in the shared log, and say what is missing when that cannot be read.

    Raises:
        IncidentFileError: The directory cannot be read.
    """
    known: list[str | None] = []
    offered: list[Offer] = []
    for listed in incidents(directory, clock):
        if listed.open:
            with closing(LocalFile(listed.path)) as file:
                known.append(file.store.hash_at(1))
                origin = file.origin()
                offered.append(Offer(listed.path, listed.title, origin.host if origin else None))
    try:
        with closing(_connected(shared)) as connection:
            others = [each for each in _listed(connection) if each.incident not in known and _is_fit(each)]
    except SourceError as error:
        return offered, f"; the shared log cannot be read ({error.message})"
    return offered + [Offer(_path(directory, each), _title(each), _home(each)) for each in others], ""


def make_replica(directory: Path, path: Path, shared: str, clock: Clock) -> Path:
    """Make the replica that `offers` has named, with all that the shared log holds of it.

    Raises:
        IncidentFileError: It is not in the shared log, that cannot be read, or the file cannot be written.
    """
    try:
        with closing(_connected(shared)) as connection:
            found = next((each for each in _listed(connection) if _path(directory, each) == path.absolute()), None)
            if found is None or not _is_fit(found):
                raise IncidentFileError(f"there is no {path} here, nor in the shared log", "cockpit --join")
            _claim(directory, path, found)
            with closing(Exchange(path, "", clock)) as exchange:
                exchange.round(SharedLog(connection, Patience(connection)))
    except SourceError as error:
        raise IncidentFileError(f"the shared log cannot be read: {error.message}", error.remedy) from error
    return path


def _claim(directory: Path, path: Path, found: SharedIncident) -> None:
    """Make an empty replica, with the rights of the incident directory."""
    is_of_group = bool(directory.stat().st_mode & stat.S_IWGRP) if directory.exists() else False
    for folder in (directory, directory / SHARED, path.parent):
        folder.mkdir(mode=0o700, exist_ok=True, parents=folder == directory)
        if is_of_group and folder != directory:
            folder.chmod(directory.stat().st_mode & 0o7777)
    partial = path.with_suffix(f".{os.getpid()}")
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        if is_of_group:
            partial.chmod(0o660)
        create_replica(partial, Origin(found.incident, _home(found)))
        with suppress(FileExistsError):  # another cockpit was faster
            path.hardlink_to(partial)
    finally:
        partial.unlink()


def _connected(shared: str) -> Connection:
    target = shared_target(shared)
    try:
        return connect(target, read_only=True)[0]
    except Exception as error:
        raise source_error(error, target) from error


def _listed(connection: Connection) -> list[SharedIncident]:
    try:
        if not is_there(connection):
            return []
        prepare(connection)
        return SharedLog(connection, Patience(connection)).open_incidents()
    except SourceError:
        raise
    except Exception as error:
        raise source_error(error, shared_target("")) from error


def _is_fit(shared: SharedIncident) -> bool:
    """Tell whether it has names that are safe on this disk."""
    return _NAME.fullmatch(shared.name) is not None and _INCIDENT.fullmatch(shared.incident) is not None


def _path(directory: Path, shared: SharedIncident) -> Path:
    host = _UNFIT.sub("-", shared.host)[:_LONGEST_HOST].strip("-") or "host"
    return directory.absolute() / SHARED / f"{host}-{shared.incident[:8]}" / f"{shared.name}.incident"


def _title(shared: SharedIncident) -> str:
    try:
        return clean(str(msgspec.json.decode(shared.first)["text"]))
    except (msgspec.DecodeError, KeyError, TypeError):
        return ""


def _home(shared: SharedIncident) -> str:
    with suppress(msgspec.DecodeError, KeyError, TypeError):
        return str(msgspec.json.decode(shared.adopted or "")["data"]["home"])
    return shared.host
