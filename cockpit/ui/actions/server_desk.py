"""From the wish to change something on a Postgres server to its receipt; and what only asks it: SQL, and plans."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import TypeVar

from textual.app import App

from cockpit.actions.permit import Permit
from cockpit.actions.plan import Plan, Verb
from cockpit.actions.postgres.borrowed_session import BorrowedSession
from cockpit.actions.postgres.executor import PostgresExecutor
from cockpit.actions.postgres.explain import explain
from cockpit.actions.postgres.lasting_session import Acts, LastingSession
from cockpit.actions.postgres.planner import IDLE, PostgresPlanner
from cockpit.actions.postgres.prompt import SqlResult, run_sql
from cockpit.actions.postgres.sql_text import StatementRefusedError
from cockpit.actions.runner import Runner
from cockpit.clock import Clock
from cockpit.reading import SourceError
from cockpit.servers import Servers
from cockpit.sources.postgres.model import POSTGRES, BackendState
from cockpit.sources.postgres.session import PostgresSession
from cockpit.sources.postgres.target import Target
from cockpit.text import clean
from cockpit.ui import dialogs
from cockpit.ui.actions.confirming import Confirming
from cockpit.ui.actions.offers import UNDER_CURSOR, WRONG, Offer, offers_for
from cockpit.ui.actions.recorder import IncidentRecorder
from cockpit.ui.actions.server_offers import ServerOffer, ServerSelection, server_offers
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.picker import Choice, Picker
from cockpit.ui.widgets.question import Question

T = TypeVar("T")

_EMERGENCY = "look through the emergency connection"
_ACTING_EMERGENCY = "act through the emergency connection"
_AGAIN = "try again now (R)"
_MINUTES = "5"
_KNOCK_SECONDS = 5.0
"""Between two tries to get the connection for actions, which has to be there before there is no room for it."""


class ServerDesk:
    """Offers what can be done to one server, and does what a person confirms."""

    def __init__(
        self,
        app: App[None],
        servers: Servers,
        target: Target,
        named: Callable[[str], str],
        recorder: IncidentRecorder,
        tell: Callable[[str, Tone], None],
        clock: Clock,
    ) -> None:
        """Act on a server.

        Args:
            app: on whose screens is asked.
            servers: looks at it.
            target: the server.
            named: tells the workload that has a client address.
            recorder: keeps the record of every action.
            tell: says how it goes.
            clock: tells the time.
        """
        self.name = target.name
        self._app = app
        self._tell = tell
        self._servers = servers
        self._target = target
        self._recorder = recorder
        self._session = LastingSession(self._make)
        self._spare: Target | None = None
        """Set while a person wants to act by the connection for emergencies, although there is one for looking."""
        self._returning: asyncio.Task[None] | None = None
        """Waits for the ordinary way, while the connection for emergencies is used."""
        self._planner = PostgresPlanner(self._session, target.name, named)
        executor = PostgresExecutor(self._session, self._make_own, target.name)
        self._confirming = Confirming(app, Runner(executor, recorder, clock=clock), tell)

    async def prepare(self) -> None:
        """Get the connection for actions, and try again until it is there: later there may be no room for it."""
        while True:
            try:
                await self._session.open()
            except SourceError:
                await asyncio.sleep(_KNOCK_SECONDS)
            else:
                return

    async def offer(
        self, selection: ServerSelection, permit: Permit, elsewhere: Callable[[Offer], Awaitable[None]]
    ) -> None:
        """Ask what to do, plan it, show the plan, and do it once it is confirmed.

        Args:
            selection: what it would be about.
            permit: what the person has allowed.
            elsewhere: does what is suggested to do to the cluster.
        """
        offers = server_offers(selection)
        spare = self._target.in_emergency() if selection.refused or self._session.refused else None
        emergency = _EMERGENCY if selection.refused else _ACTING_EMERGENCY
        choices = [Choice(emergency, f"{spare.way()}: until the ordinary one gets in again")] if spare else []
        choices += [Choice(_AGAIN, selection.away)] if selection.away else []
        choices += [Choice(offer.title, offer.why) for offer in offers]
        others: list[Offer] = []
        if selection.worst is not None and selection.besides is not None:
            others = offers_for(selection.besides)
            choices = [Choice(WRONG, clean(selection.worst.title), heading=True), *choices]
            choices.append(Choice(UNDER_CURSOR, str(selection.besides.about), heading=True))
            choices += [Choice(offer.title, offer.why) for offer in others]
        chosen = await dialogs.ask(self._app, Picker(self._title(selection), choices))
        offer = next((each for each in (*offers, *others) if each.title == chosen), None)
        if spare is not None and chosen == emergency:
            await self._use_emergency(spare, looks=selection.refused)
        elif chosen == _AGAIN:
            self._servers.retry_now(f"{POSTGRES}{self.name}")
            self._tell(f"trying {self.name} again", "")
        elif isinstance(offer, Offer):
            await elsewhere(offer)
        elif offer is not None and (plan := await self._plan(offer)) is not None:
            await self._confirming.confirm(plan, permit)

    def _title(self, selection: ServerSelection) -> str:
        """Name what is chosen for: the connection under the cursor, or the server."""
        if selection.worst is not None and selection.besides is not None:
            return f"Do to {self.name}, or to {selection.besides.about}"
        if selection.away:
            return f"Nothing can be done on {self.name} now"
        return f"Do to backend {selection.client.pid} of {self.name}" if selection.client else f"Do to {self.name}"

    async def explain(self, statement: str, database: str) -> str | None:
        """Give the plan of a statement; None when it has none, which is told."""
        return await self._asked("EXPLAIN", explain(self._session, statement, database))

    async def run_sql(self, sql: str) -> SqlResult | None:
        """Run one statement that only reads; None when it could not be run, which is told."""
        return await self._asked("SQL", run_sql(self._session, sql))

    async def aclose(self) -> None:
        """Wait until what is running has its receipt, and let go of the server."""
        await self._confirming.aclose()
        if self._returning is not None:
            self._returning.cancel()
            await self._servers.give_back(self.name)
        self._session.close()

    async def _use_emergency(self, spare: Target, *, looks: bool) -> None:
        """Open the connection for emergencies once that is confirmed, for who `looks` or else for acting alone."""
        choices = [Choice("no", "leave it"), Choice("yes", f"open one connection: {spare.way()}", "doubtful")]
        title = f"{self.name} refuses us. Take a place that is kept for emergencies?"
        if await dialogs.ask(self._app, Picker(title, choices)) == "yes":
            if looks and self._spare is not None:
                self._session.close()  # there is room for one: who looks opens it, and lends it
            self._spare = None if looks else spare
            if looks:
                self._servers.use_emergency(self.name)
            what = "looking and acting" if looks else "acting"
            told = f"{self.name} refuses us: {what} through the emergency connection ({spare.way()})"
            self._tell(told, "doubtful")
            await self._recorder.observe(told)

    async def _plan(self, offer: ServerOffer) -> Plan | None:
        """Ask how exactly, and plan it; None when it comes to nothing."""
        try:
            return await self._planned(offer)
        except SourceError as error:
            self._tell(f"{offer.title} cannot be planned: {_in_full(error)}", "wrong")
        except ValueError as error:
            self._tell(f"{offer.title}: {error}", "wrong")
        return None

    async def _planned(self, offer: ServerOffer) -> Plan | None:
        of_backends = {Verb.CANCEL: self._planner.cancel, Verb.TERMINATE: self._planner.terminate}
        if offer.verb in of_backends:
            return await of_backends[offer.verb](offer.refs)
        if offer.verb is Verb.TERMINATE_BLOCKERS:
            return await self._planner.terminate_blockers()
        if offer.verb is Verb.TERMINATE_IDLE:
            minutes = await self._ask(offer.title, offer.minutes or _MINUTES, "minutes; 0.5 is half of one", _minutes)
            states = tuple(state for state in IDLE if not offer.in_transaction or state is not BackendState.IDLE)
            return None if minutes is None else await self._planner.terminate_idle(_minutes(minutes), states)
        return await self._maintenance(offer)

    async def _maintenance(self, offer: ServerOffer) -> Plan | None:
        table = await self._ask(offer.title, "", "a table, with its schema where that is needed: sales.orders", None)
        if not table:
            return None
        if offer.verb is Verb.VACUUM:
            return await self._planner.vacuum(table, analyze=True)
        return await self._planner.analyze(table)

    async def _ask(self, title: str, text: str, hint: str, check: Callable[[str], object] | None) -> str | None:
        return await self._app.push_screen_wait(Question(title, text, hint, check))

    async def _asked(self, what: str, answer: Awaitable[T]) -> T | None:
        try:
            return await answer
        except StatementRefusedError as error:
            self._tell(f"{what}: {error}", "doubtful")
        except SourceError as error:
            self._tell(f"{what}: {_in_full(error)}", "wrong")
        return None

    def _make(self) -> Acts:
        """Make a session for acting; in an emergency, the one for looking has to do, if it is one for emergencies."""
        lent = self._servers.borrow(self.name)
        if lent is not None:
            session: Acts = BorrowedSession(lent)
        elif self._spare is not None:
            session = PostgresSession(self._spare, purpose="act")
        else:
            return self._make_own()
        if self._returning is not None:
            self._returning.cancel()
        self._returning = asyncio.create_task(self._return(session))
        return session

    async def _return(self, emergency: Acts) -> None:
        """Act by the ordinary way again as soon as it is free."""
        while True:
            await asyncio.sleep(_KNOCK_SECONDS)
            if not emergency.alive:
                return
            own = self._make_own()
            try:
                await own.open()
            except SourceError:
                continue
            self._spare = None
            self._session.move_to(own)
            await self._servers.give_back(self.name)
            return

    def _make_own(self) -> PostgresSession:
        return PostgresSession(self._target, purpose="act")


def _minutes(text: str) -> float:
    """Understand a number of minutes."""
    try:
        minutes = float(text)
    except ValueError:
        minutes = math.nan
    if not 0 <= minutes < math.inf:
        raise ValueError(f"{text!r} is no number of minutes")
    return minutes


def _in_full(error: SourceError) -> str:
    return f"{error.message}; try: {error.remedy}" if error.remedy else error.message
