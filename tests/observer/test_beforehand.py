"""What changed before an incident was declared, seen or remembered by the cluster."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from support.objects import deployment, replica_set
from support.readings import objects
from support.shop import NOW, pod

from cockpit.board import Board
from cockpit.diagnosis.policy import Policy
from cockpit.diagnostician import facts_on
from cockpit.incident.beforehand import Happened
from cockpit.incident.entry import TimeSource
from cockpit.observer.beforehand import MOST, happened
from cockpit.observer.folding import Candidate
from cockpit.observer.observation import Kind, Observation, Weight
from cockpit.reading import Reading
from cockpit.sources.kubernetes.kind_names import DEPLOYMENTS, REPLICA_SETS
from cockpit.sources.kubernetes.model import PODS, Pods


def seen(
    kind: Kind, subject: str = "deployment shop/api", minutes: int = 5, weight: Weight = Weight.GRAVE
) -> Candidate:
    at = NOW - timedelta(minutes=minutes)
    observed = Observation(at, kind, subject, "api", f"{kind} {minutes}", f"{subject} {minutes}", weight)
    return Candidate(f"{subject} {minutes}", observed, observed, 1)


def told(candidates: Sequence[Candidate], board: Board | None = None) -> tuple[Happened, ...]:
    return happened(candidates, facts_on(board or Board()), NOW, Policy())


def cluster(minutes: int) -> Board:
    """A deployment whose second revision was rolled out so many minutes ago."""
    board = Board()
    data: dict[str, Any] = {
        PODS: Pods("shop", {each.key: each for each in [pod("web-1")]}, resource_version="1"),
        DEPLOYMENTS: objects(deployment(revision=2)),
        REPLICA_SETS: objects(
            replica_set("api", 1, image="shop/api:1.4.2", created=NOW - timedelta(days=3)),
            replica_set("api", 2, image="shop/api:1.4.3", created=NOW - timedelta(minutes=minutes)),
        ),
    }
    for source, each in data.items():
        board.publish(Reading(source, each, NOW))
    return board


@pytest.mark.parametrize("kind", [Kind.ROLLOUT, Kind.SCALE, Kind.FAILOVER])
def test_what_people_and_machines_change_is_told_with_its_own_time(kind: Kind) -> None:
    (told_,) = told([seen(kind)])
    assert (told_.at, told_.text, told_.time_from) == (NOW - timedelta(minutes=5), f"api: {kind} 5", TimeSource.SEEN)


@pytest.mark.parametrize(
    "candidate",
    [
        seen(Kind.RESTART, "pod shop/api-1"),
        seen(Kind.ALERT),
        seen(Kind.NODE, weight=Weight.PLAIN),
        seen(Kind.ROLLOUT, minutes=31),
    ],
)
def test_what_only_follows_or_is_long_ago_is_not(candidate: Candidate) -> None:
    assert told([candidate]) == ()


def test_a_server_that_was_restarted_is_told() -> None:
    assert len(told([seen(Kind.RESTART, "postgres shop-db")])) == 1


def test_a_revision_that_was_rolled_out_before_the_cockpit_was_opened_is_told() -> None:
    (rolled,) = told([], cluster(12))
    assert rolled.at == NOW - timedelta(minutes=12)
    assert rolled.text == "api: revision 2: image shop/api:1.4.2 → 1.4.3"
    assert rolled.time_from == TimeSource.SERVER
    assert told([], cluster(40)) == ()


def test_what_was_seen_and_is_remembered_as_well_is_told_once_in_order() -> None:
    both = told([seen(Kind.ROLLOUT, minutes=3), seen(Kind.FAILOVER, "postgres shop-db", 9)], cluster(3))
    assert [each.text for each in both] == ["api: failovers 9", "api: rollouts 3"]


def test_the_newest_are_kept() -> None:
    many = [seen(Kind.SCALE, f"deployment shop/api-{minutes}", minutes % 30) for minutes in range(MOST + 5)]
    assert len(told(many)) == MOST
