"""What a person is asked about the logs."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from textual.app import App

from cockpit.reading import SourceError
from cockpit.sources.aws.log_groups import MOST_GROUPS
from cockpit.ui.dialogs import ask
from cockpit.ui.logs.log_groups import LogGroups
from cockpit.ui.widgets.picker import Choice, Picker

A_TIME: Final = "a time …"
SINCE: Final[dict[str, int | None]] = {
    "newest lines": None,
    "1 minute": 60,
    "5 minutes": 300,
    "15 minutes": 900,
    "30 minutes": 1800,
    "1 hour": 3600,
    "6 hours": 21600,
    "1 day": 86400,
}
"""How far back logs begin, in seconds."""

BESIDE: Final = "beside these logs"
INSTEAD: Final = "instead of them"


async def pick_since(app: App[Any]) -> str | None:
    """Ask how far back logs begin: a key of `SINCE`, or `A_TIME`; None when the person goes back."""
    choices = [*(Choice(answer) for answer in SINCE), Choice(A_TIME, "14:08, -40m")]
    return await ask(app, Picker("Logs since", choices))


async def pick_group(app: App[Any], groups: LogGroups, followed: Sequence[str]) -> str | None:
    """Ask for a log group; a person who may not list them can still type its name."""
    picker = Picker("Log group", _choices(groups.favourites, followed, ()))
    picker.allow_typing("reading …")
    listing = asyncio.create_task(_list_groups(picker, groups, followed))
    try:
        return await ask(app, picker)
    finally:
        listing.cancel()


async def pick_beside(app: App[Any], read: str, group: str) -> bool | None:
    """Ask whether to read a group beside what is read, or instead; None when the person goes back."""
    choices = [Choice(BESIDE, f"in one order by time with {read}"), Choice(INSTEAD)]
    chosen = await ask(app, Picker(f"Follow {group}", choices))
    return None if chosen is None else chosen == BESIDE


async def _list_groups(picker: Picker, groups: LogGroups, followed: Sequence[str]) -> None:
    """Fill the list while it is open."""
    try:
        names = await groups.listed()
    except SourceError as error:
        # A command that is cut cannot be typed; the reason in full stands in the log once a group is followed.
        picker.allow_typing(f"type its name; {f'try: {error.remedy}' if error.remedy else error.message}")
    else:
        picker.offer(_choices(groups.favourites, followed, names))
        if len(names) >= MOST_GROUPS:
            picker.allow_typing(f"the first {MOST_GROUPS}; of others, type the whole name")


def _choices(favourites: Sequence[str], followed: Sequence[str], names: Sequence[str]) -> list[Choice]:
    """Put the groups that the configuration names first."""
    remarks = dict.fromkeys(names, "") | dict.fromkeys(favourites, "configured") | dict.fromkeys(followed, "followed")
    return [Choice(name, remarks[name]) for name in dict.fromkeys((*favourites, *names))]
