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
        Choice(severity.name, severity.definition, tone)
        for severity, tone in zip(runbook.severities, SEVERITY_TONES, strict=False)
    ]
    chosen = await ask(app, Picker("Severity: when in doubt, the higher one", choices, current))
    return next((severity for severity in runbook.severities if severity.name == chosen), None)


async def pick_status(app: App[Any], runbook: Runbook, current: str | None) -> str | None:
    """Ask for a public status of the runbook's vocabulary; None when the person goes back."""
    choices = [Choice(status) for status in runbook.statuses]
    return await ask(app, Picker("Status", choices, current))


async def pick_command(app: App[Any], bindings: Sequence[ActiveBinding]) -> ActiveBinding | None:
    """Ask for one of the things that have a key now."""
    choices = [
        Choice(active.binding.id or "", f"{active.tooltip or active.binding.description} ({key_label(active.binding)})")
        for active in bindings
    ]
    chosen = await ask(app, Picker("Commands", choices))
    return next((active for active in bindings if active.binding.id == chosen), None)


async def pick_since(app: App[Any]) -> int | None:
    """Ask how far back logs begin, in seconds; 0 for the newest lines only, None when the person goes back."""
    answers = {"newest lines": 0, "1 minute": 60, "5 minutes": 300, "15 minutes": 900, "1 hour": 3600, "6 hours": 21600}
    chosen = await ask(app, Picker("Logs since", [Choice(answer) for answer in answers]))
    return None if chosen is None else answers[chosen]


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
