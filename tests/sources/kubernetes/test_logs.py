"""Following a log: no line lost, none twice, over whatever the network, the kubelet and the container do."""

import asyncio
from array import array
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import Any

import pytest
from support.api_server import NOW, ScriptedServer, Time

from cockpit.clock import rfc3339
from cockpit.logs.block import LineKind, LogBlock, LogTarget
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.log_lines import moment
from cockpit.sources.kubernetes.logs import LogPace, follow

POD = "/api/v1/namespaces/shop/pods/api-1"
LOG = f"{POD}/log"
TARGET = LogTarget(namespace="shop", pod="api-1", container="main")
FAST = LogPace(backoff_first=0.01, backoff_most=0.02, read_timeout=0.3, interval=0.01)

Json = Callable[..., dict[str, Any]]
Follow = Callable[..., AsyncGenerator[LogBlock, None]]


def line(second: float, text: str) -> bytes:
    at: datetime = NOW + timedelta(seconds=second)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond:06d}000Z {text}\n".encode()


async def read(blocks: AsyncIterator[LogBlock], count: int) -> list[str]:
    """Read until there are `count` lines and remarks: a line as it is, a remark as `KIND text`."""
    seen: list[str] = []
    async with asyncio.timeout(5):
        async for block in blocks:
            assert len(block.times) == block.text.count(b"\n") + 1
            prefix = "" if block.kind is LineKind.TEXT else f"{block.kind.name} "
            seen += [prefix + text for text in block.text.decode(errors="replace").split("\n")]
            if len(seen) >= count:
                break
    return seen


@pytest.fixture
def following(cluster: Cluster, time: Time) -> Follow:
    return lambda target=TARGET, pace=FAST: with_lines(follow(cluster, target, clock=time, pace=pace))


async def with_lines(blocks: AsyncGenerator[LogBlock, None]) -> AsyncGenerator[LogBlock, None]:
    """Leave out the blocks that only say that the log was opened: whether they come is a matter of time."""
    async with aclosing(blocks):
        async for block in blocks:
            if block.times:
                yield block


async def test_a_log_that_was_opened_and_has_no_lines_is_told_by_an_empty_block(
    server: ScriptedServer, cluster: Cluster, pod_json: Json
) -> None:
    server.json(POD, pod_json())
    server.live(LOG)
    async with asyncio.timeout(5), aclosing(follow(cluster, TARGET, pace=FAST)) as blocks:
        assert await anext(blocks) == LogBlock("api-1/main", b"", array("q"))


async def test_lines_come_without_their_time_stamps_but_with_their_times(
    server: ScriptedServer, following: Follow, pod_json: Json
) -> None:
    server.json(POD, pod_json())
    server.live(LOG).send(line(0.25, "first"), line(1, "[bold]second \x1b[31m"))
    async with aclosing(following()) as blocks:
        block = await anext(blocks)
    assert block.stream == "api-1/main"
    assert block.text == b"first\n[bold]second \x1b[31m"
    assert list(block.times) == [1795248000250000000, 1795248001000000000]
    asked = server.asked[-1]
    assert asked.query == {"container": "main", "timestamps": "true", "follow": "true", "tailLines": "1000"}


async def test_since_takes_the_place_of_tail(server: ScriptedServer, following: Follow, pod_json: Json) -> None:
    server.json(POD, pod_json())
    server.live(LOG).send(line(0, "x"))
    async with aclosing(following(LogTarget("shop", "api-1", "main", since_seconds=300))) as blocks:
        await anext(blocks)
    assert server.asked[-1].query["sinceSeconds"] == "300"
    assert "tailLines" not in server.asked[-1].query


