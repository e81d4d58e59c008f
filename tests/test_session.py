"""What a session reads, where it looks, and how it ends."""

import asyncio
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace
from typing import Any

import pytest
from support.shop import BROKEN_SHOP, NOW, WELL_SHOP, Shop

from cockpit.config import Config, Flags, load
from cockpit.diagnostician import Diagnostician
from cockpit.reading import Reading, SourceError, State, TroubleKind
from cockpit.session import Scope, Session

Board = Callable[[Reading[Any]], object]


async def until(session: Session, source: str, happens: Board) -> Reading[Any]:
    """Give the first reading of a source for which something is the case."""
    async with asyncio.timeout(5):
        async for reading in session.board.subscribe([source]):
            if happens(reading):
                return reading
    raise AssertionError


def has_data(reading: Reading[Any]) -> bool:
    return reading.data is not None


def titles(reading: Reading[Any]) -> list[str]:
    return [finding.title for finding in reading.data.findings] if reading.data else []


class Clusters:
    """Hands out a shop for every connection, and remembers where the session wanted to look."""

    def __init__(self, *shops: Shop) -> None:
        self._shops = list(shops)
        self.scopes: list[Scope] = []
        self.namespaces: list[str] = []
        self.closed = 0

    def connect(self, scope: Scope, config: Config, clock: Any) -> Any:
        shop = self._shops[min(len(self.scopes), len(self._shops) - 1)]
        self.scopes.append(scope)

        def pods(namespace: str) -> Any:
            self.namespaces.append(namespace)
            return shop.pods

        connection = shop.connect(scope, config, clock)
        cluster: Any = SimpleNamespace(close=self._close)
        return connection._replace(cluster=cluster, pods=pods)

    def _close(self) -> None:
        self.closed += 1


@pytest.fixture
async def opened() -> AsyncIterator[Callable[..., Session]]:
    sessions: list[Session] = []

    def open_session(clusters: Clusters, flags: Flags | None = None) -> Session:
        session = Session(load(flags or Flags(), {}), lambda: NOW, clusters.connect)
        sessions.append(session)
        session.start()
        return session

    yield open_session
    for session in sessions:
        await session.stop()


async def test_a_session_reads_the_cluster_and_finds_what_is_wrong(opened: Callable[..., Session]) -> None:
    session = opened(Clusters(Shop(BROKEN_SHOP)))
    found = await until(session, "diagnosis", titles)
    assert titles(found) == ["api: 2 of 3 pods crash-loop, exit 1"]
    assert [reading.source for reading in session.board.readings()] == [
        "diagnosis",
        "kubernetes",
        "kubernetes/metrics",
        "kubernetes/pods",
    ]


async def test_nothing_is_found_in_a_healthy_cluster_and_that_is_said(opened: Callable[..., Session]) -> None:
    session = opened(Clusters(Shop(WELL_SHOP)))
    assert titles(await until(session, "diagnosis", has_data)) == []


async def test_the_diagnosis_follows_the_pods(opened: Callable[..., Session]) -> None:
    shop = Shop(WELL_SHOP)
    session = opened(Clusters(shop))
    await until(session, "diagnosis", has_data)
    shop.pods.tell(Shop.listed(BROKEN_SHOP))
    await until(session, "diagnosis", titles)


async def test_a_diagnosis_is_as_stale_as_the_pods_it_rests_on(opened: Callable[..., Session]) -> None:
    shop = Shop(BROKEN_SHOP)
    session = opened(Clusters(shop))
    await until(session, "diagnosis", titles)
    shop.pods.tell(SourceError(TroubleKind.UNREACHABLE, "connection lost"))
    stale = await until(session, "diagnosis", lambda reading: reading.trouble)
    assert stale.state(NOW) is State.STALE
    assert titles(stale) == ["api: 2 of 3 pods crash-loop, exit 1"]


async def test_the_namespace_is_that_of_the_context_unless_one_was_typed(opened: Callable[..., Session]) -> None:
    for flags, namespace in (
        (Flags(), "shop"),
        (Flags(namespace="web"), "web"),
        (Flags(all_namespaces=True), ""),
    ):
        clusters = Clusters(Shop(WELL_SHOP))
        session = opened(clusters, flags)
        await until(session, "kubernetes/pods", has_data)
        assert clusters.namespaces == [namespace]
        assert session.namespace == namespace


async def test_the_context_stays_what_it_was_when_the_kubeconfig_was_read(opened: Callable[..., Session]) -> None:
    session = opened(Clusters(Shop(WELL_SHOP)))
    await until(session, "kubernetes/pods", has_data)
    assert session.scope == Scope(context="prod-us-west-2", namespace="shop")
    assert session.protects("prod-us-west-2")


