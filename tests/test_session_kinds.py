"""All kinds at once, over real sockets, on good days and bad ones."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from cockpit.board import Board
from cockpit.clock import utc_now
from cockpit.config import Config, KubernetesConfig
from cockpit.gameday.api import kinds
from cockpit.gameday.api.faults import Fault
from cockpit.gameday.event_recorder import Event, EventRecorder, Source
from cockpit.gameday.scenarios import steady
from cockpit.gameday.world import World
from cockpit.reading import Reading, State
from cockpit.session import PODS, Session
from cockpit.sources.kubernetes.crash_log import CRASH_LOGS
from cockpit.sources.kubernetes.kind_names import CERTIFICATES, DEPLOYMENTS, EVENTS, KIND_READINGS, NODE_EVENTS, NODES
from cockpit.sources.kubernetes.kinds import watched_kinds

PATIENCE = 8.0
PATHS = {kind.name: kind.path_in("shop") for kind in watched_kinds()}
PODS_PATH = "/api/v1/namespaces/shop/pods"
NODE_EVENTS_PATH = "/api/v1/namespaces/default/events"
MANY = 1000


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """The shop on a quiet day, in a cluster that has cert-manager."""
    async with World(msgspec.structs.replace(steady(), extensions=kinds.CERT_MANAGER), speed=50, seed=1) as world:
        yield world


@pytest.fixture
async def session(world: World) -> AsyncIterator[Session]:
    """A session that has not begun."""
    session = Session(Config(kubernetes=KubernetesConfig(kubeconfig=world.kubeconfig)))
    yield session
    await session.stop()


def states(board: Board) -> dict[str, State]:
    now = utc_now()
    return {reading.source: reading.state(now) for reading in board.readings() if reading.source != "diagnosis"}


async def until(session: Session, wanted: dict[str, State]) -> dict[str, Reading[Any]]:
    """Wait until the sources are in these states."""
    async with asyncio.timeout(PATIENCE):
        async for _ in session.board.subscribe():
            found = states(session.board)
            if all(found.get(source) is state for source, state in wanted.items()):
                return {reading.source: reading for reading in session.board.readings()}
    raise AssertionError


def asked(fault: Fault) -> int:
    """Count the requests that a fault has befallen."""
    assert fault.times is not None
    return MANY - fault.times


async def test_every_kind_is_live(session: Session) -> None:
    session.start()
    await until(session, dict.fromkeys((PODS, *KIND_READINGS, CRASH_LOGS), State.LIVE))


async def test_each_kind_is_watched_once_and_once_again_when_the_watches_end(world: World, session: Session) -> None:
    every = sorted({*PATHS.values(), PODS_PATH, NODE_EVENTS_PATH})
    streams = world.faults.streams
    session.start()
    await world.until(lambda: len(streams) >= len(every))
    await until(session, dict.fromkeys((PODS, *KIND_READINGS, NODE_EVENTS), State.LIVE))
    assert sorted(stream.request.path for stream in streams) == every
    ended = set(streams)
    world.faults.cut_watches()
    await world.until(lambda: len(streams - ended) >= len(every))
    assert sorted(stream.request.path for stream in streams) == every


async def test_when_every_kind_is_refused_the_pods_go_on_and_each_says_what_is_missing(
    world: World, session: Session
) -> None:
    faults = [world.faults.answer(path, 403, times=MANY) for path in PATHS.values()]
    session.start()
    readings = await until(session, {PODS: State.LIVE, **dict.fromkeys(KIND_READINGS, State.DENIED)})
    for source in KIND_READINGS:
        trouble = readings[source].trouble
        assert trouble
        resource = source.rpartition("/")[2]
        assert trouble.message.startswith(f"may not list {resource}")
        assert trouble.remedy
        assert trouble.remedy.startswith(f"kubectl auth can-i list {resource}")
    await asyncio.sleep(1)
    assert [asked(fault) for fault in faults] == [1] * len(faults)


async def test_a_session_of_one_namespace_knows_what_happened_to_nodes(world: World, session: Session) -> None:
    session.start()
    await until(session, {EVENTS: State.LIVE, NODE_EVENTS: State.LIVE})
    lost = Event("Warning", "NodeNotReady", "Node node1 status is now: NodeNotReady")
    node = world.store.get(kinds.NODES, "", "node1")
    EventRecorder(world.store, utc_now).record(node, lost, Source("node-controller"))
    async with asyncio.timeout(PATIENCE):
        async for reading in session.board.subscribe([NODE_EVENTS]):
            events = reading.data.objects.values() if reading.data is not None else ()
            if ("node1", "NodeNotReady") in {(event.name, event.reason) for event in events}:
                break
    others = session.board.latest(EVENTS)
    assert others
    assert others.data
    assert {event.kind for event in others.data.objects.values()}.isdisjoint({"Node"})


async def test_who_may_not_read_the_events_of_nodes_lacks_nothing_else(world: World, session: Session) -> None:
    world.faults.answer(NODE_EVENTS_PATH, 403)
    session.start()
    readings = await until(session, {NODE_EVENTS: State.DENIED, **dict.fromkeys((PODS, *KIND_READINGS), State.LIVE)})
    trouble = readings[NODE_EVENTS].trouble
    assert trouble
    assert trouble.message.startswith("may not list events in default")
    assert trouble.remedy
    assert trouble.remedy.startswith("kubectl auth can-i list events -n default")


async def test_a_right_that_was_given_is_found_when_the_person_asks(world: World, session: Session) -> None:
    fault = world.faults.answer(PATHS[NODES], 403)
    session.start()
    await until(session, {NODES: State.DENIED, DEPLOYMENTS: State.LIVE})
    world.faults.lift(fault)
    session.retry_now(NODES)
    nodes = (await until(session, {NODES: State.LIVE}))[NODES].data
    assert nodes
    assert set(nodes.objects) == {"node1", "node2", "node3"}


async def test_a_cluster_without_cert_manager_has_no_certificates(world: World, session: Session) -> None:
    world.faults.answer("/apis/cert-manager.io", 404)
    session.start()
    await until(session, {CERTIFICATES: State.OFF, DEPLOYMENTS: State.LIVE})


async def test_a_server_that_went_and_came_back_is_read_again(world: World, session: Session) -> None:
    session.start()
    every = (PODS, *KIND_READINGS)
    await until(session, dict.fromkeys(every, State.LIVE))
    await world.faults.refuse_connections()
    await until(session, dict.fromkeys(every, State.STALE))
    await world.faults.accept_connections()
    session.retry_now()
    await until(session, dict.fromkeys(every, State.LIVE))


async def test_while_the_login_fails_only_the_pods_are_asked_for(world: World, session: Session) -> None:
    faults = [world.faults.answer(path, 401, times=MANY) for path in PATHS.values()]
    pods = world.faults.answer(PODS_PATH, 401)
    session.start()
    trouble = (await until(session, dict.fromkeys((PODS, *KIND_READINGS), State.DENIED)))[NODES].trouble
    assert trouble
    assert trouble.inherited
    assert sum(map(asked, faults)) == 0
    for fault in (*faults, pods):
        world.faults.lift(fault)
    session.retry_now()
    await until(session, dict.fromkeys((PODS, *KIND_READINGS), State.LIVE))
