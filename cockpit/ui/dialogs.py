"""The questions that have a list of answers."""

from collections.abc import Sequence
from typing import Any

from textual.app import App
from textual.binding import ActiveBinding

from cockpit.runbooks.model import Runbook, Severity
from cockpit.ui.header import SEVERITY_TONES
from cockpit.ui.hints import key_label
from cockpit.ui.picker import Choice, Picker

STAY = "stay"
LEAVE = "leave"
CLOSE = "close and leave"


async def ask(app: App[Any], picker: Picker) -> str | None:
    """Ask one question at a time: a second one is not put while the first is open."""
    if any(isinstance(screen, Picker) for screen in app.screen_stack):
        return None
    return await app.push_screen_wait(picker)


async def pick_severity(app: App[Any], runbook: Runbook, current: str | None) -> Severity | None:
    """Ask for a level of the runbook's scheme; None when the person goes back."""
    choices = [
        Choice(severity.name, severity.definition, SEVERITY_TONES[min(rank, len(SEVERITY_TONES) - 1)])
        for rank, severity in enumerate(runbook.severities)
    ]
    chosen = await ask(app, Picker("Severity: when in doubt, the higher one", choices, current))
    return next((severity for severity in runbook.severities if severity.name == chosen), None)


async def pick_status(app: App[Any], runbook: Runbook, current: str | None) -> str | None:
    """Ask for a public status of the runbook's vocabulary; None when the person goes back."""
    choices = [Choice(status) for status in runbook.statuses]
    return await ask(app, Picker("Status", choices, current))


async def run_command(app: App[Any], bindings: Sequence[ActiveBinding]) -> None:
    """Ask for one of the things that have a key now, and do it."""
    choices = [
        Choice(active.binding.id or "", f"{active.tooltip or active.binding.description} ({key_label(active.binding)})")
        for active in bindings
    ]
    chosen = await ask(app, Picker("Commands", choices))
    for active in bindings:
        if active.binding.id == chosen:
            await app.run_action(active.binding.action, active.node)


async def pick_kind(app: App[Any]) -> str | None:
    """Ask for a kind of objects, by its title; None when the person goes back."""
    from cockpit.ui.kubernetes.kind_tabs import KIND_TABS, LISTED_TABS  # noqa: PLC0415  (bring along how they are drawn)

    watched = [Choice("Pods"), *(Choice(tab.title) for tab in KIND_TABS)]
    return await ask(app, Picker("Kind", [*watched, *(Choice(tab.title, "listed once") for tab in LISTED_TABS)]))


async def pick_parting(app: App[Any], incident: str, unsaved: int) -> str:
    """Ask whether to leave while an incident is open or something is not saved: `STAY`, `LEAVE` or `CLOSE`."""
    if unsaved:
        title = f"{unsaved} entries are not saved and would be lost"
        choices = [Choice(STAY, "R tries to save them again"), Choice(LEAVE, "give them up", "wrong")]
    else:
        title = f"{incident} is open"
        choices = [
            Choice(STAY, "go on"),
            Choice(LEAVE, "it stays open; go on later with cockpit --incident FILE"),
            Choice(CLOSE, "the incident is over"),
        ]
    return await ask(app, Picker(title, choices)) or STAY
