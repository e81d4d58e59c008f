"""From a step's command to what it said: filled in, looked at, run, looked at again."""

import os
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from textual.app import App

from cockpit.actions.commands.run import CommandRun
from cockpit.clock import Clock
from cockpit.incident.errors import IncidentFileError
from cockpit.runbooks import ready as readying
from cockpit.runbooks.live import Live, live_pane
from cockpit.runbooks.model import Command, Step
from cockpit.runbooks.placeholders import check_value
from cockpit.runbooks.ready import Ready
from cockpit.ui import dialogs
from cockpit.ui.actions.write_switch import WriteSwitch
from cockpit.ui.incident.command_dialog import CommandDialog
from cockpit.ui.incident.command_preview import RISK_WORDS, one_line, preview
from cockpit.ui.incident.command_runs import CommandRuns, Ran, Request
from cockpit.ui.incident.command_screen import CommandScreen, run_tone
from cockpit.ui.incident.surroundings import Surroundings
from cockpit.ui.terminal.clipboard import Copied
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.picker import Choice, Picker
from cockpit.ui.widgets.question import Question

if TYPE_CHECKING:  # brings along the incident file
    from cockpit.ui.incident.incident_desk import IncidentDesk


class Offer(NamedTuple):
    """Something that can be done with a step."""

    choice: Choice
    take_up: Callable[[], Awaitable[None]]


class CommandDesk:
    """Runs the commands of the runbook, each one asked for by a person."""

    def __init__(
        self,
        app: App[None],
        surroundings: Surroundings,
        switch: WriteSwitch,
        record: "Callable[[], IncidentDesk | None]",
        tell: Callable[[str, Tone], None],
        clock: Clock,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        """Ask on the screens of `app`.

        Args:
            app: shows dialogs and outputs.
            surroundings: where the cockpit looks.
            switch: whether it may write there.
            record: gives the incident log once it is open.
            tell: says how it goes.
            clock: tells how long it took.
            environ: what commands find, besides what `surroundings` add.
        """
        self._app = app
        self._surroundings = surroundings
        self._switch = switch
        self._record = record
        self._tell = tell
        self._environ = environ
        self._runs = CommandRuns(tell, clock, environ)

    @property
    def ran(self) -> Sequence[Ran]:
        """The commands that were run, or run, in the order in which they were started."""
        return self._runs.ran

    def offers(self, step: Step) -> list[Offer]:
        """Tell what can be done with the commands of a step: the same on a live pane first, then each command."""
        offers: list[Offer] = []
        for command in step.commands:
            offers += self._offers(step, command)
        offers += [self._look_again(ran) for ran in reversed(self.ran) if ran.step == step.id]
        return _told_apart(offers)

    async def show_outputs(self) -> None:
        """Offer what was run, the latest first."""
        if not self.ran:
            self._tell("no command was run yet: enter on a step of the checklist", "")
            return
        offers = _told_apart([self._look_again(ran) for ran in reversed(self.ran)])
        chosen = await dialogs.ask(self._app, Picker("Commands that were run", [each.choice for each in offers]))
        if (offer := next((each for each in offers if each.choice.key == chosen), None)) is not None:
            await offer.take_up()

    async def aclose(self) -> None:
        """End what runs, and write what became of it."""
        await self._runs.aclose()

    def _offers(self, step: Step, command: Command) -> list[Offer]:
        shown = one_line(command.text)
        if not readying.is_runnable(command):
            return [Offer(Choice(f"copy: {shown}", command.language), partial(self._copy, command.text))]
        facts = self._surroundings.facts()
        ready = self._ready(command, readying.certain(command, facts, self._environ))
        word, tone = RISK_WORDS[ready.judged.risk]
        remark = f"not run: {ready.refused}" if ready.refused else word
        choice = Choice(f"run: {one_line(ready.text)}", remark, "dim" if ready.refused else tone)
        live = live_pane(ready.text) if ready.language == "sh" else None
        offers = [Offer(choice, partial(self._ask, step, command))]
        if live is not None and self._surroundings.shows(live):
            instead = Choice(f"open: {live.title}", "instead of the command below", "well")
            offers.insert(0, Offer(instead, partial(self._open, live)))
        return offers

    def _look_again(self, ran: Ran) -> Offer:
        return Offer(Choice(f"output: {ran.title}", ran.run.summary, run_tone(ran.run)), partial(self._look, ran))

    async def _look(self, ran: Ran) -> None:
        await self._app.push_screen_wait(CommandScreen(ran.run, ran.title))
        if ran.run.running:
            self._tell(f"it goes on, X shows it: {ran.title}", "changing")

    async def _open(self, live: Live) -> None:
        self._surroundings.open(live)

    async def _copy(self, text: str) -> None:
        self._app.post_message(Copied(text))

    async def _ask(self, step: Step, command: Command) -> None:
        """Ask for what is missing, show the command, and run it once a person says so."""
        values = await self._values(command)
        if values is None:
            return
        ready, place, seconds = self._ready(command, values), self._surroundings.place(), readying.time_out(command)
        shown = preview(ready, place, seconds, writable=self._switch.on, protected=self._switch.protected)
        if not await self._app.push_screen_wait(CommandDialog(shown)):
            return
        record = self._record()
        if record is None:
            self._tell("not run: the incident log is not open yet", "doubtful")
            return
        request = Request(step.id, shown.script, shown.risk, seconds, place)
        try:
            ran = await self._runs.start(request, record, self._changed)
        except IncidentFileError as error:
            if not await self._insists(error):
                self._tell(f"not run, because it cannot be recorded: {error}", "wrong")
                return
            ran = await self._runs.start(request, record, self._changed, unrecorded=True)
        await self._look(ran)

    async def _values(self, command: Command) -> dict[str, str] | None:
        """Ask for the placeholders one by one; None when the person goes back."""
        facts = self._surroundings.facts()
        values = readying.certain(command, facts, self._environ)
        for place in readying.open_places(command, values, self._environ):
            title = f"{place.name}: {one_line(self._ready(command, values).text)}"
            suggested = readying.suggested(place, facts)
            hint = "of what is selected" if suggested else "goes into the command as one word"
            typed = await self._app.push_screen_wait(Question(title, suggested, hint, check_value))
            if typed is None:
                return None
            values[place.name] = typed
        return values

    def _ready(self, command: Command, values: Mapping[str, str]) -> Ready:
        return readying.make_ready(command, values, self._environ)

    async def _insists(self, error: IncidentFileError) -> bool:
        """Ask whether to run it although that cannot be recorded."""
        choices = [Choice("no", "leave it"), Choice("yes", "run it without a record", "wrong")]
        title = f"It cannot be recorded: {error}. Run it all the same?"
        return await dialogs.ask(self._app, Picker(title, choices)) == "yes"

    def _changed(self, run: CommandRun) -> None:
        """Have the screen of a command draw what is new, where there is one."""
        for screen in self._app.screen_stack:
            if isinstance(screen, CommandScreen) and screen.run is run:
                screen.changed()


def _told_apart(offers: list[Offer]) -> list[Offer]:
    """Number what would read the same."""
    seen: Counter[str] = Counter()
    return [_numbered(offer, seen) for offer in offers]


def _numbered(offer: Offer, seen: Counter[str]) -> Offer:
    key = offer.choice.key
    seen[key] += 1
    if seen[key] == 1:
        return offer
    return offer._replace(choice=msgspec.structs.replace(offer.choice, key=f"{key} ({seen[key]})"))
