"""What a person is asked about the incident record, and what becomes of the answers."""

from collections.abc import Callable, Coroutine, Mapping
from datetime import date, datetime, tzinfo
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import App

from cockpit.clock import Clock
from cockpit.incident.action_item import draft, new
from cockpit.incident.entry import TimeSource
from cockpit.incident.errors import IncidentFileError
from cockpit.runbooks.model import Phase, Step
from cockpit.text import clean
from cockpit.ui import dialogs
from cockpit.ui.incident.checklist_pane import ChecklistPane
from cockpit.ui.incident.closings import NOT_WRITTEN, Closings
from cockpit.ui.incident.todo import typed_todo, understood
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.prompt import Prompt

if TYPE_CHECKING:  # brings along the incident file and the runbook
    from cockpit.diagnosis.policy import Policy
    from cockpit.ui.incident.action_item_dialogs import ActionItemDialogs
    from cockpit.ui.incident.command_desk import CommandDesk
    from cockpit.ui.incident.draft_note import DraftNotes
    from cockpit.ui.incident.incident_desk import IncidentDesk

_NOTE = "note"
NOT_OPEN = "the incident log is not open yet"


class Wish(StrEnum):
    """What a person can have written."""

    NOTE = "note"
    SEVERITY = "severity"
    STATUS = "status"
    CLOSE = "close"
    """To have the incident closed, and stay."""
    REPORT = "report"
    KNOWN = "known"
    """What is known of cause and times."""
    ACTION_ITEMS = "action items"


