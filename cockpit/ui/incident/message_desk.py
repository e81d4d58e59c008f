"""What people are told: picked, written, and then copied, saved or sent. All of it is in the log."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import msgspec
from textual.app import App

from cockpit.clock import Clock
from cockpit.incident.atomic import write_atomically
from cockpit.incident.clocks import Level, dues
from cockpit.incident.messages.blanks import holes
from cockpit.incident.messages.facts import facts_of
from cockpit.incident.messages.fill import fill, split_title
from cockpit.incident.messages.invitation import addresses, invitation, when, where
from cockpit.incident.messages.kinds import by_need, templates
from cockpit.incident.messages.template import Purpose, Template
from cockpit.incident.messages.told import COPIED, SAVED, Told, entry_of, unfilled, waiting
from cockpit.redact import redact
from cockpit.threads import call_in_thread
from cockpit.ui.dialogs import ask
from cockpit.ui.incident.message_dialog import COPY, SAVE, MessageDialog, Shown
from cockpit.ui.incident.message_sending import Composed, Sending
from cockpit.ui.incident.record_dialogs import NOT_OPEN
from cockpit.ui.terminal.clipboard import Copied
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.picker import Choice, Picker

if TYPE_CHECKING:
    from cockpit.ui.incident.incident_desk import IncidentDesk

_NO_FILE = "there is no incident file yet, beside which it could be saved: i writes a first note"
_WAITS: Final = "waits: "


class MessageDesk:
    """Has messages written and told. What was typed and not told yet stays while the cockpit runs."""

    def __init__(
        self,
        app: App[None],
        sending: Sending,
        record: "Callable[[], IncidentDesk | None]",
        writable: "Callable[..., Awaitable[IncidentDesk | None]]",
        tell: Callable[[str, Tone], None],
        clock: Clock,
    ) -> None:
        """Tell people of the incident in `record`.

        Args:
            app: on whose screens it is written.
            sending: sends them to where the configuration says.
            record: gives the incident log, or None while it is not open.
            writable: gives that to write into, once a person has said what to do about a closed one.
            tell: says how it goes.
            clock: tells the time.
        """
        self._app = app
        self._record = record
        self._writable = writable
        self._tell = tell
        self._clock = clock
        self._sending = sending
        self._typed: dict[str, str] = {}
        """What was typed, by message."""
        self._about: IncidentDesk | None = None
        """What that is about."""

    async def open(self) -> None:
        """Ask which message to write, have it written, and do with it what is wanted."""
        if self._record() is None:
            self._tell(NOT_OPEN, "doubtful")
            return
        record = await self._writable(late=True)
        if record is None:
            return
        if record is not self._about:
            self._about, self._typed = record, {}
        drafts = waiting(record.entries)
        now = self._clock()
        pressing = [due for due in dues(record.state, record.runbook) if due.level(now) <= Level.AMBER]
        offered = by_need(templates(record.runbook), record.state, pressing)
        chosen = await ask(self._app, Picker("Tell people", _choices(drafts, offered, self._typed)))
        draft = next((each for each in drafts if _named(each) == chosen), None)
        template = next((each for each in offered if each.name == (draft.name if draft else chosen)), None)
        if template is None and draft is not None:
            template = Template(draft.name, Purpose.UPDATE, draft.text, draft.channel)
        if template is not None:
            await self._write(record, template, draft)

    async def aclose(self) -> None:
        """Wait until what is being sent has its receipt."""
        await self._sending.aclose()

    async def _write(self, record: "IncidentDesk", template: Template, draft: Told | None) -> None:
        """Show a message until it is told, or left."""
        key = draft.token if draft is not None else template.name
        token = draft.token if draft is not None else uuid4().hex
        while True:
            filled = draft.text if draft is not None else self._filled(record, template)
            self._typed.setdefault(key, filled)
            shown = Shown(
                template.name,
                template.channel,
                template.status,
                self._typed[key],
                filled,
                can_send=self._sending.has_targets,
                saves="an .ics" if template.purpose is Purpose.INVITATION else "a text",
            )
            wish = await self._app.push_screen_wait(MessageDialog(shown, partial(self._typed.__setitem__, key)))
            text = self._typed[key]
            if wish is None:
                if text == filled:
                    del self._typed[key]  # nothing was typed: it is filled anew the next time
                return
            if await self._do(record, wish, Composed(token, template, redact(text))):
                del self._typed[key]
                return

    async def _do(self, record: "IncidentDesk", wish: str, composed: Composed) -> bool:
        """Do what is wanted; False: it was not, and the person goes on writing."""
        if wish == COPY:
            self._app.post_message(Copied(composed.text))
            blanks = len(holes(composed.text))
            remark = f"{unfilled(blanks)}, so nobody counts as told" if blanks else "people count as told from now on"
            await record.write(entry_of(composed.told(COPIED), record.actor), remark)
            return True
        if wish == SAVE:
            return await self._save(record, composed)
        return await self._sending.deliver(record, composed)

    async def _save(self, record: "IncidentDesk", composed: Composed) -> bool:
        """Save a message beside the incident file; an invitation as an entry for calendars."""
        if record.path is None:
            self._tell(_NO_FILE, "doubtful")
            return False
        is_invitation = composed.template.purpose is Purpose.INVITATION
        text = self._calendar(record, composed) if is_invitation else f"{composed.text}\n"
        if text is None:
            return False
        slug = re.sub(r"[^a-z0-9]+", "-", composed.template.name.casefold()).strip("-") or "message"
        ending = "ics" if is_invitation else "txt"
        file = record.path.with_name(f"{record.name}-{slug}-{self._clock():%H%M}.{ending}")
        try:
            await call_in_thread(write_atomically, file, text)
        except OSError as error:
            self._tell(f"{file} cannot be written: {error.strerror}", "wrong")
            return False
        await record.write(entry_of(msgspec.structs.replace(composed.told(SAVED), answer=file.name), record.actor))
        self._tell(f"saved, which tells nobody (C says when people were told): {file}", "well")
        return True

    def _calendar(self, record: "IncidentDesk", composed: Composed) -> str | None:
        starts = when(composed.text)
        if starts is None:
            self._tell("an invitation needs a time, such as: When: 2026-11-24 14:00 UTC", "doubtful")
            return None
        title, body = split_title(composed.text)
        return invitation(
            f"post-mortem-{record.name}@cockpit",
            title or composed.template.name,
            body,
            starts,
            self._clock(),
            place=where(body),
            attendees=addresses(body),
        )

    def _filled(self, record: "IncidentDesk", template: Template) -> str:
        state, runbook = record.state, record.runbook
        facts = facts_of(record.name, record.entries, state, runbook, self._clock(), audience=template.audience)
        return fill(template, facts)


def _choices(drafts: Sequence[Told], offered: Sequence[Template], typed: Mapping[str, str]) -> list[Choice]:
    """Offer what waits to be sent first, then what is told next."""
    choices = [Choice(_named(each), each.answer or each.state, "doubtful") for each in drafts]
    for each in offered:
        begun = "begun · " if each.name in typed else ""
        whose = "of the runbook · " if each.own else ""
        choices.append(Choice(each.name, f"{begun}{whose}{each.channel}"))
    return choices


def _named(draft: Told) -> str:
    to = f" to {draft.target}" if draft.target else ""
    return f"{_WAITS}{draft.name}{to} ({draft.token[:4]})"
