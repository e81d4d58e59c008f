"""What a role may not do is said before it is tried, with the grant that would allow it."""

from collections.abc import Callable

import psycopg
from support.postgres_clients import Admin, Connect, is_there, ref_of
from support.recorder import Memory

from cockpit.actions.permit import Permit
from cockpit.actions.postgres.executor import PostgresExecutor
from cockpit.actions.postgres.lasting_session import Acts, LastingSession, Make
from cockpit.actions.postgres.planner import PostgresPlanner
from cockpit.actions.receipt import Outcome
from cockpit.actions.runner import Runner


async def test_who_may_not_see_a_backend_cannot_be_sure_of_it(
    admin: Admin, connect: Connect, as_role: LastingSession
) -> None:
    ref = ref_of(admin, await connect("batch", "postgres"))
    plan = await PostgresPlanner(as_role, "shop-db").terminate([ref])
    assert plan.refused == (
        f"backend/{ref.name}: it is hidden from role viewer, so that it cannot be told from a namesake"
        "; try: GRANT pg_monitor TO viewer"
    )
    idle = await PostgresPlanner(as_role, "shop-db").terminate_idle(0)
    assert idle.refused == "no client has been idle for more than 0 min"
    assert any("hidden from role viewer; try: GRANT pg_monitor TO viewer" in note for note in idle.warnings)


async def test_who_may_not_signal_a_backend_is_told_the_grant(
    admin: Admin, connect: Connect, as_role: LastingSession
) -> None:
    admin.execute("GRANT pg_monitor TO viewer")
    admin.execute("CREATE ROLE app LOGIN")
    client = await connect("shop-api", "app")
    ref = ref_of(admin, client)
    plan = await PostgresPlanner(as_role, "shop-db").terminate([ref])
    assert plan.refused == (
        f"backend/{ref.name}: role viewer may not signal backends of app; try: GRANT pg_signal_backend TO viewer"
    )
    admin.execute("GRANT pg_signal_backend TO viewer")
    assert (await PostgresPlanner(as_role, "shop-db").terminate([ref])).refused == ""
    await client.close()
    admin.execute("DROP ROLE app")


async def test_superusers_are_for_superusers(admin: Admin, connect: Connect, as_role: LastingSession) -> None:
    admin.execute("GRANT pg_monitor, pg_signal_backend TO viewer")
    ref = ref_of(admin, await connect("batch", "postgres"))
    plan = await PostgresPlanner(as_role, "shop-db").terminate([ref])
    assert plan.refused == f"backend/{ref.name}: it belongs to postgres, a superuser, whom only superusers may signal"


async def test_ones_own_role_can_be_signalled_without_any_grant(
    admin: Admin, connect: Connect, as_role: LastingSession
) -> None:
    ref = ref_of(admin, await connect("mine", "viewer"))
    assert (await PostgresPlanner(as_role, "shop-db").terminate([ref])).refused == ""


async def test_a_right_that_was_taken_away_meanwhile_is_named_in_the_receipt(
    admin: Admin, connect: Connect, as_role: LastingSession, make: Make, permit: Permit
) -> None:
    admin.execute("GRANT pg_monitor, pg_signal_backend TO viewer")
    admin.execute("CREATE ROLE app LOGIN")
    client = await connect("shop-api", "app")
    ref = ref_of(admin, client)
    plan = await PostgresPlanner(as_role, "shop-db").terminate([ref])
    admin.execute("REVOKE pg_signal_backend FROM viewer")
    receipt = await Runner(PostgresExecutor(as_role, make, "shop-db"), Memory()).run(plan, permit)
    assert receipt.outcome is Outcome.REFUSED
    assert "not allowed: " in receipt.summary
    assert receipt.summary.endswith("; try: GRANT pg_signal_backend TO viewer")
    assert is_there(admin, ref)
    await client.close()
    admin.execute("DROP ROLE app")


async def test_a_grant_quotes_the_name_of_the_role(admin: Admin, connect: Connect, make: Callable[[str], Acts]) -> None:
    admin.execute('CREATE ROLE "on-call" LOGIN')
    session = LastingSession(lambda: make("on-call"))
    plan = await PostgresPlanner(session, "shop-db").terminate([ref_of(admin, await connect("batch", "postgres"))])
    session.close()
    assert plan.refused.endswith('GRANT pg_monitor TO "on-call"')
    with psycopg.connect(admin.info.dsn, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'on-call'")
        other.execute('DROP ROLE "on-call"')
