"""The questions that have a list of answers."""

from collections.abc import Callable, Sequence
from typing import Any

from textual.app import App
from textual.binding import ActiveBinding

from cockpit.runbooks import decision as decisions
from cockpit.runbooks.applies import common_status
from cockpit.runbooks.decision import Leaf, decision
from cockpit.runbooks.model import Runbook, Severity, Step
from cockpit.ui.aliases import COMMAND_ALIASES, KIND_ALIASES, short_names
from cockpit.ui.header import SEVERITY_TONES
from cockpit.ui.hints import key_label
from cockpit.ui.widgets.picker import Choice, Picker
from cockpit.ui.widgets.question import Question

STEPS = {
    "doing": "somebody is at it",
    "done": "",
    "skipped": "asks why",
    "failed": "asks why",
    "not applicable": "asks why",
    "open": "to do again",
    "note": "written beside it",
}
"""What can become of a step, and what is said about that."""
NOTE_ON_STEP = "note"
EXPLAINED = ("skipped", "failed", "not applicable")
_DECIDE = "decide"
_SEVERITY = "Severity: when in doubt, the higher one"
STAY = "stay"
LEAVE = "leave"
CLOSE = "close and leave"
ONLY_CLOSE = "close"


async def ask(app: App[Any], picker: Picker) -> str | None:
    """Ask one question at a time: a second one is not put while the first is open."""
    if any(isinstance(screen, Picker) for screen in app.screen_stack):
        return None
    return await app.push_screen_wait(picker)


async def pick_severity(app: App[Any], runbook: Runbook, current: str | None) -> Severity | None:
    """Ask for a level of the runbook's scheme; None when the person goes back.

    Questions may propose one; it is the person who sets it.
    """
    questions = decision(runbook)
    decide = [Choice(_DECIDE, "a few questions propose one")] if questions is not None else []
    chosen = await ask(app, Picker(_SEVERITY, [*_levels(runbook), *decide], current))
    if chosen == _DECIDE and questions is not None:
        proposed = await _decide(app, questions)
        chosen = proposed and await ask(app, Picker(f"Severity: {proposed} is proposed", _levels(runbook), proposed))
    return next((severity for severity in runbook.severities if severity.name == chosen), None)


async def _decide(app: App[Any], node: decisions.Question | Leaf) -> str | None:
    """Put the questions; give the level to which the answers lead, or None when the person goes back."""
    while isinstance(node, decisions.Question):
        choices = [Choice("yes"), Choice("no"), Choice("not sure", "counts as yes: in doubt the higher one")]
        answer = await ask(app, Picker(node.text, choices))
        if answer is None:
            return None
        node = node.no if answer == "no" else node.yes
    return node.severity


def _levels(runbook: Runbook) -> list[Choice]:
    return [
        Choice(severity.name, severity.definition, SEVERITY_TONES[min(rank, len(SEVERITY_TONES) - 1)])
        for rank, severity in enumerate(runbook.severities)
    ]


async def pick_status(app: App[Any], runbook: Runbook, current: str | None) -> str | None:
    """Ask for a public status of the runbook's vocabulary; None when the person goes back.

    Where a team has words of its own, it is said what they mean on status pages.
    """
    common = {status: common_status(status) for status in runbook.statuses}
    choices = [Choice(status, "" if status == means else f"means {means}") for status, means in common.items()]
    return await ask(app, Picker("Status", choices, current))


async def pick_for_step(app: App[Any], step: Step, current: str, more: Sequence[Choice] = ()) -> str | None:
    """Ask what has become of a step, or for one of the other things to do with it; None when the person goes back."""
    told = [step.text, *filter(None, (step.expect and f"expect {step.expect}", step.gate and f"until {step.gate}"))]
    states = [Choice(state, remark) for state, remark in STEPS.items()]
    return await ask(app, Picker(" · ".join(told), [*more, *states], more[0].key if more else current))


async def ask_why(app: App[Any], what: str) -> str | None:
    """Ask for a reason; it may be empty. None when the person goes back."""
    return await app.push_screen_wait(Question(what, hint="goes into the log"))


async def run_command(app: App[Any], bindings: Sequence[ActiveBinding], show_kind: Callable[[str], None]) -> None:
    """Ask for one of the things that have a key now, and do it; or for a kind of objects, and `show_kind`."""
    choices = [
        Choice(
            active.binding.id or "",
            f"{active.tooltip or active.binding.description} ({key_label(active.binding)})",
            aliases=COMMAND_ALIASES.get(active.binding.id or "", ()),
        )
        for active in bindings
    ]
    kinds = _kinds()
    chosen = await ask(app, Picker("Commands", [*choices, *kinds]))
    if chosen in {kind.key for kind in kinds}:
        show_kind(chosen)
    for active in bindings:
        if active.binding.id == chosen:
            await app.run_action(active.binding.action, active.node)


async def pick_kind(app: App[Any]) -> str | None:
    """Ask for a kind of objects, by its title; None when the person goes back."""
    return await ask(app, Picker("Kind", _kinds()))


def _kinds() -> list[Choice]:
    """Offer every kind by its title and by the names that kubectl knows it by."""
    from cockpit.ui.kubernetes.kind_tabs import KIND_TABS, LISTED_TABS  # noqa: PLC0415  (bring along how they are drawn)

    remarks = {"Pods": "", **{tab.title: "" for tab in KIND_TABS}, **{tab.title: "listed once" for tab in LISTED_TABS}}
    return [
        Choice(title, " · ".join(filter(None, (short_names(title), remark))), aliases=KIND_ALIASES.get(title, ()))
        for title, remark in remarks.items()
    ]


async def pick_parting(app: App[Any], incident: str, unsaved: int, unknown: str, others: Sequence[str] = ()) -> str:
    """Ask whether to leave while an incident is open or something is not saved: `STAY`, `LEAVE` or `CLOSE`.

    Who closes it hears first what is `unknown` (empty: nothing), and which `others` have it open.
    """
    if unsaved:
        title = f"{unsaved} entries are not saved and would be lost"
        choices = [Choice(STAY, "R tries to save them again"), Choice(LEAVE, "give them up", "wrong")]
    else:
        title = _open(incident, others)
        choices = [
            Choice(STAY, "go on"),
            Choice(LEAVE, "it stays open; go on later with cockpit --incident FILE"),
            Choice(CLOSE, _over(unknown, others)),
        ]
    return await ask(app, Picker(title, choices)) or STAY


async def pick_closing(app: App[Any], incident: str, unknown: str, others: Sequence[str] = ()) -> bool:
    """Ask whether to close an open incident, and stay; `unknown` and `others` as in `pick_parting`."""
    choices = [Choice(STAY, "it stays open"), Choice(ONLY_CLOSE, _over(unknown, others))]
    return await ask(app, Picker(_open(incident, others), choices)) == ONLY_CLOSE


def _open(incident: str, others: Sequence[str]) -> str:
    here = ", ".join(dict.fromkeys(others))
    return f"{incident} is open; still here: {here}" if here else f"{incident} is open"


def _over(unknown: str, others: Sequence[str]) -> str:
    """Say what it means to close an incident, and what is not known of it yet."""
    here = ", ".join(dict.fromkeys(others))
    over = f"for {here} as well: the incident is over" if here else "the incident is over"
    return f"{over}; {unknown}" if unknown else over
