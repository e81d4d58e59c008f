"""Flights: a cockpit on a practice world in trouble, from the first sign to the report, by keys alone."""

import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, nullcontext
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

from msgspec.structs import replace
from textual.pilot import Pilot
from textual.screen import Screen

from cockpit.clock import Clock, utc_now
from cockpit.config import Config, IncidentConfig, KubernetesConfig, PostgresConfig
from cockpit.connection import Connection, Scope, connect
from cockpit.diagnosis.policy import Policy
from cockpit.gameday.aws.facts import REGION, practice_environment, profile
from cockpit.gameday.aws.practice_aws import PracticeAws
from cockpit.gameday.command import AwsFacts, Endpoint, Facts
from cockpit.gameday.postgres.database import Database
from cockpit.gameday.postgres.shop_database import EMERGENCY
from cockpit.gameday.scenarios.scenario import Scenario
from cockpit.gameday.web.practice_web import PracticeWeb
from cockpit.gameday.world import CONTEXT, World
from cockpit.incident.command import Wish, run_report
from cockpit.incident.entry import EntryKind
from cockpit.outside import fed
from cockpit.practice_config import practice_config
from cockpit.session import Session
from cockpit.sources.aws import parts
from cockpit.sources.kubernetes.list_watch import WatchPace
from cockpit.sources.kubernetes.pods import PodsSource
from cockpit.sources.postgres.postgres_source import PostgresSource
from cockpit.sources.postgres.target import Target
from cockpit.targets import targets
from cockpit.ui.actions.plan_dialog import PlanDialog
from cockpit.ui.app import CockpitApp
from cockpit.ui.widgets.picker import Picker
from cockpit.ui.widgets.question import Question
from support.cluster import Cockpit, unwrapped
from support.cockpit import settle

SPEED = 20
"""By how much waits in the practice world are shortened."""
SHORTENED = Policy(
    not_ready_seconds=2, unscheduled_seconds=1, creating_seconds=3, idle_in_transaction_minutes=0, blocked_seconds=1
)
"""Thresholds that go with it."""
OFTEN = 0.3
"""Seconds between two looks at what is looked at every few seconds or minutes."""
WIDE = (300, 50)
"""A screen on which the sentences of the diagnosis are whole."""
LONG_ENOUGH = 500
"""Characters of an entry by which it is known again: the report cuts the longest ones."""
_FEET = ("enter does it", "cannot be done")
"""What stands below a plan."""
_BORDER = str.maketrans("", "", "│╭╮╰╯")
_OVER = re.compile(r"\| \d\S+ \d\S+ \| \d\S+ \d\S+ \| [^|]+ \|")
_SINCE = re.compile(r"(\d\d:\d\d:\d\d|~\d\d:\d\d) +\d+s *$")


class Flight(Cockpit):
    """A cockpit on a world in trouble, and who sits before it."""

    def __init__(self, app: CockpitApp, pilot: Pilot[None], world: World, incidents: Path) -> None:
        super().__init__(app, pilot)
        self.world = world
        self._incidents = incidents

    @property
    def titles(self) -> list[str]:
        """Read what is wrong, also what the pane has no room for."""
        return [finding.title for finding in self.app.cockpit.findings.known or ()]

    @property
    def told(self) -> list[str]:
        """Read all messages so far, as the key `m` lists them."""
        return [each.text for each in self.app.messages.told]

    async def finds(self, *words: str) -> None:
        """Wait until one line of what is wrong holds all of these, and says since when."""
        await self.until(
            lambda: any(
                all(word in line for word in words) and _SINCE.search(line) for line in self.findings.splitlines()[1:]
            )
        )

    async def choose(self, choice: str, *, answer: str | None = None) -> str:
        """Ask with the key `a` what can be done to the first finding, choose, and read the plan.

        Args:
            choice: typed to narrow down what is offered.
            answer: typed in place of what stands in the question that follows; None: what stands there is right.
        """
        await self.focus()
        return await self.choose_here(choice, answer=answer)

    async def focus(self) -> None:
        """Go to what is wrong, pane by pane."""
        while not self.app.cockpit.findings.has_focus_within:
            await self.press("shift+tab")

    async def choose_here(self, choice: str, *, then: Sequence[str] = (), answer: str | None = None) -> str:
        """Ask with the key `a` what can be done to what has the cursor, choose, and read the plan.

        Args:
            choice: typed to narrow down what is offered.
            then: typed into the lists that follow.
            answer: as in `choose`.
        """
        await self.press("a")
        answered: list[Screen[Any]] = []
        for typed in (choice, *then):
            await self.until(lambda: isinstance(self.app.screen, Picker) and self.app.screen not in answered)
            answered.append(self.app.screen)
            await self.press(*typed, "enter")
        await self.until(lambda: isinstance(self.app.screen, PlanDialog | Question))
        if isinstance(self.app.screen, Question):
            await self.shows("enter goes on")
            await self.press(*(() if answer is None else ("ctrl+u", *answer)), "enter")
            await self.until(lambda: isinstance(self.app.screen, PlanDialog))
        await self.until(lambda: any(foot in self.screen() for foot in _FEET))
        return unwrapped(self.pane(self.app.screen.query_one(".dialog")).translate(_BORDER))

    async def confirm(self) -> None:
        """Say yes to the plan, and wait for the receipt."""
        receipts = self._receipts()
        await self.press("enter")
        await self.until(lambda: self._receipts() > receipts)

    def _receipts(self) -> int:
        entries = self.app.record.entries if self.app.record else ()
        return sum(entry.kind is EntryKind.RECEIPT for entry in entries)

    async def tells(self, *words: str) -> None:
        """Wait for a message that holds all of these."""
        await self.until(lambda: any(all(word in told for word in words) for told in self.told))

    async def records(self, text: str) -> None:
        """Wait until this stands in the incident log."""
        await self.until(lambda: text in self.entries)

    async def clears(self) -> None:
        """Wait until nothing is wrong any more."""
        await self.until(lambda: "Nothing wrong" in self.findings)

    async def is_over(self) -> None:
        """Wait until nothing is wrong any more, and until the incident log says of all that was found that it is."""
        await self.clears()
        record = self.app.record
        await self.until(lambda: record is not None and bool(record.state.findings) and not record.state.lasting)

    def recorded(self, title: str, command: str) -> bool:
        """Tell whether `cockpit report` has an action with its command, that it was done, and all that was recorded."""
        report = self.report().replace("\\", "")
        actions = report[report.index("## Actions") :].splitlines()
        timeline = report[report.index("## Timeline") : report.index("## Findings")].splitlines()
        return (
            all(any(text[:LONG_ENOUGH] in line for line in timeline) for text in self.entries)
            and any(f"{title} \N{EM DASH} done" in line and command in line for line in actions)
            and any("| action |" in line and title in line for line in timeline)
            and any("| receipt |" in line and f"{title} \N{EM DASH} done" in line for line in timeline)
        )

    def reports(self, *words: str) -> bool:
        """Tell whether `cockpit report` has a finding that holds all of these, with the time when it was over."""
        report = self.report().replace("\\", "")
        findings = report[report.index("## Findings") : report.index("## Actions")].splitlines()
        return any(_OVER.match(line) is not None and all(word in line for word in words) for line in findings)

    def report(self) -> str:
        """Type `cockpit report`."""
        out, complaints = StringIO(), StringIO()
        assert run_report(None, self._incidents, Wish(), utc_now, out, complaints) == 0, complaints.getvalue()
        return out.getvalue()


