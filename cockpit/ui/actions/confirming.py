"""From a plan to its receipt: the preview, the confirmation, the run, and what is told of it."""

from collections.abc import Callable

from textual.app import App

from cockpit.actions.permit import Permit
from cockpit.actions.plan import Plan
from cockpit.actions.receipt import Outcome, Receipt, TargetReceipt
from cockpit.actions.runner import Runner
from cockpit.ui import dialogs
from cockpit.ui.actions.plan_dialog import PlanDialog
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.picker import Choice, Picker

_TONES: dict[Outcome, Tone] = {Outcome.DONE: "well", Outcome.UNKNOWN: "doubtful", Outcome.PARTLY: "doubtful"}


class Confirming:
    """Shows plans, and has done what a person confirms."""

    def __init__(self, app: App[None], runner: Runner, tell: Callable[[str, Tone], None]) -> None:
        """Ask on the screens of `app`, run with `runner`, and say with `tell` how it goes."""
        self._app = app
        self._runner = runner
        self._tell = tell

    async def confirm(self, plan: Plan, permit: Permit) -> Receipt | None:
        """Show a plan and run it once it is confirmed; None when it was not run."""
        typed = await self._app.push_screen_wait(PlanDialog(plan, permit))
        if typed is None:
            return None
        self._tell(f"{plan.title} …", "changing")
        told = self._tell_target if len(plan.targets) > 1 else None
        receipt = await self._runner.run(plan, permit, typed, told=told)
        if receipt.unrecorded and receipt.outcome is Outcome.REFUSED:
            if not await self._insists(receipt):
                self._tell(f"{receipt.title}: {receipt.summary}", "wrong")
                return None
            receipt = await self._runner.run(plan, permit, typed, unrecorded=True, told=told)
        unrecorded = f"; NOT RECORDED: {receipt.unrecorded}" if receipt.unrecorded else ""
        pending = any(each.pending for each in receipt.targets)
        tone = "doubtful" if pending else _TONES.get(receipt.outcome, "wrong")
        self._tell(f"{receipt.title}: {receipt.summary}{unrecorded}", tone)
        return receipt

    async def aclose(self) -> None:
        """Wait until what is running has its receipt."""
        await self._runner.aclose()

    async def _insists(self, refused: Receipt) -> bool:
        """Ask whether to do it although the record cannot be written."""
        choices = [Choice("no", "leave it"), Choice("yes", "do it without a record", "wrong")]
        title = f"It cannot be recorded: {refused.unrecorded}. Do it all the same?"
        return await dialogs.ask(self._app, Picker(title, choices)) == "yes"

    def _tell_target(self, receipt: TargetReceipt) -> None:
        said = f": {receipt.said}" if receipt.said else ""
        self._tell(
            f"{receipt.ref} {receipt.word}{said}",
            "doubtful" if receipt.pending else _TONES.get(receipt.outcome, "wrong"),
        )
