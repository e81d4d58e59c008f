"""The commands that were run, or run: each is recorded, whoever stops to look at it."""

import asyncio
import re
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import uuid4

import msgspec

from cockpit.actions.commands.environment import Place, kubeconfig, variables
from cockpit.actions.commands.run import Call, CommandRun, How
from cockpit.clock import Clock
from cockpit.incident.entry import Draft, EntryKind, EntrySource
from cockpit.incident.errors import IncidentFileError
from cockpit.incident.evidence import text_piece
from cockpit.reading import SourceError
from cockpit.runbooks.risk_levels import Risk
from cockpit.threads import call_in_thread
from cockpit.ui.incident.command_preview import one_line, tail
from cockpit.ui.tones import Tone

if TYPE_CHECKING:  # brings along the incident file
    from cockpit.ui.incident.incident_desk import IncidentDesk

_MOST: Final = 20
_GOODBYE: Final = 5.0
"""Seconds that commands get to end when the cockpit is left."""
_NEEDS_CLUSTER: Final = re.compile(r"\b(?:kubectl|helm|oc)\b")


class Request(msgspec.Struct, frozen=True):
    """A command that a person has confirmed."""

    step: str
    """Id of its step."""
    script: str
    risk: Risk
    seconds: float
    """After which it is ended."""
    place: Place
    """Where it looks."""

    @property
    def title(self) -> str:
        """Name it on one line."""
        return one_line(self.script)


class Ran(NamedTuple):
    """A command that was run, or runs."""

    step: str
    title: str
    run: CommandRun


class CommandRuns:
    """Starts commands and follows them to their end. Belongs to one event loop."""

    def __init__(self, tell: Callable[[str, Tone], None], clock: Clock, environ: Mapping[str, str]) -> None:
        """Start with nothing.

        Args:
            tell: says how it goes.
            clock: tells how long it took.
            environ: what commands find, besides where the cockpit looks.
        """
        self.ran: list[Ran] = []
        """The latest, in the order in which they were started."""
        self._tell = tell
        self._clock = clock
        self._environ = environ
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(
        self,
        request: Request,
        record: "IncidentDesk",
        changed: Callable[[CommandRun], None],
        *,
        unrecorded: bool = False,
    ) -> Ran:
        """Start a command; what may write is recorded before.

        Args:
            request: what to run.
            record: where it is recorded.
            changed: called when it has something new to show.
            unrecorded: run it even if the intent cannot be recorded, as the person has said explicitly.

        Raises:
            IncidentFileError: the intent is not recorded, and nothing was started.
        """
        token = ""
        if request.risk is not Risk.READ and not unrecorded:
            token = uuid4().hex
            await record.intend(token, _deed(request), request.script)
        call = Call(request.script, variables(request.place, self._environ), seconds=request.seconds)
        run = CommandRun(call, self._clock, lambda: changed(run))
        ran = Ran(request.step, request.title, run)
        self.ran = [*self.ran[1 - _MOST :], ran]
        task = asyncio.create_task(self._follow(run, request, record, token))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return ran

    async def aclose(self) -> None:
        """End what runs, and write what became of it."""
        for ran in self.ran:
            if ran.run.running:
                ran.run.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_GOODBYE)
        for task in tuple(self._tasks):
            task.cancel()

    async def _follow(self, run: CommandRun, request: Request, record: "IncidentDesk", token: str) -> None:
        with ExitStack() as stack:
            try:
                run.found(await call_in_thread(stack.enter_context, kubeconfig(request.place.cluster)))
            except (SourceError, OSError) as error:
                if _NEEDS_CLUSTER.search(request.script):
                    run.refuse(str(error))
            if run.running:
                await run.run()
        await self._log(run, request, record, token)
        self._tell(f"{request.title}: {run.summary}", "well" if run.well else "wrong")

    async def _log(self, run: CommandRun, request: Request, record: "IncidentDesk", token: str) -> None:
        """Write what it was and what it said; the whole output is kept as evidence."""
        text = f"ran {request.title} \N{EM DASH} {run.summary}"
        data = {
            "command": request.script,
            "step": request.step,
            "risk": request.risk.value,
            "exit": None if run.exit is None else str(run.exit),
            "seconds": f"{run.seconds:.1f}",
            "sha256": None,
        }
        lines = run.output.lines
        ended = f"{text}\n{tail(lines)}" if lines else text
        draft = Draft(EntryKind.COMMAND, ended, record.actor, EntrySource.COMMAND, data=data)
        if token:
            outcome = "done" if run.well else "unknown" if run.how in {How.TIMED_OUT, How.CANCELLED} else "failed"
            try:
                await record.settle(token, _deed(request), outcome, run.summary)
            except IncidentFileError as error:
                self._tell(f"NOT SAVED: {error}", "wrong")
        if lines:
            await record.write_with(draft, [text_piece("output.txt", "\n".join(lines))])
        else:
            await record.write(draft)


def _deed(request: Request) -> str:
    """Name what is about to be done, for the intent."""
    return f"run {request.script.split()[0]} of the runbook"