def _connect_alert(scope: Scope, config: Config, clock: Clock) -> Connection:
    """Connect as ever, but judge more often what time alone has made wrong."""
    connection = connect(scope, config, clock)
    pace = WatchPace(judge_every=0.5)
    return connection._replace(pods=lambda namespace: PodsSource(connection.cluster, namespace or None, clock, pace))


def _read_alert(target: Target, clock: Clock) -> PostgresSource:
    return PostgresSource(target, clock, every=0.3)


@contextmanager
def _outside(world: World, config: Config, directory: Path) -> Iterator[Config]:
    """Look at the practice AWS and the web as `cockpit gameday` does, but more often."""
    assert world.aws is not None
    assert world.web is not None
    file = directory / "aws.ini"
    file.write_text(profile(world.aws.endpoint_url), encoding="utf-8")
    host, port = world.address
    facts = Facts(
        scenario=world.scenario.name,
        kubeconfig=world.kubeconfig,
        context=CONTEXT,
        namespace=world.scenario.namespace,
        kubernetes=Endpoint(world.url, host, port),
        pid=os.getpid(),
        aws=AwsFacts(world.aws.endpoint_url, REGION, file),
        web=world.web.facts,
    )
    practice = practice_config(config, facts)
    often = {
        part: {name: replace(each, every_seconds=OFTEN) for name, each in getattr(practice.web, part).items()}
        for part in ("health", "prometheus", "alertmanager", "status")
    }
    often_asked: dict[str, Any] = dict.fromkeys((name for name in vars(parts) if name.endswith("_EVERY")), OFTEN)
    with (
        patch.dict(os.environ, practice_environment(os.environ, file), clear=True),
        patch.multiple(parts, **often_asked),
    ):
        yield replace(config, aws=practice.aws, web=replace(practice.web, **often))


@asynccontextmanager
async def fly(
    scenario: Scenario,
    directory: Path,
    *,
    write: bool = True,
    policy: Policy = SHORTENED,
    speed: float = SPEED,
    database: Database | None = None,
    outside: bool = False,
    adjust: Callable[[Config], Config] = lambda config: config,
    late: Callable[[], Awaitable[object]] | None = None,
) -> AsyncIterator[Flight]:
    """Start a practice world, and open the cockpit on it as `cockpit --write` does.

    Args:
        scenario: what happens.
        directory: where files go.
        write: whether writing is allowed from the start.
        policy: from when on something is wrong.
        speed: by how much waits in the world are shortened.
        database: what its pods use.
        outside: whether there is AWS, and the web, and the cockpit looks at them.
        adjust: changes the configuration.
        late: waited for before the cockpit is opened.
    """
    incidents = directory / "incidents"
    aws, web = (PracticeAws(after=0.0), PracticeWeb()) if outside else (None, None)
    async with World(scenario, speed=speed, seed=1, database=database, aws=aws, web=web) as world:
        if late is not None:
            await late()
        config = Config(
            kubernetes=KubernetesConfig(kubeconfig=world.kubeconfig),
            incident=IncidentConfig(directory=incidents, found_after_seconds=0, over_after_seconds=0.5),
            thresholds=policy,
            postgres={}
            if database is None
            else {"shop-db": PostgresConfig(dsn=database.dsn(), emergency=database.dsn(EMERGENCY))},
        )
        with _outside(world, config, directory) if outside else nullcontext(config) as found:
            config = adjust(found)
            servers, others = targets(config, {}), fed(config, {}, utc_now)
            session = Session(config, utc_now, _connect_alert, targets=servers, read_server=_read_alert, fed=others)
            app = CockpitApp(config, session, write=write)
            async with app.run_test(size=WIDE) as pilot:
                await settle(pilot, lambda: app.record is not None)
                yield Flight(app, pilot, world, incidents)
