"""The commands `cockpit log share` and `cockpit log adopt`: the shared log for scripts and second terminals.

They load psycopg only when there is one.
"""

from pathlib import Path

from cockpit.clock import Clock
from cockpit.incident.errors import IncidentFileError, InputError
from cockpit.incident.mirror.standing import Standing
from cockpit.text import clean


def share(path: Path, shared: str | None, host: str, clock: Clock) -> str:
    """Exchange once what there is in the file `path` and in the shared log, and say how they stand to each other.

    Raises:
        InputError: No shared log is set.
        IncidentFileError: Something could not be shared.
    """
    configured = _configured(shared)
    from cockpit.incident.mirror import at_once  # noqa: PLC0415  (loads psycopg)

    return _told(at_once.share(path, configured, host, clock))


def adopt(path: Path, shared: str | None, host: str, actor: str, reason: str, clock: Clock) -> str:
    """Make this host the home of the incident of the replica `path`, and say how it stands then.

    Raises:
        InputError: No shared log is set, or the file is no replica.
        IncidentFileError: The home is still there, or another host was faster.
    """
    configured = _configured(shared)
    from cockpit.incident.mirror import at_once  # noqa: PLC0415

    standing = at_once.adopt(path, configured, at_once.Adopter(host, actor, reason), clock)
    return f"{clean(host)} is the home now, {_told(standing)}"


def _configured(shared: str | None) -> str:
    if shared is None:
        raise InputError("no shared log is set", 'shared = "postgresql://…" under [incident] in cockpit.toml')
    return shared


def _told(standing: Standing) -> str:
    """Say how it stands.

    Raises:
        IncidentFileError: Something is wrong.
    """
    waiting = f", {standing.waiting} waiting for {clean(standing.home or '')}" if standing.waiting else ""
    words = f"shared up to {standing.shared}{waiting}"
    if standing.trouble is not None:
        raise IncidentFileError(f"{words}; {clean(standing.trouble)}", standing.remedy)
    return words
