"""What became of each step of the runbook."""

from collections.abc import Iterable, Iterator

from cockpit.incident.entry import Entry, EntryKind
from cockpit.incident.report.model import Checklist, Phase, Step
from cockpit.incident.report.timeline import short
from cockpit.incident.state import IncidentState, StepState
from cockpit.runbooks import model as runbooks

OTHERS = "Steps of another runbook"


def checklist(runbook: runbooks.Runbook, entries: Iterable[Entry], state: IncidentState) -> Checklist:
    """List the steps of the runbook by phase, then those that were ticked but are not in it.

    Scenarios and references are listed when one of their steps was touched: they are not for every incident.
    """
    return Checklist(short(runbook.title), (*_own(runbook, state), *_others(runbook, entries, state)))


def _own(runbook: runbooks.Runbook, state: IncidentState) -> Iterator[Phase]:
    for phase in runbook.phases:
        if phase.steps and (phase.kind == "phase" or any(step.id in state.steps for step in phase.steps)):
            yield Phase(phase.title, tuple(_step(step.text, state.steps.get(step.id)) for step in phase.steps))


def _others(runbook: runbooks.Runbook, entries: Iterable[Entry], state: IncidentState) -> Iterator[Phase]:
    ours = {step.id for phase in runbook.phases for step in phase.steps}
    others = {
        entry.data.get("step") or "": entry.data.get("text") or ""
        for entry in entries
        if entry.kind is EntryKind.STEP and (entry.data.get("step") or "") not in ours
    }
    if others:
        yield Phase(OTHERS, tuple(_step(text, state.steps.get(step)) for step, text in others.items()))


def _step(text: str, state: StepState | None) -> Step:
    if state is None:
        return Step(short(text))
    return Step(short(text), state.state, short(state.who), state.when, short(state.note))
