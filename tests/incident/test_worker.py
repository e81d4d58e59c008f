"""The worker does one thing after the other, off the event loop."""

import asyncio
import threading

import pytest

from cockpit.incident.worker import Worker


async def test_functions_run_in_one_daemon_thread_in_order() -> None:
    worker = Worker("test")
    done: list[int] = []
    await asyncio.gather(*(worker.run(done.append, number) for number in range(20)))
    assert done == list(range(20))
    thread = await worker.run(threading.current_thread)
    assert thread is not threading.current_thread()
    assert thread.daemon


async def test_a_failure_belongs_to_the_caller_and_the_next_function_runs() -> None:
    worker = Worker("test")
    with pytest.raises(ValueError, match="invalid literal"):
        await worker.run(int, "x")
    assert await worker.run(int, "7") == 7


async def test_a_function_runs_even_if_its_caller_is_cancelled_while_it_waits() -> None:
    worker = Worker("test")
    gate = threading.Event()
    done: list[str] = []
    first = asyncio.create_task(worker.run(gate.wait))
    second = asyncio.create_task(worker.run(done.append, "second"))
    await asyncio.sleep(0)
    second.cancel()
    gate.set()
    async with asyncio.timeout(5):
        await first
        await worker.run(done.append, "third")
    assert done == ["second", "third"]


async def test_between_two_functions_it_looks_and_tells_the_loop_of_news_alone() -> None:
    worker = Worker("test")
    looks = iter([False, False, True, False, True])
    looked: list[str] = []
    told: asyncio.Queue[int] = asyncio.Queue()

    def look() -> bool:
        looked.append(threading.current_thread().name)
        return next(looks, False)

    await worker.watch(look, lambda: told.put_nowait(len(looked)), 0.001)
    async with asyncio.timeout(5):
        assert (await told.get() >= 3, await told.get() >= 5) == (True, True)
        await worker.unwatch()
    seen = len(looked)
    assert await worker.run(lambda: "still there") == "still there"
    assert len(looked) == seen
    assert set(looked) == {"test"}
    assert told.empty()


def test_news_for_a_loop_that_has_ended_are_dropped() -> None:
    worker = Worker("test")
    twice = threading.Semaphore(0)

    def look() -> bool:
        twice.release()
        return True

    asyncio.run(worker.watch(look, lambda: None, 0.001))
    assert all(twice.acquire(timeout=5) for _ in range(3))
    asyncio.run(worker.unwatch())
