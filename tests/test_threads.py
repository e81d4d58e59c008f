"""Blocking reads in their own threads."""

import asyncio
import threading
from collections.abc import Generator
from contextlib import aclosing
from itertools import count

import pytest

from cockpit.threads import Stop, call_in_thread, read_in_thread


async def test_items_come_in_order_and_the_end_ends() -> None:
    def read(_: Stop) -> Generator[int, None, None]:
        yield from range(1000)

    assert [item async for batch in read_in_thread(read, limit=7) for item in batch] == list(range(1000))


async def test_an_error_comes_after_the_items_before_it() -> None:
    def read(_: Stop) -> Generator[int, None, None]:
        yield 1
        raise OSError("broken")

    batches = read_in_thread(read)
    assert await anext(batches) == [1]
    with pytest.raises(OSError, match="broken"):
        await anext(batches)


async def test_the_thread_is_held_back_when_nobody_takes() -> None:
    ran_away = threading.Event()

    def read(_: Stop) -> Generator[int, None, None]:
        for number in count():
            if number > 50:
                ran_away.set()
            yield number

    async with aclosing(read_in_thread(read, limit=5)) as batches:
        await anext(batches)
        assert not ran_away.wait(0.05)


async def test_closing_ends_a_blocked_read() -> None:
    class Stream:
        closed = threading.Event()

        def close(self) -> None:
            self.closed.set()

    stream, ended = Stream(), threading.Event()

    def read(stop: Stop) -> Generator[str, None, None]:
        stop.closes(stream)
        yield "begun"
        stream.closed.wait(5)
        ended.set()

    async with aclosing(read_in_thread(read)) as batches:
        assert await anext(batches) == ["begun"]
    assert stream.closed.is_set()
    assert ended.wait(5)


async def test_a_stuck_thread_does_not_hold_up_its_reader() -> None:
    never = threading.Event()

    def read(_: Stop) -> Generator[int, None, None]:
        never.wait(5)
        yield 1

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await anext(read_in_thread(read))
    never.set()


async def test_a_tick_yields_an_empty_batch() -> None:
    release = threading.Event()

    def read(_: Stop) -> Generator[int, None, None]:
        release.wait(5)
        yield 1

    async with aclosing(read_in_thread(read, tick=0.01)) as batches:
        assert await anext(batches) == []
        release.set()
        while not (batch := await anext(batches)):
            pass
        assert batch == [1]


async def test_what_comes_during_the_pause_is_one_batch() -> None:
    taken, made = threading.Event(), threading.Event()

    def read(_: Stop) -> Generator[int, None, None]:
        yield 0
        taken.wait(5)
        yield from range(1, 5)
        made.set()

    async with aclosing(read_in_thread(read, gather=0.05)) as batches:
        assert await anext(batches) == [0]
        taken.set()
        made.wait(5)
        assert await anext(batches) == [1, 2, 3, 4]


async def test_a_call_gives_its_result_or_its_error() -> None:
    assert await call_in_thread(divmod, 7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        await call_in_thread(divmod, 7, 0)
