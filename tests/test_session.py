"""What a session reads, where it looks, and how it ends."""

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from support.shop import BROKEN_SHOP, NOW, WELL_SHOP, Shop, Told

from cockpit.config import Config, Flags
from cockpit.config_load import load
from cockpit.connection import Scope
from cockpit.diagnostician import Diagnostician
from cockpit.reading import Reading, SourceError, State, TroubleKind
from cockpit.session import Session
from cockpit.sources.kubernetes.model import Pods

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
        self.others: dict[str, Told] = {}
        """What is read beside the pods."""
        self.begun: list[str] = []

    def has(self, name: str, *told: Any) -> Told:
        """Have another source."""
        self.others[name] = Told(name, *told)
        return self.others[name]

    def connect(self, scope: Scope, config: Config, clock: Any) -> Any:
        shop = self._shops[min(len(self.scopes), len(self._shops) - 1)]
        self.scopes.append(scope)

        def pods(namespace: str) -> Any:
            self.namespaces.append(namespace)
            return shop.pods

        def other(source: Told, namespace: str, _: Any) -> Told:
            self.begun.append(f"{source.name} in {namespace}")
            return source

        connection = shop.connect(scope, config, clock)
        cluster: Any = SimpleNamespace(close=self._close)
        others = {name: partial(other, source) for name, source in self.others.items()}
        return connection._replace(cluster=cluster, pods=pods, others=others)

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


def troubled(reading: Reading[Any]) -> bool:
    return reading.trouble is not None


DEPLOYMENTS, NODES = "kubernetes/deployments", "kubernetes/nodes"
DENIED = SourceError(TroubleKind.DENIED, "may not list nodes", "kubectl auth can-i list nodes")


async def test_the_other_kinds_are_read_once_all_pods_are_there(opened: Callable[..., Session]) -> None:
    shop = Shop(WELL_SHOP)
    whole: Pods = await anext(shop.pods.stream())
    shop.pods.tell(Pods(scope="shop", pods=whole.pods))
    clusters = Clusters(shop)
    clusters.has(DEPLOYMENTS, "three of them")
    clusters.has(NODES, "two of them")
    session = opened(clusters)
    await until(session, "kubernetes/pods", has_data)
    await asyncio.sleep(0)
    assert clusters.begun == []
    assert session.sources == ("kubernetes", "kubernetes/pods", "kubernetes/metrics", DEPLOYMENTS, NODES)
    shop.pods.tell(whole)
    assert (await until(session, NODES, has_data)).data == "two of them"
    assert clusters.begun == [f"{DEPLOYMENTS} in shop", f"{NODES} in shop"]


async def test_a_kind_that_may_not_be_read_costs_that_kind_only(opened: Callable[..., Session]) -> None:
    clusters = Clusters(Shop(WELL_SHOP))
    clusters.has(NODES, DENIED)
    clusters.has(DEPLOYMENTS, "three of them")
    session = opened(clusters)
    assert (await until(session, NODES, troubled)).state(NOW) is State.DENIED
    assert (await until(session, DEPLOYMENTS, has_data)).state(NOW) is State.LIVE
    assert (await until(session, "kubernetes/pods", has_data)).state(NOW) is State.LIVE


async def test_where_the_pods_may_not_be_read_the_other_kinds_still_are(opened: Callable[..., Session]) -> None:
    shop = Shop(WELL_SHOP)
    shop.pods = Told("kubernetes/pods", SourceError(TroubleKind.DENIED, "may not list pods"))
    clusters = Clusters(shop)
    clusters.has(DEPLOYMENTS, "three of them")
    session = opened(clusters)
    await until(session, DEPLOYMENTS, has_data)


