"""Sends a message: asks where to, shows the plan, and keeps what becomes of it in the log."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Final

import msgspec
from textual.app import App

from cockpit.actions.messages.executor import MessageExecutor
from cockpit.actions.messages.outgoing import Outgoing
from cockpit.actions.messages.planner import MESSAGES, plan_message
from cockpit.actions.messages.ways import ESCALATE, ways
from cockpit.actions.permit import Permit
from cockpit.actions.plan import Plan
from cockpit.actions.receipt import Outcome, Receipt
from cockpit.actions.runner import Runner
from cockpit.clock import Clock
from cockpit.incident.messages.blanks import holes
from cockpit.incident.messages.fill import split_title
from cockpit.incident.messages.template import Template
from cockpit.incident.messages.told import Told, entry_of, reference
from cockpit.message_config import MessageTarget, PagerDuty
from cockpit.runbooks.applies import common_status
from cockpit.sources.web.client import Web
from cockpit.ui.actions.confirming import Confirming
from cockpit.ui.actions.recorder import IncidentRecorder
from cockpit.ui.dialogs import ask
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.picker import Choice, Picker
from cockpit.ui.widgets.question import Question

if TYPE_CHECKING:
    from cockpit.ui.incident.incident_desk import IncidentDesk

_STATES: Final = {
    Outcome.DONE: "sent",
    Outcome.UNKNOWN: "unknown",
    Outcome.FAILED: "drafted",  # nothing arrived: it is offered again
    Outcome.REFUSED: "failed",
}


class Composed(msgspec.Struct, frozen=True):
    """A message that is written."""

    token: str
    template: Template
    text: str
    """Masked."""

    def told(self, state: str, target: str = "", answer: str = "", known_by: str = "") -> Told:
        """Say what became of it."""
        name, channel, audience = self.template.name, self.template.channel, self.template.audience
        return Told(self.token, name, channel, self.text, state, audience, target, answer, known_by)


class _Recorder:
    """Writes beside what becomes of an action what becomes of the message, also when the cockpit is being left."""

    def __init__(self, recorder: IncidentRecorder, told: Callable[[Receipt], Awaitable[None]]) -> None:
        self._recorder = recorder
        self._told = told

    async def intend(self, token: str, plan: Plan) -> None:
        await self._recorder.intend(token, plan)

    async def settle(self, token: str, receipt: Receipt) -> None:
        await self._recorder.settle(token, receipt)
        if receipt.targets:
            await self._told(receipt)


class Sending:
    """Sends messages to the targets of the configuration, once each is confirmed."""

    def __init__(
        self,
        app: App[None],
        targets: Mapping[str, MessageTarget],
        environ: Mapping[str, str],
        record: "Callable[[], IncidentDesk | None]",
        tell: Callable[[str, Tone], None],
        clock: Clock,
    ) -> None:
        """Write what becomes of messages into `record`.

        Args:
            app: on whose screens a person is asked.
            targets: where messages can be sent to, by name.
            environ: has the tokens, and names proxies.
            record: gives the incident log, or None while it is not open.
            tell: says how it goes.
            clock: tells the time.
        """
        self._app = app
        self._targets = targets
        self._environ = environ
        self._record = record
        self._tell = tell
        self._clock = clock
        self._web = Web(environ)
        self._confirming: list[Confirming] = []
        self._permit = Permit(
            # A target that is configured may be used: telling people changes nothing of what is looked at.
            frozenset(f"{MESSAGES}{name}" for name in targets),
            frozenset(f"{MESSAGES}{name}" for name, target in targets.items() if target.protected),
        )

    @property
    def has_targets(self) -> bool:
        """Whether there is anywhere to send to."""
        return bool(self._targets)

    async def deliver(self, record: "IncidentDesk", composed: Composed) -> bool:
        """Send a message, and write what became of it; False when the person did not want to in the end."""
        name = await self._pick(composed)
        message = None if name is None else await self._outgoing(record, composed, name)
        if name is None or message is None:
            return False
        executor = MessageExecutor(name, self._web, self._environ, self._clock)

        async def told(receipt: Receipt) -> None:
            known_by = message.reference or executor.reference
            state, said = _STATES.get(receipt.outcome, "unknown"), receipt.targets[0].said
            await record.write(entry_of(composed.told(state, name, said, known_by), record.actor))

        runner = Runner(executor, _Recorder(IncidentRecorder(self._record), told), clock=self._clock)
        confirming = Confirming(self._app, runner, self._tell)
        self._confirming.append(confirming)
        try:
            receipt = await confirming.confirm(plan_message(name, self._targets[name], message), self._permit)
        finally:
            self._confirming.remove(confirming)
        return receipt is not None and bool(receipt.targets)

    async def aclose(self) -> None:
        """Wait until what is being sent has its receipt."""
        for confirming in tuple(self._confirming):
            await confirming.aclose()

    async def _pick(self, composed: Composed) -> str | None:
        """Ask where to; those whose readers it is written for first."""
        fits = sorted(self._targets, key=lambda name: self._targets[name].audience != composed.template.audience)
        choices = [Choice(name, f"{self._targets[name].called} · {self._targets[name].audience}") for name in fits]
        return await ask(self._app, Picker("Send it to", choices))

    async def _outgoing(self, record: "IncidentDesk", composed: Composed, name: str) -> Outgoing | None:
        """Put together what a target needs to know, and ask for what only a person can say."""
        target, state = self._targets[name], record.state
        title, text = split_title(composed.text)
        known = reference(record.entries, name)
        way = argument = ""
        if offered := ways(target, composed.template.purpose):
            chosen = await ask(self._app, Picker(f"{name} is to", [Choice(*each) for each in offered.items()]))
            if chosen is None:
                return None
            way = chosen
        if isinstance(target, PagerDuty) and not known:
            asked = Question("PagerDuty's id of the incident", hint="the end of its address, such as Q1AB2CD3EF4GHI")
            known = await self._ask(asked)
        if way == ESCALATE:
            level = Question("Escalate to which level?", "2", hint="of PagerDuty's escalation policy")
            argument = await self._ask(level)
        return Outgoing(
            composed.template.name,
            text,
            title,
            record.name,
            state.severity or "",
            record.severity_rank(state.severity),
            composed.template.status or common_status(state.status or ""),
            composed.template.audience,
            known,
            holes(composed.text),
            way,
            argument,
        )

    async def _ask(self, question: Question) -> str:
        return await self._app.push_screen_wait(question) or ""