async def test_without_a_kubeconfig_the_pods_are_in_the_same_trouble(opened: Callable[..., Session]) -> None:
    shop = Shop(WELL_SHOP)
    shop.info = type(shop.info)(
        "kubernetes", SourceError(TroubleKind.MISSING, "no kubeconfig", "cockpit --kubeconfig FILE")
    )
    clusters = Clusters(shop)
    session = opened(clusters)
    for source in ("kubernetes", "kubernetes/pods", "diagnosis"):
        reading = await until(session, source, lambda reading: reading.trouble)
        assert reading.state(NOW) is State.FAILING
        assert reading.trouble is not None
        assert reading.trouble.remedy == "cockpit --kubeconfig FILE"
    assert clusters.namespaces == []


async def test_a_mended_kubeconfig_is_read_when_a_person_asks_to_retry(opened: Callable[..., Session]) -> None:
    shop = Shop(WELL_SHOP)
    good = await anext(shop.info.stream())
    shop.info.tell(SourceError(TroubleKind.MISSING, "no kubeconfig"))
    session = opened(Clusters(shop))
    await until(session, "kubernetes", lambda reading: reading.trouble)
    shop.info.tell(good)
    session.retry_now()
    await until(session, "kubernetes/pods", has_data)


async def test_looking_elsewhere_forgets_what_was_read(opened: Callable[..., Session]) -> None:
    clusters = Clusters(Shop(BROKEN_SHOP), Shop(WELL_SHOP))
    session = opened(clusters)
    await until(session, "diagnosis", titles)
    await session.look_at(Scope(context="staging"))
    assert session.board.readings() == []
    assert clusters.closed == 1
    assert titles(await until(session, "diagnosis", has_data)) == []
    assert [scope.context for scope in clusters.scopes] == [None, "staging"]


async def test_another_namespace_of_the_same_cluster_needs_no_new_login(opened: Callable[..., Session]) -> None:
    clusters = Clusters(Shop(WELL_SHOP))
    session = opened(clusters)
    await until(session, "kubernetes/pods", has_data)
    info = await anext(Shop(WELL_SHOP).info.stream())
    clusters._shops[0].info.tell(info)
    clusters._shops[0].pods.tell(Shop.listed(WELL_SHOP))
    await session.look_at(Scope(context="prod-us-west-2", namespace=""))
    await until(session, "kubernetes/pods", has_data)
    assert clusters.namespaces == ["shop", ""]
    assert (len(clusters.scopes), clusters.closed) == (1, 0)


async def test_a_client_that_cannot_be_loaded_is_told(opened: Callable[..., Session]) -> None:
    def connect(*_: Any) -> Any:
        raise ImportError("No module named 'kubernetes'")

    session = Session(Config(), lambda: NOW, connect)
    session.start()
    broken = await until(session, "kubernetes/pods", lambda reading: reading.trouble)
    assert broken.trouble is not None
    assert "No module named 'kubernetes'" in broken.trouble.message
    await session.stop()


async def test_work_that_fails_in_an_unforeseen_way_is_told(opened: Callable[..., Session]) -> None:
    class Strange(Clusters):
        def connect(self, scope: Scope, config: Config, clock: Any) -> Any:
            def pods(_: str) -> Any:
                raise KeyError("strange")

            return super().connect(scope, config, clock)._replace(pods=pods)

    session = opened(Strange(Shop(WELL_SHOP)))
    failed = await until(session, "kubernetes/pods", lambda reading: reading.trouble)
    assert failed.state(NOW) is State.FAILING
    assert failed.trouble is not None
    assert failed.trouble.message == "the cockpit failed: KeyError: 'strange'"


async def test_a_diagnosis_that_breaks_off_is_told(
    opened: Callable[..., Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: Diagnostician) -> None:
        raise KeyError("strange")

    monkeypatch.setattr(Diagnostician, "run", fail)
    session = opened(Clusters(Shop(WELL_SHOP)))
    failed = await until(session, "diagnosis", lambda reading: reading.trouble)
    assert failed.state(NOW) is State.FAILING


async def test_stopping_waits_for_nobody_who_will_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cockpit.session._LONGEST_GOODBYE", 0.05)
    release = asyncio.Event()

    class Deaf:
        name = "kubernetes/metrics"

        async def stream(self) -> AsyncIterator[int]:
            while not release.is_set():
                try:
                    await release.wait()
                except asyncio.CancelledError:
                    continue
            yield 1

    shop = Shop(WELL_SHOP)
    shop.metrics = Deaf()  # type: ignore[assignment]
    session = Session(Config(), lambda: NOW, shop.connect)
    session.start()
    await until(session, "kubernetes/pods", has_data)
    async with asyncio.timeout(2):
        await session.stop()
    release.set()