async def test_after_a_clean_end_of_a_running_container_it_resumes_without_loss_or_repetition(
    server: ScriptedServer, following: Follow, pod_json: Json
) -> None:
    server.json(POD, pod_json())
    first = server.live(LOG)
    first.send(line(1.0, "a"), line(1.2, "b"), line(1.2, "b"))
    first.end()
    # The whole second comes again, with a line from before our tail and one that was written meanwhile.
    again = server.live(LOG)
    again.send(
        line(1.0, "before our tail"), line(1.0, "a"), line(1.2, "b"), line(1.2, "b"), line(1.2, "b"), line(2, "c")
    )
    async with aclosing(following()) as blocks:
        assert await read(blocks, 5) == ["a", "b", "b", "b", "c"]
    assert server.asked[-1].query["sinceTime"] == "2026-11-21T08:00:01Z"
    assert "tailLines" not in server.asked[-1].query


async def test_a_lost_connection_is_told_once_and_the_log_goes_on(
    server: ScriptedServer, following: Follow, pod_json: Json
) -> None:
    server.json(POD, pod_json())
    first = server.live(LOG)
    first.send(line(1, "a"))
    server.status(LOG, 503, "apiserver is shutting down")
    server.status(LOG, 429, "too many requests")
    server.live(LOG).send(line(1, "a"), line(2, "b"))
    async with aclosing(following()) as blocks:
        assert await read(blocks, 1) == ["a"]
        first.break_off()
        trouble, later = await read(blocks, 2)
    assert trouble.startswith("TROUBLE cannot connect to http://127.0.0.1")
    assert later == "b"


async def test_trouble_after_a_recovery_is_told_again(
    server: ScriptedServer, following: Follow, pod_json: Json
) -> None:
    server.json(POD, pod_json())
    server.status(LOG, 500, "one")
    server.live(LOG).end()
    server.status(LOG, 500, "two")
    async with aclosing(following()) as blocks:
        assert [text.partition(";")[0].rpartition(" ")[2] for text in await read(blocks, 2)] == ["one", "two"]


async def test_a_line_that_was_cut_in_two_by_a_lost_connection_comes_whole(
    server: ScriptedServer, following: Follow, pod_json: Json
) -> None:
    server.json(POD, pod_json())
    first = server.live(LOG)
    whole = line(2, "a whole line")
    first.send(line(1, "a"), whole[:-6])
    server.live(LOG).send(line(1, "a"), whole)
    async with aclosing(following()) as blocks:
        await read(blocks, 1)
        first.break_off()
        assert (await read(blocks, 2))[1] == "a whole line"


async def test_a_server_that_ends_every_connection_after_a_line_is_not_hammered(
    server: ScriptedServer, following: Follow, pod_json: Json
) -> None:
    assert LogPace().interval >= 0.2
    server.json(POD, pod_json())
    for second in range(2):
        log = server.live(LOG)
        log.send(line(second, "x"))
        log.end()
    async with aclosing(following(pace=FAST._replace(interval=60.0))) as blocks:
        await read(blocks, 1)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await anext(blocks)
    assert [asked.path for asked in server.asked] == [POD, LOG]


async def test_a_hole_in_the_log_is_drawn_as_a_hole(server: ScriptedServer, following: Follow, pod_json: Json) -> None:
    server.json(POD, pod_json())
    first = server.live(LOG)
    first.send(line(1, "a"))
    first.end()
    server.live(LOG).send(line(60, "after a rotation"))
    async with aclosing(following()) as blocks:
        _, gap, text = await read(blocks, 3)
    assert gap == f"GAP lines may be missing between {rfc3339(NOW + timedelta(seconds=1))} and 2026-11-21T08:01:00.000Z"
    assert text == "after a rotation"


