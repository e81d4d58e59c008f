"""How the log keeps what is to be done after the incident: action items with an owner, a date and what came of them."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Final
from uuid import uuid4

import msgspec

from cockpit.incident.due_date import WEEKDAYS, date_of
from cockpit.incident.entry import Draft, Entry, EntryKind, EntrySource

OPEN, DONE, DROPPED = "open", "done", "dropped"
STATUSES: Final = (OPEN, DONE, DROPPED)
_SAID: Final = {OPEN: "todo", DONE: "done", DROPPED: "dropped"}
"""How the text of an entry begins."""

_BEGINS: Final = re.compile(r"\s*(?:todo|action item)\s*:\s*(.*)", re.IGNORECASE | re.DOTALL)
_OWNER: Final = re.compile(r'(?<!\S)@(?:"([^"\n]{1,80})"|([\w.-]*\w))')
_MISTAKEN: Final = (
    rf"yesterday|tonight|soon|asap|(?:last|next|this)\s+(?:{WEEKDAYS}|week|month|quarter|year|sprint)"
    r"|end\s+of\s+\w+|in\s+(?:\d+|an?)\s+\w+"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d\S*"
)
"""A regular expression for what is meant as a date but is none that is understood, so that it can be refused."""
_DUE: Final = re.compile(
    rf"\bdue:?\s+(\d\S*|today|tomorrow|(?:(?:next|on)\s+)?{WEEKDAYS}|in\s+(?:\d+|an?)\s+(?:day|week|month)s?"
    rf"|{_MISTAKEN})(?!\w)"
    r"|\bdue:\s*(\S+)",
    re.IGNORECASE,
)
"""With a colon, whatever stands behind it is meant as a date; without, what can be one: not `due to DNS`."""


class Typed(msgspec.Struct, frozen=True):
    """What a person typed of an action item."""

    text: str
    owner: str | None = None
    due: date | None = None


class ActionItem(msgspec.Struct, frozen=True):
    """Something to do after the incident, as it stands."""

    id: str
    text: str
    status: str = OPEN
    """One of `STATUSES`."""
    owner: str | None = None
    due: str | None = None
    """A date such as 2026-12-01."""
    note: str = ""
    """Why it was dropped."""
    loose_end: str = ""
    """What the record leaves open, in the words of the report, where it was taken over from there."""
    entry: int | None = None
    """The sequence of the last entry about it."""


def todo_in(note: str) -> str | None:
    """Give what a note that begins with `todo:` says is to be done; None: it is a note."""
    found = _BEGINS.match(note)
    return found[1] if found else None


def typed(line: str, today: date, had: str | None = None) -> Typed:
    """Read a line such as `alarm on the queue @ana due in 2 weeks`; an owner of several words stands in quotes.

    Args:
        line: what was typed.
        today: the date in the zone of the person.
        had: the date that an item has already: it may be over.

    Raises:
        ValueError: It says nothing, or not when it is due; the message says what can be typed.
    """
    owner = _OWNER.search(line)
    rest = line[: owner.start()] + line[owner.end() :] if owner else line
    due = _DUE.search(rest)
    kept = rest[: due.start()] + rest[due.end() :] if due else rest
    text = " ".join(kept.split())
    if not text:
        raise ValueError("say what is to be done")
    words = (due[1] or due[2]).rstrip(",.;") if due else None
    day = date_of(words, date.fromisoformat(words) if words == had else today) if words else None
    return Typed(text, (owner[1] or owner[2]) if owner else None, day)


def line_of(item: ActionItem) -> str:
    """Write an item as a person would type it."""
    owner = item.owner and (f"@{item.owner}" if _OWNER.fullmatch(f"@{item.owner}") else f'@"{item.owner}"')
    return " ".join(filter(None, (item.text, owner, item.due and f"due {item.due}")))


def new(said: Typed, loose_end: str = "") -> ActionItem:
    """Make an item of what was typed."""
    due = said.due.isoformat() if said.due else None
    return ActionItem(uuid4().hex, said.text, owner=said.owner, due=due, loose_end=loose_end)


def retyped(item: ActionItem, said: Typed) -> ActionItem:
    """Give the item as it was typed anew."""
    due = said.due.isoformat() if said.due else None
    return msgspec.structs.replace(item, text=said.text, owner=said.owner, due=due)


def settled(item: ActionItem, status: str, why: str = "") -> ActionItem:
    """Give the item with what came of it."""
    return msgspec.structs.replace(item, status=status, note=why)


def draft(item: ActionItem, actor: str, source: EntrySource = EntrySource.PERSON) -> Draft:
    """Write down how an item stands; that takes the place of what was written of it before."""
    data: dict[str, str | None] = {"item": item.id, "status": item.status, "owner": item.owner, "due": item.due}
    data["text"] = item.text
    data |= {"note": item.note} if item.note else {}
    data |= {"loose_end": item.loose_end} if item.loose_end else {}
    return Draft(EntryKind.ACTION_ITEM, _told(item), actor, source, data=data)


def action_items(entries: Iterable[Entry]) -> tuple[ActionItem, ...]:
    """Give all items as they stand, in the order in which they were first written down.

    Args:
        entries: those that hold, as corrections leave them.
    """
    items: dict[str, ActionItem] = {}
    for entry in entries:
        if entry.kind is EntryKind.ACTION_ITEM:
            item = _read(entry)
            items[item.id] = item
    return tuple(items.values())


def _read(entry: Entry) -> ActionItem:
    """Read an item; where the entry was amended, its words are what people said last."""
    data = entry.data
    status = data.get("status") or OPEN
    item = ActionItem(
        data.get("item") or str(entry.sequence),
        data.get("text") or entry.text,
        status if status in STATUSES else OPEN,
        data.get("owner"),
        data.get("due"),
        data.get("note") or "",
        data.get("loose_end") or "",
        entry.sequence,
    )
    if entry.text in (_told(item), item.text):
        return item
    try:
        said = typed(todo_in(entry.text) or entry.text, entry.occurred_at.date())
    except ValueError:
        return msgspec.structs.replace(item, text=entry.text)
    due = said.due.isoformat() if said.due else item.due
    return msgspec.structs.replace(item, text=said.text, owner=said.owner or item.owner, due=due)


def _told(item: ActionItem) -> str:
    """Say in a line how an item stands."""
    if item.status == OPEN:
        who_and_when = ", ".join(filter(None, (item.owner, item.due and f"due {item.due}")))
        return f"todo: {item.text}" + (f" ({who_and_when})" if who_and_when else "")
    return f"{_SAID[item.status]}: {item.text}" + (f" ({item.note})" if item.note else "")
