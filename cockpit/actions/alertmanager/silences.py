"""One silence: found, known again, and told from what it was."""

from datetime import datetime, timedelta

from cockpit.actions.alertmanager.amtool import written
from cockpit.actions.plan import AddSilence, Guard
from cockpit.clock import rfc3339
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.web.alertmanager import WireSilence
from cockpit.sources.web.api import Api

_PATH = "/api/v2/silence/"
_SAME = timedelta(milliseconds=1)
"""Moments are written with milliseconds."""


async def find_silence(api: Api, silence_id: str) -> WireSilence:
    """Read a silence, whether it is over or not.

    Raises:
        SourceError: there is none (kind `missing`), or it cannot be read.
    """
    return await api.get(path_of(silence_id), WireSilence)


def path_of(silence_id: str) -> str:
    """Give the path of a silence below the root.

    Raises:
        SourceError: it is no id; nothing of it may become another path.
    """
    if not silence_id or not silence_id.isascii() or not silence_id.replace("-", "").replace("_", "").isalnum():
        raise SourceError(TroubleKind.MISSING, f"{silence_id!r} is not the id of a silence")
    return _PATH + silence_id


def guard_of(silence: WireSilence) -> Guard:
    """Give what a silence must still be when it is ended: somebody may have changed or prolonged it."""
    spec = {
        "matchers": sorted(map(written, silence.conditions)),
        "ends_at": rfc3339(silence.ends_at),
        "comment": silence.comment,
    }
    return Guard(silence.id, spec=spec, by="id")


def is_made_by(silence: WireSilence, operation: AddSilence, ends_at: datetime) -> bool:
    """Tell whether a silence is the one that was asked for, by the moment of its end above all.

    That is of this request alone, and Alertmanager keeps it, while it moves the beginning to when it was made.
    """
    return (
        abs(silence.ends_at - ends_at) <= _SAME
        and set(silence.conditions) == set(operation.matchers)
        and (silence.created_by, silence.comment) == (operation.author, operation.comment)
    )