async def test_the_next_run_follows_the_one_that_crashed(
    server: ScriptedServer, following: Follow, pod_json: Json
) -> None:
    times = {"startedAt": "2026-11-21T08:00:01Z", "finishedAt": "2026-11-21T08:00:02Z"}
    ended = {"exitCode": 1, "reason": "Error", **times}
    server.json(POD, pod_json(restarts=3))
    crashed = {"ready": False, "state": {"terminated": ended}}
    server.json(POD, pod_json(restarts=3, container=crashed))
    server.json(POD, pod_json(restarts=4, container={"lastState": {"terminated": ended}}))
    first = server.live(LOG)
    first.send(line(1, "up"), line(2, "panic: no newline")[:-1])
    first.end()
    server.live(LOG).send(line(2.5, "up again"))
    async with aclosing(following()) as blocks:
        assert await read(blocks, 4) == [
            "up",
            "panic: no newline",
            "RESTART number 4: the run before exited with code 1 (Error) after 1 s",
            "up again",
        ]


async def remarks(blocks: AsyncGenerator[LogBlock, None], kind: LineKind) -> datetime:
    """Read until there is a remark of that kind; tell its time."""
    async with asyncio.timeout(5), aclosing(blocks):
        async for block in blocks:
            if block.kind is kind:
                return moment(block.times[0])
    raise AssertionError(kind)


@pytest.mark.parametrize(
    ("state", "last_line", "begun"),
    [
        ({"running": {"startedAt": "2026-11-21T08:00:04Z"}}, 2.0, 4.0),
        ({"running": {"startedAt": "2026-11-21T08:00:04Z"}}, 4.3, 4.3),
        ({"terminated": {"exitCode": 1, "startedAt": "2026-11-21T08:00:05Z"}}, 2.0, 5.0),
        ({"waiting": {"reason": "CrashLoopBackOff"}}, 2.0, 3.0),
    ],
    ids=["runs", "a line of the same second", "has ended already", "waits for the next run"],
)
async def test_a_restart_is_told_at_the_time_at_which_kubernetes_says_that_the_run_began(
    server: ScriptedServer,
    following: Follow,
    pod_json: Json,
    time: Time,
    state: dict[str, Any],
    last_line: float,
    begun: float,
) -> None:
    times = {"startedAt": "2026-11-21T08:00:03Z", "finishedAt": "2026-11-21T08:00:04Z"}
    ended = {"terminated": {"exitCode": 1, **times}}
    server.json(POD, pod_json(restarts=3))
    server.json(POD, pod_json(restarts=4, container={"state": state, "lastState": ended}))
    first = server.live(LOG)
    first.send(line(last_line, "up"))
    first.end()
    time.now += timedelta(minutes=5)
    assert await remarks(following(), LineKind.RESTART) == NOW + timedelta(seconds=begun)


async def test_the_end_of_a_log_is_told_at_the_time_at_which_the_container_ended(
    server: ScriptedServer, following: Follow, pod_json: Json, time: Time
) -> None:
    done = {"state": {"terminated": {"exitCode": 0, "finishedAt": "2026-11-21T08:00:02Z"}}}
    server.json(POD, pod_json(container=done, status={"phase": "Succeeded"}))
    log = server.live(LOG)
    log.send(line(1, "imported 12 rows"))
    log.end()
    time.now += timedelta(minutes=5)
    assert await remarks(following(), LineKind.END) == NOW + timedelta(seconds=2)


async def test_the_last_lines_of_a_run_that_ended_while_the_connection_was_lost_are_fetched(
    server: ScriptedServer, following: Follow, pod_json: Json
) -> None:
    server.json(POD, pod_json(restarts=0))
    server.json(POD, pod_json(restarts=1))
    first = server.live(LOG)
    first.send(line(1, "a"))
    previous = server.live(LOG)
    previous.send(line(1, "a"), line(5, "fatal"))
    previous.end()
    server.live(LOG).send(line(7, "up again"))
    async with aclosing(following()) as blocks:
        await read(blocks, 1)
        first.break_off()
        seen = await read(blocks, 4)
    assert [text.split()[0] for text in seen] == ["TROUBLE", "fatal", "RESTART", "up"]
    assert server.asked[-2].query["previous"] == "true"


