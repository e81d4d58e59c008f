"""What is said of an incident after the screen is gone."""

from typing import TYPE_CHECKING

from cockpit.text import clean

if TYPE_CHECKING:
    from cockpit.ui.incident.incident_desk import IncidentDesk


def farewell(record: "IncidentDesk", *, practice: bool = False) -> str:
    """Say how an incident goes on, or where its report is; and what is not saved. Nothing while nothing was recorded.

    The world of a `practice` is gone with the screen, so that there is nothing to go on with: its log is there to read.
    """
    name, path = record.name, record.path
    lines: list[str] = []
    if practice and name:
        lines = [f"{name} of this game day: cockpit log show {path}", f"its report: cockpit report {path}"]
    elif record.open:
        lines = [f"{name} is open; go on with: cockpit --incident {path}"]
    elif record.state.closed_at:
        lines = [f"{name} is closed; its report: cockpit report {path}"]
    lines += [f"NOT SAVED: {clean(draft.text)}" for draft in record.unsaved]
    return "".join(f"{line}\n" for line in lines)
