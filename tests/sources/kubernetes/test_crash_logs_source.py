"""What crashed containers wrote last."""

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from datetime import timedelta
from typing import Any

import pytest
from support.api_server import ScriptedServer
from support.ward import NOW, Ward

from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.crash_log import CrashLogs
from cockpit.sources.kubernetes.crash_logs_source import CrashLogsSource
from cockpit.sources.kubernetes.model import Pod, Pods, Workload

LOG = "/api/v1/namespaces/shop/pods/{}/log"


class Told:
    """Pods that the test tells of."""

    def __init__(self) -> None:
        self.news: asyncio.Queue[Pods] = asyncio.Queue()

    def tell(self, *pods: Pod) -> None:
        self.news.put_nowait(Ward().pods(*pods))

    async def __call__(self) -> AsyncIterator[Pods]:
        while True:
            yield await self.news.get()


class Crashes:
    """A source of crash logs, and the pods that it follows."""

    def __init__(self, cluster: Cluster) -> None:
        self.pods = Told()
        self.now = NOW
        self.source = CrashLogsSource(cluster, self.pods, lambda: self.now)
        self.stream: AsyncGenerator[CrashLogs, None] = self.source.stream()

    async def next(self, *pods: Pod) -> CrashLogs:
        if pods:
            self.pods.tell(*pods)
        async with asyncio.timeout(5):
            return await anext(self.stream)


@pytest.fixture
async def crashes(cluster: Cluster) -> AsyncIterator[Crashes]:
    opened = Crashes(cluster)
    async with aclosing(opened.stream):
        yield opened


@pytest.fixture
def ward() -> Ward:
    return Ward()


@pytest.fixture
def looping(ward: Ward) -> Callable[..., Pod]:
    def build(name: str = "api-1", restarts: int = 4, **facts: Any) -> Pod:
        container = ward.container(
            ready=False,
            state="waiting",
            reason="CrashLoopBackOff",
            restarts=restarts,
            last_exit_code=1,
            last_finished_at=ward.ago(minutes=1),
        )
        return ward.ill(name, container, **facts)

    return build


async def test_the_end_of_the_previous_log_is_read(
    server: ScriptedServer, crashes: Crashes, looping: Callable[..., Pod], ward: Ward
) -> None:
    server.text(LOG.format("api-1"), "starting\nDATABASE_URL is not set\n")
    logs = (await crashes.next(looping())).logs
    assert list(logs) == ["shop/api-1/api"]
    log = logs["shop/api-1/api"]
    assert (log.pod, log.container, log.restarts) == ("shop/api-1", "api", 4)
    assert log.lines == ("starting", "DATABASE_URL is not set")
    assert log.ended_at == ward.ago(minutes=1)
    assert server.asked[0].query == {
        "container": "api",
        "tailLines": "50",
        "limitBytes": "65536",
        "previous": "true",
    }


async def test_each_run_is_read_once(
    server: ScriptedServer, crashes: Crashes, looping: Callable[..., Pod], ward: Ward
) -> None:
    server.text(LOG.format("api-1"), "first\n")
    server.text(LOG.format("api-1"), "second\n")
    await crashes.next(looping())
    running = ward.container(restarts=5, last_exit_code=1, last_finished_at=ward.ago(minutes=1))
    crashes.pods.tell(ward.pod("api-1", running, last_restart=ward.ago(minutes=1)))
    logs = (await crashes.next(looping(restarts=5))).logs
    assert logs["shop/api-1/api"].lines == ("second",)
    assert len(server.asked) == 2


async def test_while_nothing_crashed_nothing_is_asked(server: ScriptedServer, crashes: Crashes, ward: Ward) -> None:
    assert (await crashes.next(ward.pod("api-1"))).logs == {}
    assert server.asked == []


@pytest.mark.parametrize("told", [400, 200])
async def test_where_the_previous_log_is_gone_the_log_of_the_ended_container_is_read(
    server: ScriptedServer, crashes: Crashes, looping: Callable[..., Pod], told: int
) -> None:
    if told == 400:
        server.status(LOG.format("api-1"), 400, 'previous terminated container "api" in pod "api-1" not found')
    else:
        server.text(LOG.format("api-1"), "unable to retrieve container logs for containerd://0ab")
    server.text(LOG.format("api-1"), "out of memory\n")
    assert (await crashes.next(looping())).logs["shop/api-1/api"].lines == ("out of memory",)
    assert [asked.query.get("previous") for asked in server.asked] == ["true", None]


