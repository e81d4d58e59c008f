"""How the log keeps what the cockpit found wrong: when it was found, and when it was over."""

from datetime import datetime

from cockpit.incident.entry import Draft, EntryKind, EntrySource, TimeSource

_ACTOR = "cockpit"


def found(
    key: str, title: str, since: datetime, *, time_from: TimeSource = TimeSource.SEEN, before: int | None = None
) -> Draft:
    """Write down that something is wrong. Cockpits that find it at the same moment write it once.

    Args:
        key: what it is, the same as long as it lasts.
        title: in a sentence.
        since: when it began (UTC).
        time_from: how that is known.
        before: how often the log has it already, when nobody knows when it began: each cockpit then has a `since` of
            its own, by which it cannot be known again.
    """
    data: dict[str, str | None] = {"finding": key, "title": title}
    token = f"found {key} {since.isoformat() if before is None else before}"
    return Draft(
        EntryKind.FOUND,
        title,
        _ACTOR,
        EntrySource.COCKPIT,
        occurred_at=since,
        time_from=time_from,
        data=data,
        key=token,
    )


def cleared(key: str, title: str, since: datetime, at: datetime) -> Draft:
    """Write down that what was found is over.

    Args:
        key: that of the finding.
        title: that of the finding, as it was found.
        since: when it had begun (UTC); the same thing may come again later.
        at: when it was seen last (UTC).
    """
    data: dict[str, str | None] = {"finding": key, "title": title}
    token = f"cleared {key} {since.isoformat()}"
    return Draft(
        EntryKind.CLEARED,
        f"over: {title}",
        _ACTOR,
        EntrySource.COCKPIT,
        occurred_at=at,
        time_from=TimeSource.SEEN,
        data=data,
        key=token,
    )
