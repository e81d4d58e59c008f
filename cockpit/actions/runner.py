"""Runs plans: once, after they were recorded, to their end whoever stops waiting for it, with a receipt."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import uuid4

import msgspec

from cockpit.actions.executor import Executor
from cockpit.actions.pace import Carried, Pace
from cockpit.actions.permit import Permit
from cockpit.actions.plan import Evict, Plan, Target, Verb
from cockpit.actions.receipt import Outcome, Receipt, TargetReceipt, overall
from cockpit.actions.recorder import Recorder
from cockpit.clock import Clock, utc_now
from cockpit.reading import SourceError

Told = Callable[[TargetReceipt], None]


class Runner:
    """Runs plans in one place of the outside world. Belongs to one event loop."""

    def __init__(
        self, executor: Executor, recorder: Recorder, *, clock: Clock = utc_now, pace: Pace | None = None
    ) -> None:
        """Have `executor` do it, and record with `recorder`."""
        self._executor = executor
        self._recorder = recorder
        self._clock = clock
        self._pace = pace or Pace()
        self._running: set[asyncio.Task[Receipt]] = set()

    @property
    def busy(self) -> bool:
        """Whether an action has no receipt yet."""
        return bool(self._running)

    async def run(
        self, plan: Plan, permit: Permit, typed: str = "", *, unrecorded: bool = False, told: Told | None = None
    ) -> Receipt:
        """Run a plan, and give its receipt. When the caller is cancelled meanwhile, it goes on, and is receipted.

        Args:
            plan: what to do.
            permit: what the person has allowed.
            typed: what the person has typed to confirm it.
            unrecorded: run it even if the intent cannot be recorded, as the person has said explicitly.
            told: called with what became of each target, as soon as that is known.
        """
        objection = permit.objection(plan, typed) or await self._elsewhere(plan)
        if objection:
            return self._receipt(plan, [], timedelta(), objection)
        task = asyncio.create_task(self._recorded(plan, told or _nobody, unrecorded=unrecorded))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def aclose(self, within: float = 10.0) -> None:
        """Wait for what is running; what does not end in time is receipted as it stands: unknown."""
        running = set(self._running)
        if running:
            _, late = await asyncio.wait(running, timeout=within)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _elsewhere(self, plan: Plan) -> str:
        """Tell whether the plan was made for another place than this runner's."""
        try:
            context = await self._executor.context()
        except SourceError as error:
            return error.message
        return "" if context == plan.context else f"it was planned in context {plan.context}"

    async def _recorded(self, plan: Plan, told: Told, *, unrecorded: bool) -> Receipt:
        token, missing = uuid4().hex, ""
        try:
            await self._recorder.intend(token, plan)
        except Exception as error:  # noqa: BLE001  (whatever the recorder fails of, it is not recorded)
            missing = str(error)
        if missing and not unrecorded:
            reason = f"not run, because it cannot be recorded: {missing}"
            return await self._settled(token, self._receipt(plan, [], timedelta(), reason, missing))
        began, receipts = self._clock(), [TargetReceipt(each.ref, Outcome.NOT_TRIED) for each in plan.targets]
        try:
            await self._carry_out(plan, receipts, told)
        finally:
            took = self._clock() - began
            receipt = await self._settled(token, self._receipt(plan, receipts, took, unrecorded=missing))
        return receipt

    async def _settled(self, token: str, receipt: Receipt) -> Receipt:
        try:
            await self._recorder.settle(token, receipt)
        except Exception as error:  # noqa: BLE001  (the action is over: the receipt must reach the person)
            return msgspec.structs.replace(receipt, unrecorded=str(error))
        return receipt

    async def _carry_out(self, plan: Plan, receipts: list[TargetReceipt], told: Told) -> None:
        """Deal with the targets in order; stop at the first that shows that the others would fare no better."""
        blocked: list[int] = []
        for place, target in enumerate(plan.targets):
            carried = await self._one(target, place, receipts, told)
            if carried.blocked and plan.verb is Verb.DRAIN:
                blocked.append(place)
            must = not isinstance(target.operation, Evict) and plan.verb is Verb.DRAIN
            if not carried.go_on or (must and carried.receipt.outcome is not Outcome.DONE):
                return
        await self._unblock(plan.targets, blocked, receipts, told)

    async def _unblock(
        self, targets: Sequence[Target], blocked: list[int], receipts: list[TargetReceipt], told: Told
    ) -> None:
        """Try evictions again that a budget did not allow: it may when the pods evicted before are ready elsewhere."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self._pace.blocked
        while blocked and loop.time() < end:
            await asyncio.sleep(self._pace.look_again)
            for place in tuple(blocked):
                carried = await self._one(targets[place], place, receipts, told)
                if not carried.go_on:
                    return
                if not carried.blocked:
                    blocked.remove(place)

    async def _one(self, target: Target, place: int, receipts: list[TargetReceipt], told: Told) -> Carried:
        before = receipts[place]
        receipts[place] = TargetReceipt(target.ref, Outcome.UNKNOWN, "the cockpit was left before the answer came")
        carried = await self._executor.carry_out(target, self._pace)
        receipts[place] = carried.receipt
        if carried.receipt != before:
            told(carried.receipt)
        return carried

    def _receipt(
        self, plan: Plan, targets: Sequence[TargetReceipt], took: timedelta, said: str = "", unrecorded: str = ""
    ) -> Receipt:
        outcome = overall(targets) if targets else Outcome.REFUSED
        began = self._clock() - took
        return Receipt(plan.title, plan.command, outcome, tuple(targets), began, took, said, unrecorded)


def _nobody(_: TargetReceipt) -> None:
    """Tell nobody."""