async def test_a_completed_container_ends_the_stream(server: ScriptedServer, following: Follow, pod_json: Json) -> None:
    done = {"ready": False, "state": {"terminated": {"exitCode": 0, "reason": "Completed"}}}
    server.json(POD, pod_json(container=done, status={"phase": "Succeeded"}))
    log = server.live(LOG)
    log.send(line(1, "imported 12 rows"))
    log.end()
    assert await read(following(), 9) == [
        "imported 12 rows",
        "END the log has ended: the container exited with code 0 (Completed)",
    ]


async def test_a_deleted_pod_ends_the_stream(server: ScriptedServer, following: Follow, pod_json: Json) -> None:
    server.json(POD, pod_json())
    server.status(POD, 404, 'pods "api-1" not found')
    log = server.live(LOG)
    log.send(line(1, "bye"))
    log.end()
    assert await read(following(), 9) == ["bye", 'END pods "api-1" not found']


async def test_a_pod_of_the_same_name_made_anew_is_followed_from_its_beginning(
    server: ScriptedServer, following: Follow, pod_json: Json
) -> None:
    server.json(POD, pod_json())
    server.json(POD, pod_json(metadata={"uid": "another"}))
    log = server.live(LOG)
    log.send(line(5, "old"))
    log.end()
    server.live(LOG).send(line(4.9, "new, by a node whose clock is slow"))
    async with aclosing(following()) as blocks:
        seen = await read(blocks, 3)
    assert seen == ["old", "RESTART the pod was made anew", "new, by a node whose clock is slow"]


async def test_a_container_that_is_being_created_is_awaited_silently(
    server: ScriptedServer, following: Follow, pod_json: Json
) -> None:
    server.json(POD, pod_json())
    for _ in range(3):
        server.status(LOG, 400, 'container "main" in pod "api-1" is waiting to start: ContainerCreating')
    server.live(LOG).send(line(1, "up"))
    async with aclosing(following()) as blocks:
        assert await read(blocks, 1) == ["up"]


async def test_a_container_whose_creation_takes_long_is_said_once_to_be_waiting(
    server: ScriptedServer, following: Follow, pod_json: Json
) -> None:
    message = 'container "main" in pod "api-1" is waiting to start: ContainerCreating'
    server.json(POD, pod_json())
    for _ in range(3):
        server.status(LOG, 400, message)
    server.live(LOG).send(line(1, "up"))
    async with aclosing(following(pace=FAST._replace(patience=0.0))) as blocks:
        assert await read(blocks, 2) == [f"WAITING {message}", "up"]


async def test_a_container_that_cannot_start_is_told_once_and_awaited(
    server: ScriptedServer, following: Follow, pod_json: Json
) -> None:
    message = 'container "main" in pod "api-1" is waiting to start: trying and failing to pull image'
    server.json(POD, pod_json())
    for _ in range(3):
        server.status(LOG, 400, message)
    server.live(LOG).send(line(1, "up"))
    async with aclosing(following()) as blocks:
        assert await read(blocks, 2) == [f"TROUBLE {message}", "up"]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (400, 'previous terminated container "main" in pod "api-1" not found'),
        (400, "a container name must be specified for pod api-1, choose one of: [main proxy]"),
        (400, "container main is not valid for pod api-1"),
        (400, "container main\nis not valid\tfor pod api-1"),
        (404, 'pods "api-1" not found'),
    ],
)
async def test_a_log_that_will_never_come_ends_the_stream(
    server: ScriptedServer, following: Follow, pod_json: Json, code: int, message: str
) -> None:
    server.json(POD, pod_json())
    server.status(LOG, code, message)
    assert await read(following(), 9) == [f"END {' '.join(message.split())}"]


async def test_no_node_yet_is_told_and_awaited(server: ScriptedServer, following: Follow, pod_json: Json) -> None:
    server.json(POD, pod_json())
    server.text(LOG, "", 204)
    server.live(LOG).send(line(1, "up"))
    async with aclosing(following()) as blocks:
        assert await read(blocks, 2) == ["TROUBLE there is no log yet: the pod has no node", "up"]


