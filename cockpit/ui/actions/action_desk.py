"""From the wish to change something to its receipt: offers, questions, preview, confirmation."""

from collections.abc import Callable, Sequence

from textual.app import App

from cockpit.actions.cluster_executor import ClusterExecutor
from cockpit.actions.permit import Permit
from cockpit.actions.plan import Plan
from cockpit.actions.planner import Planner
from cockpit.actions.preview import try_out
from cockpit.actions.rights import denial
from cockpit.actions.runner import Runner
from cockpit.clock import Clock
from cockpit.diagnosis.finding import Suggestion
from cockpit.reading import SourceError
from cockpit.session import Session
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.rights import Rights
from cockpit.text import clean
from cockpit.ui.actions.confirming import Confirming
from cockpit.ui.actions.futile import useful
from cockpit.ui.actions.offers import UNDER_CURSOR, WRONG, Offer, Selection, Worst, offers_for, suggested
from cockpit.ui.actions.parameters import Parameters
from cockpit.ui.actions.permitted import Refused, Way, choose
from cockpit.ui.actions.recorder import IncidentRecorder
from cockpit.ui.actions.rollout_watch import RolloutWatch
from cockpit.ui.kubernetes.holdings import Holdings
from cockpit.ui.tones import Tone


class ActionDesk:
    """Offers what can be done to a selection, and does what a person confirms. Belongs to one cluster."""

    def __init__(
        self,
        app: App[None],
        session: Session,
        cluster: Cluster,
        held: Holdings,
        recorder: IncidentRecorder,
        tell: Callable[[str, Tone], None],
        clock: Clock,
    ) -> None:
        """Act on `cluster`.

        Args:
            app: on whose screens is asked.
            session: whose readings tell how a rollout goes on.
            cluster: what is changed.
            held: what there is now.
            recorder: keeps the record of every action.
            tell: says how it goes.
            clock: tells the time.
        """
        self.cluster = cluster
        self._app = app
        self._held = held
        self._parameters = Parameters(app, held)
        self._planner = Planner(cluster, clock)
        self._rights = Rights(cluster, clock)
        self._confirming = Confirming(app, Runner(ClusterExecutor(cluster), recorder, clock=clock), tell)
        self._rollouts = RolloutWatch(app, session, cluster, tell, recorder.observe)
        self._tell = tell

    async def offer(
        self,
        selection: Selection,
        permit: Permit,
        suggestions: Sequence[Suggestion] = (),
        worst: Worst | None = None,
    ) -> None:
        """Ask what to do, plan it, show the plan, and do it once it is confirmed.

        Args:
            selection: what it would be about.
            permit: what the person has allowed.
            suggestions: what a diagnosis suggests to do about it.
            worst: what is wrong elsewhere, which is offered first.
        """
        first = useful(suggested(worst.suggestions), self._held) if worst is not None else []
        offers = useful([*suggested(suggestions), *offers_for(selection)], self._held)
        offers = [each for each in offers if each.title not in {one.title for one in first}]
        if not offers and not first:
            self._tell(f"there is nothing that could be done to {selection.about}", "")
            return
        try:
            offer = await self._choose(selection, offers, first, worst.title if worst is not None else "")
        except Refused as error:
            self._tell(str(error), "wrong")
            return
        if offer is not None:
            await self._carry_out(offer, permit)

    async def take_up(self, offer: Offer, permit: Permit) -> None:
        """Do what was chosen elsewhere: plan it, show the plan, and do it once it is confirmed."""
        if denied := await denial(self._rights, offer.rights):
            self._tell(f"{offer.title} is not allowed: {denied}", "wrong")
        else:
            await self._carry_out(offer, permit)

    async def aclose(self) -> None:
        """Wait until what is running has its receipt."""
        await self._confirming.aclose()

    async def _carry_out(self, offer: Offer, permit: Permit) -> None:
        plan = await self._plan(offer)
        receipt = await self._confirming.confirm(plan, permit) if plan is not None else None
        if receipt is not None:
            self._rollouts.begin(receipt)

    async def _choose(
        self, selection: Selection, offers: Sequence[Offer], first: Sequence[Offer], wrong: str
    ) -> Offer | None:
        ways = [Way(offer.title, offer.why, offer.rights) for offer in offers]
        if first:
            above = [Way(offer.title, offer.why, offer.rights) for offer in first]
            heading = Way(UNDER_CURSOR, str(selection.about), (), heading=True)
            ways = [Way(WRONG, clean(wrong), (), heading=True), *above, heading, *ways]
        title = "Do about what is wrong" if first else f"Do to {selection.about}"
        way = await choose(self._app, self._rights, title, ways)
        return next((offer for offer in (*first, *offers) if way is not None and offer.title == way.title), None)

    async def _plan(self, offer: Offer) -> Plan | None:
        """Ask how exactly, plan it, and try it out on the server; None when it comes to nothing."""
        try:
            plan = await self._parameters.plan(offer, self._planner)
            return None if plan is None else await try_out(self.cluster, plan)
        except SourceError as error:
            remedy = f"; try: {error.remedy}" if error.remedy else ""
            self._tell(f"{offer.title} cannot be planned: {error.message}{remedy}", "wrong")
        except ValueError as error:
            self._tell(f"{offer.title}: {error}", "wrong")
        return None
