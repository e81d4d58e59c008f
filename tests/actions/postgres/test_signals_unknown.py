"""An answer that does not come is found out by looking again."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from support.postgres_clients import Admin, Connect, is_there, ref_of
from support.postgres_session import end_backend
from support.recorder import Memory

from cockpit.actions.pace import Pace
from cockpit.actions.permit import Permit
from cockpit.actions.postgres.executor import PostgresExecutor
from cockpit.actions.postgres.lasting_session import LastingSession
from cockpit.actions.postgres.planner import PostgresPlanner
from cockpit.actions.receipt import Outcome
from cockpit.actions.runner import Runner
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.postgres.rows import Rows
from cockpit.sources.postgres.session import PostgresSession

Make = Callable[[], PostgresSession]
IMPATIENT = Pace(answer=2.0, find_out=0.2, look_again=0.05)


class Lossy(PostgresSession):
    """A session whose answers to changes get lost, as the session itself does."""

    delivers = True
    """Whether the change arrives before."""

    async def execute(self, statement: str, parameters: Sequence[Any] = (), **options: Any) -> Rows:
        if self.delivers:
            await super().execute(statement, parameters, **options)
        self.close()
        raise SourceError(TroubleKind.TIMEOUT, "no answer within 3.5 s")


class Deaf(Lossy):
    """A session that does not even let one look."""

    async def query(self, *arguments: Any, **options: Any) -> Rows:
        raise SourceError(TroubleKind.TIMEOUT, "no answer within 3.5 s")


class Silent(Lossy):
    delivers = False


@pytest.mark.parametrize(
    ("kind", "outcome", "said"),
    [
        (Lossy, Outcome.DONE, "no answer (no answer within 3.5 s); it is gone"),
        (Silent, Outcome.UNKNOWN, "no answer (no answer within 3.5 s), but after 0.2 s it is still idle"),
        (Deaf, Outcome.UNKNOWN, "and it could not be looked at again; check with: SELECT backend_start, state FROM"),
    ],
)
async def test_what_became_of_a_signal_without_an_answer(
    admin: Admin,
    connect: Connect,
    make: Make,
    planner: PostgresPlanner,
    permit: Permit,
    kind: type[Lossy],
    outcome: Outcome,
    said: str,
) -> None:
    first, second = await connect(), await connect()
    plan = await planner.terminate([ref_of(admin, first), ref_of(admin, second)])
    session = LastingSession(lambda: kind(make().target, purpose="act"))
    receipt = await Runner(PostgresExecutor(session, make, "shop-db"), Memory(), pace=IMPATIENT).run(plan, permit)
    session.close()
    assert receipt.targets[0].outcome is outcome
    assert said in receipt.targets[0].said
    assert is_there(admin, plan.targets[0].ref) is (kind is Silent)
    assert is_there(admin, plan.targets[1].ref) is (kind is not Lossy)


async def test_the_session_is_there_again_after_it_was_lost(admin: Admin, session: LastingSession) -> None:
    server = await session.open()
    (pid,) = server.backend_pids
    end_backend(admin.info.dsn, pid)
    with pytest.raises(SourceError):
        await session.query("SELECT 1")
    assert (await session.query("SELECT 1")).rows == [(1,)]
    assert (await session.open()).backend_pids != (pid,)
