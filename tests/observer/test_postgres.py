"""Of a Postgres server it is told when it is restarted, takes another role, or runs out of connections."""

from typing import Any

import pytest
from support.postgres_looks import ago, look
from support.readings import told
from support.shop import NOW

from cockpit.clock import rfc3339
from cockpit.diagnosis.policy import Policy
from cockpit.observer.observation import Observation
from cockpit.observer.postgres import postgres
from cockpit.sources.postgres.model import Gap, PostgresLook


def between(before: PostgresLook, after: PostgresLook) -> list[Observation]:
    return list(postgres(before, after, NOW, Policy()))


def used(connections: int, **facts: Any) -> PostgresLook:
    """Give a look at a server with 97 usable connections."""
    return look(slots={"used": connections}, **facts)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (70, 80, ["shop-db: 80 of 97 connections, above 80 %"]),
        (80, 93, ["shop-db: 93 of 97 connections, above 95 %"]),
        (20, 97, ["shop-db: 97 of 97 connections, above 95 %"]),
        (93, 85, ["shop-db: 85 of 97 connections, below 95 %"]),
        (80, 20, ["shop-db: 20 of 97 connections, below 80 %"]),
        (20, 77, []),
        (85, 90, []),
    ],
)
def test_a_limit_that_is_crossed_is_told_both_ways(before: int, after: int, expected: list[str]) -> None:
    assert told(between(used(before), used(after))) == expected


def test_connections_that_could_not_be_counted_crossed_nothing() -> None:
    hidden = used(0, gaps={"activity": Gap("permission denied")})
    assert between(hidden, used(95)) == []
    assert between(used(95), hidden) == []


def test_a_restart_is_told_when_it_was_seen_and_each_once() -> None:
    first, second = ago(minutes=5), ago(seconds=2)
    (restart,) = between(look(restarts=(first,)), look(restarts=(first, second), server={"started_at": ago(seconds=9)}))
    assert (restart.text, restart.at) == (f"shop-db: restarted (up since {rfc3339(ago(seconds=9))})", second)
    assert between(look(restarts=(first,)), look(restarts=(first,))) == []


def test_a_promotion_and_another_server_are_told() -> None:
    standby = look(server={"in_recovery": True})
    assert told(between(standby, look(promoted_at=NOW))) == ["shop-db: was promoted: is a primary now"]
    assert told(between(look(), look(server={"in_recovery": True}, promoted_at=NOW))) == ["shop-db: is a standby now"]
    assert told(between(look(), look(promoted_at=NOW))) == ["shop-db: another server answers at this address"]
