"""The list of action items: what is to be done after the incident, by whom, by when, and what came of it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Any

import msgspec
from textual.app import App

from cockpit.incident import action_item
from cockpit.incident.action_item import DONE, DROPPED, OPEN, ActionItem, Typed
from cockpit.incident.due_date import UNDERSTOOD, date_of
from cockpit.incident.entry import Entry
from cockpit.incident.report.compose import compose
from cockpit.runbooks.model import Runbook
from cockpit.text import clean
from cockpit.threads import call_in_thread
from cockpit.ui.dialogs import ask, ask_why
from cockpit.ui.incident.people import ask_person, people
from cockpit.ui.incident.todo import day, understood
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.picker import Choice, Picker
from cockpit.ui.widgets.question import Question

if TYPE_CHECKING:
    from cockpit.ui.incident.incident_desk import IncidentDesk

_TITLE = "Action items: what is to be done after the incident"
_NEW = "something to do …"
_OWNER, _DUE, _EDIT = "owner", "due", "edit"
_LINE = "alarm on the queue @ana due in 2 weeks"
_TONES: dict[str, Tone] = {DONE: "well", DROPPED: "dim"}


class ActionItemDialogs:
    """Shows the list again after each change, until the person goes back."""

    def __init__(
        self, app: App[Any], record: "IncidentDesk", zone: tzinfo, present: Callable[[], Mapping[str, str]]
    ) -> None:
        """Write into `record`; `zone` is that of the person's dates, `present` names who is there."""
        self._app = app
        self._record = record
        self._zone = zone
        self._present = present
        self._kept = ""
        """What was typed of a new item when the question was left."""

    async def show(self) -> None:
        """Show the items, and below them what the record leaves open: enter makes an item of it."""
        record = self._record
        entries, now = (*record.entries,), record.now()
        loose = await call_in_thread(_loose_ends, entries, record.runbook, now) if entries else ()
        current: str | None = None
        while True:
            listed = _by_key(action_item.action_items(record.held))
            taken = {item.loose_end for item in listed.values()}
            left = {clean(each): each for each in loose if each not in taken}
            chosen = await ask(self._app, Picker(_TITLE, _choices(listed, left), current))
            if chosen is None:
                return
            if chosen in listed:
                item = await self._ask_what_came_of_it(listed[chosen])
            elif chosen in left:
                item = action_item.new(Typed(" ".join(chosen.split())), left[chosen])
            else:
                item = await self._ask_new()
            if item is not None:
                await record.write(action_item.draft(item, record.actor))
            current = chosen

    async def _ask_new(self) -> ActionItem | None:
        question = self._question(self._kept)
        line = await self._app.push_screen_wait(question)
        self._kept = question.text if line is None else ""
        return None if line is None else action_item.new(self._typed(line))

    async def _ask_what_came_of_it(self, item: ActionItem) -> ActionItem | None:
        """Ask what to change of an item; give it as it is then."""
        states = [Choice(OPEN, "to do again")]
        if item.status == OPEN:
            states = [Choice(DONE), Choice(DROPPED, "asks why")]
        owner, due = item.owner or "nobody yet", item.due or "no date yet"
        more = [Choice(_OWNER, clean(owner)), Choice(_DUE, clean(due)), Choice(_EDIT, "all of it, in one line")]
        match await ask(self._app, Picker(clean(item.text), [*states, *more])):
            case "done" | "open" as status:
                return action_item.settled(item, status)
            case "dropped":
                why = await ask_why(self._app, "dropped: why?")
                return None if why is None else action_item.settled(item, DROPPED, why)
            case "owner":
                return await self._ask_owner(item)
            case "due":
                return await self._ask_due(item)
            case "edit":
                line = await self._app.push_screen_wait(self._question(action_item.line_of(item), item.due))
                return None if line is None else action_item.retyped(item, self._typed(line, item.due))
        return None

    async def _ask_owner(self, item: ActionItem) -> ActionItem | None:
        record = self._record
        known = people(self._present(), record.entries, record.state, record.runbook)
        person = await ask_person(self._app, "Who sees to it?", known, item.owner)
        return None if person is None else msgspec.structs.replace(item, owner=person or None)

    async def _ask_due(self, item: ActionItem) -> ActionItem | None:
        words = await self._app.push_screen_wait(
            Question("Due when?", item.due or "", UNDERSTOOD, self._date, lambda text: day(self._date(text)))
        )
        if words is None:
            return None
        due = self._date(words)
        return msgspec.structs.replace(item, due=due.isoformat() if due is not None else None)

    def _question(self, text: str, had: str | None = None) -> Question:
        """Ask for an item in one line; the date that it `had` may be over."""
        return Question(
            "What is to be done?",
            text,
            _LINE,
            lambda line: self._typed(line, had),
            lambda line: understood(self._typed(line, had)),
        )

    def _typed(self, line: str, had: str | None = None) -> Typed:
        return action_item.typed(action_item.todo_in(line) or line, self._today(), had)

    def _date(self, words: str) -> date | None:
        """Understand a date; None: there is to be none."""
        return date_of(words, self._today()) if words else None

    def _today(self) -> date:
        return self._record.now().astimezone(self._zone).date()


def _loose_ends(entries: Sequence[Entry], runbook: Runbook, now: datetime) -> tuple[str, ...]:
    """Find what the record leaves open, as the report says it. Takes a moment for a long record."""
    return compose(entries, runbook, now).loose_ends


def _by_key(items: Sequence[ActionItem]) -> dict[str, ActionItem]:
    """Give each item by the words under which it is listed; a second one of the same words is numbered."""
    listed: dict[str, ActionItem] = {}
    for item in sorted(items, key=lambda item: item.status != OPEN):
        words = key = clean(item.text)
        number = 1
        while key in listed:
            number += 1
            key = f"{words} ({number})"
        listed[key] = item
    return listed


def _choices(listed: Mapping[str, ActionItem], left: Mapping[str, str]) -> list[Choice]:
    return [
        Choice(_NEW, "@ana due monday: who, when"),
        *(Choice(key, _remark(item), _TONES.get(item.status, "")) for key, item in listed.items()),
        *(Choice(each, "left open: enter adds it", "doubtful") for each in left if each not in listed),
    ]


def _remark(item: ActionItem) -> str:
    if item.status == OPEN:
        return clean(f"{item.owner or 'nobody yet'} · {f'due {item.due}' if item.due else 'no date yet'}")
    return clean(f"dropped: {item.note}" if item.note else item.status)
