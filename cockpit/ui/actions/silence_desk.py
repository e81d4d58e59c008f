"""From the wish to silence an alert, or to have people told again, to the receipt."""

from collections.abc import Callable

from textual.app import App

from cockpit.actions.alertmanager.executor import AlertmanagerExecutor
from cockpit.actions.alertmanager.planner import AlertmanagerPlanner
from cockpit.actions.permit import Permit
from cockpit.actions.plan import Plan, Verb
from cockpit.actions.recorder import Recorder
from cockpit.actions.runner import Runner
from cockpit.clock import Clock
from cockpit.reading import SourceError
from cockpit.sources.web.api import Api
from cockpit.ui import dialogs
from cockpit.ui.actions.confirming import Confirming
from cockpit.ui.actions.silence_offers import LENGTHS, SilenceOffer, SilenceSelection, silence_offers
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.picker import Choice, Picker
from cockpit.ui.widgets.question import Question

NOTHING = "no alert and no silence is under the cursor"


class SilenceDesk:
    """Offers what can be done to the alerts of one Alertmanager, and does what a person confirms."""

    def __init__(
        self,
        app: App[None],
        api: Api,
        name: str,
        author: Callable[[], str],
        recorder: Recorder,
        tell: Callable[[str, Tone], None],
        clock: Clock,
    ) -> None:
        """Act on an Alertmanager.

        Args:
            app: on whose screens is asked.
            api: of the Alertmanager.
            name: what the configuration calls it.
            author: tells who makes a silence.
            recorder: keeps the record of every action.
            tell: says how it goes.
            clock: tells the time.
        """
        self._app = app
        self._name = name
        self._author = author
        self._tell = tell
        self._planner = AlertmanagerPlanner(api, name, clock)
        self._confirming = Confirming(app, Runner(AlertmanagerExecutor(api, name, clock), recorder, clock=clock), tell)

    async def offer(self, selection: SilenceSelection, permit: Permit) -> bool:
        """Ask what to do, for how long and why; plan it, show the plan, and do it once it is confirmed.

        Returns:
            Whether anything was tried, so that what is shown may have changed.
        """
        offers = {each.title: each for each in silence_offers(selection)}
        if not offers:
            self._tell(NOTHING, "")
            return False
        choices = [Choice(title, each.why) for title, each in offers.items()]
        chosen = await dialogs.ask(self._app, Picker(f"Do to {self._name}", choices))
        plan = await self._plan(offers[chosen]) if chosen in offers else None
        return plan is not None and await self._confirming.confirm(plan, permit) is not None

    async def aclose(self) -> None:
        """Wait until what is running has its receipt."""
        await self._confirming.aclose()

    async def _plan(self, offer: SilenceOffer) -> Plan | None:
        """Plan it; None when a person goes back, or when it cannot be planned, which is told."""
        try:
            if offer.verb is Verb.EXPIRE_SILENCE:
                return await self._planner.expire(offer.silence_id)
            return await self._silence(offer)
        except SourceError as error:
            remedy = f"; try: {error.remedy}" if error.remedy else ""
            self._tell(f"{offer.title} cannot be planned: {error.message}{remedy}", "wrong")
        return None

    async def _silence(self, offer: SilenceOffer) -> Plan | None:
        lengths = Picker(f"{offer.title} for", [Choice(each) for each in LENGTHS])
        length = await dialogs.ask(self._app, lengths)
        if length not in LENGTHS:
            return None
        question = Question(f"{offer.title}: why", "", "others have to know why nobody is told", _reason)
        comment = await self._app.push_screen_wait(question)
        if comment is None:
            return None
        return await self._planner.silence(offer.matchers, LENGTHS[length], self._author(), comment)


def _reason(typed: str) -> None:
    """Refuse a silence for which nobody gives a reason."""
    if not typed.strip():
        raise ValueError("a reason is needed")