class RecordDialogs:
    """Asks for notes, severity, status and the way to leave, and has the record write what was answered."""

    def __init__(self, app: App[None], prompt: Prompt, tell: Callable[[str, Tone], None], zone: tzinfo) -> None:
        """Ask on the screens of `app`; `tell` says what went wrong, `zone` is that of the report's times."""
        self.record: IncidentDesk | None = None
        """None until it is open."""
        self.doubt: Callable[[str], str] = lambda _: ""
        """Says what speaks against a step's being done, by its id; empty: nothing."""
        self.present: Callable[[], Mapping[str, str]] = dict
        """Names who is there, and how that is known."""
        self.commands: CommandDesk | None = None
        """Who runs the commands of steps."""
        self.closings = Closings(app, lambda: self.record, tell, zone)
        self._action_items: ActionItemDialogs | None = None
        self._drafts: DraftNotes | None = None
        self._app = app
        self._prompt = prompt
        self._tell = tell
        self._zone = zone

    async def open(
        self,
        directory: Path,
        resume: Path | None,
        clock: Clock,
        show: Callable[["IncidentDesk"], None],
        runbook: Path | None,
        thresholds: "Policy | None" = None,
    ) -> None:
        """Open the record in `directory`, or the file to `resume`; `show` is called now and whenever it has changed.

        Its steps are those of the file `runbook`, or of the built-in one. A new one keeps the `thresholds` in force.
        """
        from cockpit.ui.incident.incident_desk import open_record  # noqa: PLC0415  (after the first frame)

        try:
            record = await open_record(directory, resume, clock, self._tell, runbook, thresholds)
        except IncidentFileError as error:
            self._tell(f"{error}", "wrong")
            return
        self.record, self._action_items = record, None
        record.subscribe(lambda: show(record) if record is self.record else None)
        show(record)
        await record.check()
        self.closings.watch(record)

    async def bring_back(self, directory: Path) -> None:
        """Offer again the notes that were being typed when cockpits ended."""
        from cockpit.ui.incident.draft_note import DraftNotes  # noqa: PLC0415  (after the first frame)

        self._drafts = DraftNotes(directory, self._prompt, _NOTE)
        if told := await self._drafts.bring_back():
            self._tell(told, "")

    def put_away(self, directory: Path) -> None:
        """Keep the note that is being typed for the next time."""
        from cockpit.ui.incident.draft_note import DraftNotes  # noqa: PLC0415

        (self._drafts or DraftNotes(directory, self._prompt, _NOTE)).put_away()

    def ask(self, what: str) -> None:
        """Ask for a `Wish` what there is to ask, and write it. A note can be typed before the record is open."""
        wish = Wish(what)
        if wish is Wish.NOTE:
            self._prompt.ask(_NOTE, typing=self._wrong_with_note, understood=self._understood, accept=self._note)
        elif (record := self._opened()) is not None:
            match wish:
                case Wish.SEVERITY:
                    self._write(self._ask_severity)
                case Wish.STATUS:
                    self._write(self._ask_status)
                case Wish.KNOWN:
                    self._write(self._ask_known, late=True)
                case Wish.ACTION_ITEMS:
                    self._work(self._ask_action_items(record))
                case Wish.CLOSE:
                    self._work(self.closings.ask_close(record))
                case Wish.REPORT:
                    self._work(record.write_report(self._zone))

    def pin(self, stream: str, text: str, moment: datetime | None, time_from: TimeSource) -> None:
        """Write a line of a log, or what was read of a source, into the record, at its own time."""
        self._write(lambda record: record.pin(stream, text, moment, time_from), late=True)

    def tick(self, wish: ChecklistPane.Ticked) -> None:
        """Tick a step of the checklist, skip it, or open it again."""
        self._write(lambda record: self._mark(record, wish.phase, wish.step, wish.state))

    def show_step(self, wish: ChecklistPane.StepWanted) -> None:
        """Ask what has become of a step."""
        self._write(lambda record: self._ask_step(record, wish.phase, wish.step, wish.state))

    def retry(self) -> None:
        """Try again to save what could not be saved."""
        if self.record is not None:
            self._work(self.record.retry())

    async def ask_leave(self) -> bool:
        """Tell whether to leave, after a question while an incident is open."""
        record = self.record
        if record is None or not (record.open or record.unsaved):
            return True
        unknown = "" if record.unsaved else record.unknown_times
        others = self.closings.others()
        parting = await dialogs.pick_parting(self._app, record.name, len(record.unsaved), unknown, others)
        if parting == dialogs.CLOSE:
            await self.closings.close(record)
            return not record.unsaved
        return parting == dialogs.LEAVE

    def _wrong_with_note(self, text: str) -> str | None:
        """Say what is wrong with a note while it is typed; one that begins with `todo:` is an action item."""
        if self.record is None:
            return NOT_OPEN
        try:
            typed_todo(text, self._today(self.record))
        except ValueError as error:
            return str(error)
        return None

    def _understood(self, text: str) -> str:
        typed = typed_todo(text, self._today(self.record)) if self.record is not None else None
        return "" if typed is None else understood(typed)

    def _note(self, text: str) -> None:
        if self._opened() is not None:
            self._work(self._write_note(text))

    async def _write_note(self, text: str) -> None:
        """Write a note or an action item; where a closed incident is left as it is, what was typed stays."""
        record = await self.closings.writable(late=True)
        if record is None:
            self._prompt.propose(_NOTE, text)
            self._tell(f"{NOT_WRITTEN}; i goes on with what you typed", "doubtful")
            return
        typed = typed_todo(text, self._today(record))
        await (record.note(text) if typed is None else record.write(draft(new(typed), record.actor)))
        if self._drafts is not None and not record.unsaved:
            self._drafts.written()

    def _today(self, record: "IncidentDesk") -> date:
        return record.now().astimezone(self._zone).date()

    async def _ask_severity(self, record: "IncidentDesk") -> None:
        severity = await dialogs.pick_severity(self._app, record.runbook, record.state.severity)
        if severity is not None:
            await record.set_severity(severity)

    async def _ask_status(self, record: "IncidentDesk") -> None:
        status = await dialogs.pick_status(self._app, record.runbook, record.state.status)
        if status is not None:
            await record.set_status(status)

    async def _ask_known(self, record: "IncidentDesk") -> None:
        from cockpit.ui.incident.known_dialogs import ask_known  # noqa: PLC0415  (not needed before)

        draft = await ask_known(self._app, record.held, record.actor, record.now(), self._zone)
        if draft is not None:
            await record.write(draft)

    async def _ask_action_items(self, record: "IncidentDesk") -> None:
        from cockpit.ui.incident.action_item_dialogs import ActionItemDialogs  # noqa: PLC0415  (not needed before)

        if self._action_items is None:
            self._action_items = ActionItemDialogs(self._app, record, self._zone, self.present)
        await self._action_items.show()

    async def _ask_step(self, record: "IncidentDesk", phase: Phase, step: Step, current: str) -> None:
        offers = self.commands.offers(step) if self.commands is not None else []
        chosen = await dialogs.pick_for_step(self._app, step, current, [offer.choice for offer in offers])
        if (offer := next((each for each in offers if each.choice.key == chosen), None)) is not None:
            await offer.take_up()
        elif chosen == dialogs.NOTE_ON_STEP:
            note = await dialogs.ask_why(self._app, "Note on this step")
            if note:
                await record.note_on_step(phase, step, current, note)
        elif chosen is not None and chosen != current:
            await self._mark(record, phase, step, chosen)

    async def _mark(self, record: "IncidentDesk", phase: Phase, step: Step, state: str) -> None:
        doubt = self.doubt(step.id) if state == "done" else ""
        if doubt:
            why = await dialogs.ask_why(self._app, f"{doubt}; done all the same: why?")
        else:
            why = (
                await dialogs.ask_why(self._app, f"{state}: {clean(step.text)}: why?")
                if state in dialogs.EXPLAINED
                else ""
            )
        if why is not None:
            await record.mark_step(phase, step, state, why)

    def _opened(self) -> "IncidentDesk | None":
        if self.record is None:
            self._tell(NOT_OPEN, "doubtful")
        return self.record

    def _write(self, wish: "Callable[[IncidentDesk], Coroutine[Any, Any, None]]", *, late: bool = False) -> None:
        """Have something written, once it is clear into which record: see `Closings.writable`."""
        if self._opened() is not None:
            self._work(self._write_into_open(wish, late=late))

    async def _write_into_open(
        self, wish: "Callable[[IncidentDesk], Coroutine[Any, Any, None]]", *, late: bool
    ) -> None:
        record = await self.closings.writable(late=late)
        if record is not None:
            await wish(record)

    def _work(self, wish: Coroutine[Any, Any, None]) -> None:
        self._app.run_worker(wish, exit_on_error=False)
