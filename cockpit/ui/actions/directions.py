"""Where to go with what cannot be acted on from here: the command to type outside, and the scenario of the runbook."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from textual.app import App

from cockpit.diagnosis.finding import Finding
from cockpit.ui.findings.finding_desk import name_of
from cockpit.ui.terminal.clipboard import Copied

if TYPE_CHECKING:
    from cockpit.sources.kubernetes.objects import ObjectRef
    from cockpit.ui.screen import CockpitScreen

_RUNBOOK = "runbook: "
_TYPE_IT = "to be typed outside of the cockpit: enter copies it"


class Directions(NamedTuple):
    """What helps with an object, as far as it is known."""

    about: "ObjectRef"
    commands: Sequence[tuple[str, str]] = ()
    """Each with what it is for."""
    scenarios: Sequence[str] = ()
    """Of the runbook."""


def directions_for(
    about: "ObjectRef", findings: Iterable[Finding], commands: Sequence[tuple[str, str]] = ()
) -> Directions:
    """Collect what findings say about an object: what to type, and what the runbook calls it; `commands` come after."""
    concerned = [each for each in findings if about in each.objects]
    proofs = [proof for each in concerned for proof in each.evidence if proof.command]
    typed = {proof.command: proof.fact.removesuffix(proof.command).strip(": ") for proof in proofs}
    known = {**typed, **{command: why for command, why in commands if command not in typed}}
    return Directions(about, tuple(known.items()), tuple(dict.fromkeys(each.scenario for each in concerned)))


async def point_out(app: App[None], screen: "CockpitScreen", directions: Directions) -> None:
    """Show what to type and where to read on; enter copies a command, or shows the scenario. Nothing is run."""
    from cockpit.ui import dialogs  # noqa: PLC0415  (brings along the runbook)
    from cockpit.ui.widgets.picker import Choice, Picker  # noqa: PLC0415

    choices = [
        Choice(command, f"{why} · {_TYPE_IT}" if why and why != "try" else _TYPE_IT)
        for command, why in directions.commands
    ]
    choices += [Choice(f"{_RUNBOOK}{each}", "its steps in the checklist") for each in directions.scenarios]
    title = f"Nothing is done to {name_of(directions.about)} from here; what helps"
    chosen = await dialogs.ask(app, Picker(title, choices))
    if chosen is None:
        return
    if chosen.startswith(_RUNBOOK):
        screen.checklist.offer([chosen.removeprefix(_RUNBOOK)])
        screen.leave()
        screen.action_view("incident")
    else:
        app.post_message(Copied(chosen))
