"""Steps that nobody need tick: the record itself proves that they are done."""

from cockpit.incident import roles
from cockpit.incident.clocks import RESOLVED, acknowledged_at
from cockpit.incident.entry import Draft, EntryKind, EntrySource
from cockpit.incident.state import IncidentState
from cockpit.runbooks.applies import common_status, is_for
from cockpit.runbooks.model import Phase, Runbook, Step

_ACTOR = "cockpit"


def proven(state: IncidentState, runbook: Runbook) -> list[Draft]:
    """Give the ticks of steps that are done by what was recorded, each with what proves it.

    Cockpits that notice it at the same moment write it once. What a person has said of a step stands: one that they
    opened again is not ticked again.
    """
    return [
        _tick(phase, step, why)
        for phase in runbook.phases
        for step in phase.steps
        if phase.kind == "phase" and step.proof and step.id not in state.steps and is_for(step, state.severity)
        if (why := _why(step.proof, state, runbook))
    ]


def _why(proof: str, state: IncidentState, runbook: Runbook) -> str:
    """Say what proves it, one of `cockpit.runbooks.proof.PROOFS`; empty: nothing does."""
    match proof:
        case "declared":
            return "the incident was declared" if state.declared_at is not None else ""
        case "severity":
            return f"severity set to {state.severity}" if state.severity is not None else ""
        case "acknowledged":
            return "acknowledged" if acknowledged_at(state, runbook) is not None else ""
        case "lead":
            leads = roles.lead(state.roles)
            return f"{leads} leads" if leads else ""
        case "resolved":
            is_over = state.status is not None and common_status(state.status) == RESOLVED
            return f"status set to {state.status}" if is_over else ""
    return f"{proof} is noted" if proof in state.milestones else ""


def _tick(phase: Phase, step: Step, why: str) -> Draft:
    data: dict[str, str | None] = {"step": step.id, "phase": phase.title, "text": step.text, "state": "done"}
    data["note"] = why
    return Draft(
        EntryKind.STEP, f"✔ {step.text} ({why})", _ACTOR, EntrySource.COCKPIT, data=data, key=f"proven {step.id}"
    )