async def test_a_container_that_the_node_has_removed_is_trouble_not_text(
    server: ScriptedServer, following: Follow, pod_json: Json
) -> None:
    server.json(POD, pod_json())
    server.text(LOG, "unable to retrieve container logs for containerd://0123456789abcdef")
    server.live(LOG).send(line(1, "up"))
    async with aclosing(following()) as blocks:
        assert await read(blocks, 2) == ["TROUBLE the node has removed the container and its log", "up"]


INOTIFY = "failed to create fsnotify watcher: too many open files"


async def test_what_the_kubelet_says_after_the_lines_is_trouble_and_is_told_once(
    server: ScriptedServer, following: Follow, pod_json: Json
) -> None:
    server.json(POD, pod_json(spec={"containers": [{"name": "main"}], "nodeName": "node-2"}))
    for second in (1, 2):
        log = server.live(LOG)
        log.send(line(1, "a"), *[line(2, "b")] * (second == 2), INOTIFY.encode())
        log.end()
    server.live(LOG).send(line(2, "b"), line(3, "c"))
    async with aclosing(following()) as blocks:
        told, trouble, *later = await read(blocks, 4)
    assert (told, later) == ("a", ["b", "c"])
    assert trouble.startswith(f"TROUBLE the kubelet says: {INOTIFY}; type: kubectl debug node/node-2 ")
    assert "sysctl -w fs.inotify.max_user_instances=" in trouble


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("rpc error: code = Unavailable desc = no containerd", "rpc error: code = Unavailable desc = no containerd"),
        ("rpc error: code = Unknown desc = a\nb\n", "rpc error: code = Unknown desc = a b"),
        ("words that nobody expects", "words that nobody expects"),
    ],
)
async def test_an_answer_of_nothing_but_the_kubelets_words_is_trouble(
    server: ScriptedServer, following: Follow, pod_json: Json, words: str, told: str
) -> None:
    server.json(POD, pod_json())
    server.text(LOG, words)
    server.live(LOG).send(line(1, "up"))
    async with aclosing(following()) as blocks:
        trouble, later = await read(blocks, 2)
    assert trouble.partition("; type:")[0] == f"TROUBLE the kubelet says: {told}"
    assert later == "up"


async def test_a_kubelet_that_says_the_same_again_and_again_is_asked_more_and_more_rarely(
    server: ScriptedServer, following: Follow, pod_json: Json
) -> None:
    server.json(POD, pod_json())
    for second in range(2):
        log = server.live(LOG)
        log.send(line(second, "x"), INOTIFY.encode())
        log.end()
    async with aclosing(following(pace=FAST._replace(backoff_first=60.0, backoff_most=60.0))) as blocks:
        await read(blocks, 2)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await anext(blocks)
    assert [asked.path for asked in server.asked] == [POD, LOG]


async def test_trouble_lasts_until_an_answer_has_shown_that_it_is_over(
    server: ScriptedServer, cluster: Cluster, pod_json: Json
) -> None:
    """A block without lines says how it is with the log: the first try and the second fail, the third is silent."""
    server.json(POD, pod_json())
    for _ in range(2):
        server.text(LOG, INOTIFY)
    server.live(LOG)
    kinds: list[tuple[LineKind, int]] = []
    async with asyncio.timeout(5), aclosing(follow(cluster, TARGET, pace=FAST._replace(sound=0.1))) as blocks:
        async for block in blocks:
            kinds.append((block.kind, len(block.times)))
            if len(kinds) > 1 and block.kind is LineKind.TEXT:
                break
    trouble, silent = LineKind.TROUBLE, LineKind.TEXT
    assert [kind for kind in kinds if kind != (silent, 0)] == [(trouble, 1), (trouble, 0)]
    assert kinds[-3:] == [(trouble, 1), (trouble, 0), (silent, 0)]


