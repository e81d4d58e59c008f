"""The questions that have a list of answers."""

from typing import Any

from textual.app import App

from cockpit.runbooks.model import Runbook, Severity
from cockpit.ui.header import SEVERITY_TONES
from cockpit.ui.picker import Choice, Picker

STAY = "stay"
LEAVE = "leave"
CLOSE = "close and leave"


async def pick_severity(app: App[Any], runbook: Runbook, current: str | None) -> Severity | None:
    """Ask for a level of the runbook's scheme; None when the person goes back."""
    choices = [
        Choice(severity.name, severity.definition, tone)
        for severity, tone in zip(runbook.severities, SEVERITY_TONES, strict=False)
    ]
    chosen = await app.push_screen_wait(Picker("Severity: when in doubt, the higher one", choices, current))
    return next((severity for severity in runbook.severities if severity.name == chosen), None)


async def pick_status(app: App[Any], runbook: Runbook, current: str | None) -> str | None:
    """Ask for a public status of the runbook's vocabulary; None when the person goes back."""
    choices = [Choice(status) for status in runbook.statuses]
    return await app.push_screen_wait(Picker("Status", choices, current))


async def pick_since(app: App[Any]) -> int | None:
    """Ask how far back logs begin, in seconds; 0 for the newest lines only, None when the person goes back."""
    answers = {"newest lines": 0, "1 minute": 60, "5 minutes": 300, "15 minutes": 900, "1 hour": 3600, "6 hours": 21600}
    chosen = await app.push_screen_wait(Picker("Logs since", [Choice(answer) for answer in answers]))
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
    return await app.push_screen_wait(Picker(title, choices)) or STAY