@pytest.mark.parametrize("kind", [TroubleKind.UNREACHABLE, TroubleKind.EXPIRED, TroubleKind.TIMEOUT])
async def test_a_server_or_a_login_that_fails_is_not_asked_once_for_each_kind(
    opened: Callable[..., Session], kind: TroubleKind
) -> None:
    shop = Shop(WELL_SHOP)
    shop.pods = Told("kubernetes/pods", SourceError(kind, "no", "aws sso login"))
    clusters = Clusters(shop)
    clusters.has(DEPLOYMENTS, "three of them")
    session = opened(clusters)
    waiting = await until(session, DEPLOYMENTS, troubled)
    assert waiting.trouble is not None
    assert (waiting.trouble.message, waiting.trouble.remedy) == ("no", "aws sso login")
    assert waiting.trouble.inherited
    assert clusters.begun == []
    shop.pods.tell(Shop.listed(WELL_SHOP))
    session.retry_now("kubernetes/pods")
    await until(session, DEPLOYMENTS, has_data)


async def test_without_a_kubeconfig_no_kind_is_still_loading(opened: Callable[..., Session]) -> None:
    shop = Shop(WELL_SHOP)
    shop.info.tell(SourceError(TroubleKind.MISSING, "no kubeconfig"))
    shop.info._news.get_nowait()
    clusters = Clusters(shop)
    clusters.has(DEPLOYMENTS)
    session = opened(clusters)
    assert (await until(session, DEPLOYMENTS, troubled)).state(NOW) is State.FAILING


async def test_a_kind_that_was_denied_is_tried_again_when_the_pods_come_back(opened: Callable[..., Session]) -> None:
    """Somebody has logged in anew, perhaps as somebody else."""
    shop = Shop(WELL_SHOP)
    clusters = Clusters(shop)
    nodes = clusters.has(NODES, DENIED)
    session = opened(clusters)
    await until(session, NODES, troubled)
    await asyncio.sleep(0.05)
    shop.pods.tell(SourceError(TroubleKind.EXPIRED, "401"))
    await until(session, "kubernetes/pods", troubled)
    nodes.tell("two of them")
    session.retry_now("kubernetes/pods")
    assert (await until(session, NODES, has_data)).state(NOW) is State.LIVE


async def test_retrying_one_source_leaves_the_others_in_peace(opened: Callable[..., Session]) -> None:
    clusters = Clusters(Shop(WELL_SHOP))
    nodes, deployments = clusters.has(NODES, DENIED), clusters.has(DEPLOYMENTS, DENIED)
    session = opened(clusters)
    await until(session, NODES, troubled)
    await until(session, DEPLOYMENTS, troubled)
    nodes.tell("two of them")
    deployments.tell("three of them")
    session.retry_now(NODES)
    await until(session, NODES, has_data)
    still = session.board.latest(DEPLOYMENTS)
    assert still
    assert still.state(NOW) is State.DENIED


async def test_looking_at_another_namespace_begins_all_kinds_anew(opened: Callable[..., Session]) -> None:
    shop = Shop(WELL_SHOP)
    clusters = Clusters(shop)
    clusters.has(NODES, "two of them")
    session = opened(clusters)
    await until(session, NODES, has_data)
    await session.look_at(Scope(context="prod-us-west-2", namespace="web"))
    assert session.board.readings() == []
    await until(session, NODES, has_data)
    assert clusters.begun == [f"{NODES} in shop", f"{NODES} in web"]


async def test_other_sources_may_follow_the_pods(opened: Callable[..., Session]) -> None:
    class Counted:
        name = "kubernetes/crash-logs"

        def __init__(self, _: str, pods: Any) -> None:
            self._pods = pods

        async def stream(self) -> AsyncIterator[int]:
            async for pods in self._pods():
                yield len(pods.pods)

    class Following(Clusters):
        def connect(self, scope: Scope, config: Config, clock: Any) -> Any:
            return super().connect(scope, config, clock)._replace(others={Counted.name: Counted})

    shop = Shop(WELL_SHOP)
    session = opened(Following(shop))
    assert (await until(session, Counted.name, has_data)).data == 6
    shop.pods.tell(Shop.listed(WELL_SHOP[:2]))
    await until(session, Counted.name, lambda reading: reading.data == 2)


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
    monkeypatch.setattr("cockpit.sources.feed._LONGEST_GOODBYE", 0.05)
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