async def test_a_last_line_from_a_server_without_time_stamps_is_a_line(
    server: ScriptedServer, following: Follow, pod_json: Json
) -> None:
    done = {"ready": False, "state": {"terminated": {"exitCode": 0, "reason": "Completed"}}}
    server.json(POD, pod_json(container=done, status={"phase": "Succeeded"}))
    server.text(LOG, "one\ntwo")
    assert (await read(following(), 9))[:2] == ["one", "two"]


async def test_denied_says_what_to_type(server: ScriptedServer, following: Follow, pod_json: Json) -> None:
    server.status(POD, 403, "pods is forbidden")
    server.status(LOG, 403, "pods/log is forbidden")
    async with aclosing(following()) as blocks:
        (trouble,) = await read(blocks, 1)
    assert trouble.startswith(
        "TROUBLE may not get pods/log in shop: pods/log is forbidden; type: kubectl auth can-i get pods/log -n shop"
    )


async def test_who_may_read_logs_but_not_pods_still_sees_them_go_on(server: ScriptedServer, following: Follow) -> None:
    server.status(POD, 403, "pods is forbidden")
    first = server.live(LOG)
    first.send(line(1, "a"))
    first.end()
    server.live(LOG).send(line(1, "a"), line(2, "b"))
    async with aclosing(following()) as blocks:
        assert await read(blocks, 2) == ["a", "b"]


async def test_the_previous_run_is_read_once_and_ends(server: ScriptedServer, following: Follow, samples: Any) -> None:
    recorded = (samples / "logs-worker-previous.txt").read_text()
    server.text(LOG, recorded)
    seen = await read(following(LogTarget("shop", "api-1", "main", previous=True)), 99)
    assert seen[0] == "worker 3.2.1 starting, queue=orders"
    assert len(seen) == recorded.count("\n") + 1
    assert seen[-1] == "END the log has ended"
    assert {asked.path for asked in server.asked} == {LOG}
    assert server.asked[0].query["previous"] == "true"
    assert "follow" not in server.asked[0].query


async def test_silence_is_no_trouble(server: ScriptedServer, following: Follow, pod_json: Json) -> None:
    """A quiet container: first no headers, then a long silence."""
    server.json(POD, pod_json())
    server.hang(LOG)
    server.live(LOG).send(line(1, "a"))
    server.live(LOG).send(line(1, "a"), line(99, "b"))
    async with aclosing(following(pace=LogPace(0.01, 0.02, read_timeout=0.1))) as blocks:
        assert await read(blocks, 2) == ["a", "b"]


async def test_a_line_of_10_megabytes_is_cut_and_the_next_one_is_whole(
    server: ScriptedServer, following: Follow, pod_json: Json
) -> None:
    server.json(POD, pod_json())
    log = server.live(LOG)
    log.send(line(1, "x")[:-1], *[b"y" * 65536] * 160, b"\n", line(2, "next"))
    async with aclosing(following()) as blocks:
        seen = await read(blocks, 2)
    stamp = len(line(1, ""))  # with its newline, which the cut line does not have
    assert len(seen[0]) < 256 * 1024 + 40
    assert seen[0].endswith(f" …[+{160 * 65536 + stamp - 256 * 1024} bytes]")
    assert seen[1] == "next"


async def test_what_arrives_together_comes_in_one_block(
    server: ScriptedServer, following: Follow, pod_json: Json
) -> None:
    server.json(POD, pod_json())
    log = server.live(LOG)
    log.send(line(0, "first"))
    async with aclosing(following()) as blocks:
        await read(blocks, 1)
        log.send(*[line(1 + number, f"line {number}") for number in range(40)])
        block = await anext(blocks)
        rest = 40 - len(block.times)
        assert rest == 0 or len(await read(blocks, rest)) == rest
    assert len(block.times) >= 20
