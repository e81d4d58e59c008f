"""What the incident log gets of a plan for very many backends: enough to know whom, and short enough to be read."""

from datetime import UTC, datetime
from typing import cast

from support.postgres_looks import backend

from cockpit.actions.plan import Plan, Verb
from cockpit.actions.postgres.live import LiveBackend
from cockpit.actions.postgres.signals import Place, plan_signals
from cockpit.ui.actions.recorder import IncidentRecorder
from cockpit.ui.incident.incident_desk import IncidentDesk


class Log:
    def __init__(self) -> None:
        self.commands: list[str] = []

    async def intend(self, token: str, title: str, command: str) -> None:
        del token, title
        self.commands.append(command)


def plan_for(count: int) -> Plan:
    now = datetime(2026, 11, 21, 14, tzinfo=UTC)
    backends = [LiveBackend(backend(1000 + n), now, "cockpit", superuser=True) for n in range(count)]
    place = Place("postgres/shop-db", "shop-db", lambda _: "")
    return plan_signals(place, Verb.TERMINATE_IDLE, backends, title="terminate all", nobody="nobody")


async def recorded(plan: Plan) -> str:
    log = Log()
    await IncidentRecorder(lambda: cast("IncidentDesk", log)).intend("token", plan)
    return log.commands[0]


async def test_of_very_many_backends_the_first_are_recorded_in_full_and_the_others_by_pid() -> None:
    plan = plan_for(300)
    command = await recorded(plan)
    assert len(plan.command) > 30_000
    assert len(command) < 3_000
    assert command.count("backend_start = ") == 10
    head, _, more = command.partition(" -- and 290 more: ")
    assert plan.command.startswith(head.removesuffix(")"))
    assert more.split() == [str(pid) for pid in range(1010, 1300)]


async def test_what_is_previewed_and_carried_out_is_the_whole() -> None:
    plan = plan_for(300)
    assert plan.command.count("backend_start = ") == len(plan.targets) == len(plan.changes) == 300


async def test_a_command_for_a_few_is_recorded_as_it_is() -> None:
    plan = plan_for(10)
    assert await recorded(plan) == plan.command
