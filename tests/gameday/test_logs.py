"""`pods/log` answers as the recorded server did."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from cockpit.gameday.api.kinds import NODES, PODS
from cockpit.gameday.api.store import Obj
from cockpit.gameday.logbook import LogBook, RunLog, nanoseconds
from cockpit.gameday.world import World

SAMPLES = Path(__file__).parents[1] / "samples" / "kubernetes"
START = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
CONTAINER_ID = "containerd://" + "1" * 64


def put_pod(
    world: World, *containers: str, state: Obj | None = None, last: Obj | None = None, node: str = "away"
) -> None:
    """Put a pod on a node without a kubelet, so that nothing but the test writes its log."""
    statuses = [
        {"name": name, "image": "x", "state": state or {"running": {}}, "lastState": last or {}, "ready": True,
         "restartCount": 0, "containerID": CONTAINER_ID}
        for name in containers
    ]  # fmt: skip
    spec = {"containers": [{"name": name, "image": "x"} for name in containers], "nodeName": node}
    status = {"phase": "Running", "containerStatuses": statuses}
    world.store.create(PODS, {"metadata": {"name": "p", "namespace": "shop"}, "spec": spec, "status": status})


@pytest.fixture
def run(world: World) -> RunLog:
    """The log of a pod `p`: ten lines, one a second."""
    put_pod(world, "c")
    run = world.cluster.logs.start("uid", "c", CONTAINER_ID)
    for number in range(10):
        run.write(nanoseconds(START + timedelta(seconds=number)) + 7, f"line {number}".encode())
    return run


async def read(api: aiohttp.ClientSession, **query: str) -> tuple[int, str]:
    async with api.get("/api/v1/namespaces/shop/pods/p/log", params=query) as answer:
        if answer.status == 400:
            return 400, str((await answer.json())["message"])
        return answer.status, await answer.text()


async def test_all_that_was_printed_comes_in_order(api: aiohttp.ClientSession, run: RunLog) -> None:
    assert await read(api) == (200, "".join(f"line {number}\n" for number in range(10)))


async def test_time_stamps_have_nine_digits_as_recorded(api: aiohttp.ClientSession, run: RunLog) -> None:
    _, text = await read(api, timestamps="true", tailLines="1")
    assert text == "2026-11-21T08:00:09.000000007Z line 9\n"
    recorded = (SAMPLES / "logs-api.txt").read_text().splitlines()[0]
    pattern = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z .+"
    assert re.fullmatch(pattern, recorded)
    assert re.fullmatch(pattern, text.strip())


async def test_the_tail_the_limit_and_the_beginning_can_be_chosen(api: aiohttp.ClientSession, run: RunLog) -> None:
    assert await read(api, tailLines="2") == (200, "line 8\nline 9\n")
    assert await read(api, tailLines="0") == (200, "")
    assert await read(api, limitBytes="10") == (200, "line 0\nlin")
    assert await read(api, sinceTime="2026-11-21T08:00:08Z") == (200, "line 8\nline 9\n")
    assert await read(api, sinceTime="2026-11-21T08:00:08Z", tailLines="5") == (200, "line 8\nline 9\n")


async def test_since_counts_back_from_now(world: World, api: aiohttp.ClientSession, run: RunLog) -> None:
    run.write(nanoseconds(world.cluster.pace.now()), b"just now")
    assert await read(api, sinceSeconds="60") == (200, "just now\n")


async def test_a_follow_gets_new_lines_one_by_one_until_the_container_ends(
    api: aiohttp.ClientSession, run: RunLog
) -> None:
    query = {"follow": "true", "tailLines": "1"}
    async with api.get("/api/v1/namespaces/shop/pods/p/log", params=query) as answer:
        assert await answer.content.readchunk() == (b"line 9\n", True)
        run.write(nanoseconds(START) + 10**10, b"\x1b[31mred\r \xff")
        run.write(nanoseconds(START) + 10**10, b"last")
        chunks = [await answer.content.readchunk() for _ in range(2)]
        assert chunks == [(b"\x1b[31mred\r \xff\n", True), (b"last\n", True)]
        run.end()
        assert await answer.content.read() == b""


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({}, "a container name must be specified for pod p, choose one of: [a b]"),
        ({"container": "c"}, "container c is not valid for pod p"),
        ({"container": "a", "previous": "true"}, 'previous terminated container "a" in pod "p" not found'),
        ({"container": "a", "tailLines": "x"}, 'strconv.ParseInt: parsing "x": invalid syntax'),
    ],
)
async def test_impossible_wishes_are_refused(
    world: World, api: aiohttp.ClientSession, query: dict[str, str], message: str
) -> None:
    put_pod(world, "a", "b")
    assert await read(api, **query) == (400, message)


async def test_a_container_that_waits_has_no_log_yet(world: World, api: aiohttp.ClientSession) -> None:
    put_pod(world, "c", state={"waiting": {"reason": "ContainerCreating"}})
    assert await read(api) == (400, 'container "c" in pod "p" is waiting to start: ContainerCreating')


async def test_a_pod_without_a_node_has_no_content(world: World, api: aiohttp.ClientSession) -> None:
    for node in world.store.list(NODES):
        world.store.replace(node, {**node.obj, "spec": {"unschedulable": True}})
    put_pod(world, "c", node="")
    assert await read(api) == (204, "")


async def test_a_log_that_is_gone_says_so_with_status_200(world: World, api: aiohttp.ClientSession) -> None:
    put_pod(world, "c")
    assert await read(api) == (200, f"unable to retrieve container logs for {CONTAINER_ID}")


async def test_in_a_crash_loop_the_last_run_is_both_present_and_previous(
    world: World, api: aiohttp.ClientSession, run: RunLog
) -> None:
    pod = world.store.get(PODS, "shop", "p")
    obj = pod.copy()
    entry = obj["status"]["containerStatuses"][0]
    entry["state"] = {"waiting": {"reason": "CrashLoopBackOff"}}
    entry["lastState"] = {"terminated": {"containerID": CONTAINER_ID, "exitCode": 1}}
    world.store.replace(pod, obj)
    assert await read(api) == await read(api, previous="true")


async def test_a_dropped_stream_breaks_off_and_a_clean_end_does_not(
    world: World, api: aiohttp.ClientSession, run: RunLog
) -> None:
    for abruptly in (True, False):
        async with api.get("/api/v1/namespaces/shop/pods/p/log", params={"follow": "true"}) as answer:
            for _ in range(10):
                await answer.content.readline()
            await asyncio.sleep(0)
            world.faults.drop_logs(abruptly=abruptly)
            if abruptly:
                with pytest.raises(aiohttp.ClientError):
                    await answer.content.read()
            else:
                assert await answer.content.read() == b""


def test_the_run_before_the_previous_one_is_forgotten() -> None:
    book = LogBook()
    runs = [book.start("uid", "c", name) for name in ("first", "second", "third")]
    assert [book.find(name) for name in ("first", "second", "third")] == [None, *runs[1:]]
    book.forget("uid")
    assert book.find("third") is None
    assert runs[2].ended


async def test_lines_beyond_the_limit_are_forgotten() -> None:
    run = RunLog(limit=3)
    for number in range(5):
        run.write(number, str(number).encode())
    assert [line.text for line in run.lines()] == [b"2", b"3", b"4"]
    assert [line.text for line in run.lines(4)] == [b"4"]