async def test_the_log_of_a_container_that_runs_again_is_not_taken_for_the_crashed_ones(
    server: ScriptedServer, crashes: Crashes, ward: Ward
) -> None:
    server.status(LOG.format("api-1"), 400, "previous terminated container not found")
    running = ward.container(restarts=5, last_exit_code=1, last_finished_at=ward.ago(minutes=1))
    assert (await crashes.next(ward.pod("api-1", running, last_restart=ward.ago(minutes=1)))).logs == {}
    assert len(server.asked) == 1


async def test_a_log_that_cannot_be_had_does_not_hide_the_others(
    server: ScriptedServer, crashes: Crashes, looping: Callable[..., Pod]
) -> None:
    """Its node may be gone."""
    server.status(LOG.format("api-1"), 500, "dial tcp 10.0.0.1:10250: i/o timeout")
    server.text(LOG.format("api-2"), "port in use\n")
    assert list((await crashes.next(looping("api-1"), looping("api-2"))).logs) == ["shop/api-2/api"]


async def test_reading_logs_may_be_forbidden(
    server: ScriptedServer, crashes: Crashes, looping: Callable[..., Pod]
) -> None:
    server.status(LOG.format("api-1"), 403, 'pods "api-1" is forbidden')
    with pytest.raises(SourceError) as denied:
        await crashes.next(looping())
    assert denied.value.kind is TroubleKind.DENIED
    assert "pods/log" in (denied.value.remedy or "")


async def test_a_stream_that_begins_anew_says_nothing_before_the_server_has(
    server: ScriptedServer, crashes: Crashes, looping: Callable[..., Pod]
) -> None:
    """Or a right that is missing would look as if it had been given."""
    server.status(LOG.format("api-1"), 403, "forbidden")
    for _ in range(2):
        crashes.stream = crashes.source.stream()
        with pytest.raises(SourceError):
            await crashes.next(looping())


async def test_lines_are_cleaned_redacted_and_cut(
    server: ScriptedServer, crashes: Crashes, looping: Callable[..., Pod]
) -> None:
    secret = "hunter2" + "hunter2"
    body = f"\x1b[31mred\x1b[0m\n\npassword={secret}\n{'x' * 600}\n"
    server.text(LOG.format("api-1"), body)
    lines = (await crashes.next(looping())).logs["shop/api-1/api"].lines
    assert lines == ("red", "password=[redacted:password]", "x" * 500)


async def test_when_the_answer_is_cut_the_newest_lines_are_asked_for_alone(
    server: ScriptedServer, crashes: Crashes, looping: Callable[..., Pod]
) -> None:
    server.text(LOG.format("api-1"), "x" * 65536)
    server.text(LOG.format("api-1"), "giving up\n")
    assert (await crashes.next(looping())).logs["shop/api-1/api"].lines == ("giving up",)
    assert server.asked[1].query["tailLines"] == "5"


async def test_two_logs_are_read_at_once_and_no_more(cluster: Cluster, looping: Callable[..., Pod]) -> None:
    class Counting(Crashes):
        now_reading = 0
        most = 0

    lock = threading.Lock()
    crashes = Counting(cluster)
    together = threading.Barrier(2)

    def get(*_: Any) -> bytes:
        with lock:
            crashes.now_reading += 1
            crashes.most = max(crashes.most, crashes.now_reading)
        together.wait(5)
        with lock:
            crashes.now_reading -= 1
        return b"oh\n"

    cluster.get = get  # type: ignore[method-assign, assignment]
    pods = [looping(f"p-{nth}", workload=Workload("Pod", f"p-{nth}")) for nth in range(6)]
    crashes.pods.tell(*pods)
    async with aclosing(crashes.stream):
        while len((await crashes.next()).logs) < 6:
            pass
    assert crashes.most == 2


async def test_the_logs_of_pods_that_are_gone_are_forgotten_after_a_while(
    server: ScriptedServer, crashes: Crashes, looping: Callable[..., Pod]
) -> None:
    for name in ("api-1", "api-2"):
        server.text(LOG.format(name), "oh\n")
    await crashes.next(looping("api-1"))
    crashes.now += timedelta(minutes=14)
    assert list((await crashes.next(looping("api-2"))).logs) == ["shop/api-1/api", "shop/api-2/api"]
    crashes.now += timedelta(minutes=2)
    assert list((await crashes.next(looping("api-2"))).logs) == ["shop/api-2/api"]
