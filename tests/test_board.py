"""What subscribers of the board see."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest

from cockpit.board import Board
from cockpit.reading import Reading


def reading(source: str, data: int) -> Reading[int]:
    return Reading(source=source, data=data)


async def following(readings: AsyncIterator[Reading[Any]]) -> Reading[Any]:
    """Give the next reading, which must be there or come soon."""
    async with asyncio.timeout(1):
        return await anext(readings)


async def test_a_subscriber_first_gets_what_is_there_and_then_every_change() -> None:
    board = Board()
    board.publish(reading("a", 1))
    async with aclosing(board.subscribe()) as readings:  # type: ignore[type-var]
        assert await following(readings) == reading("a", 1)
        board.publish(reading("b", 2))
        assert await following(readings) == reading("b", 2)


async def test_a_waiting_subscriber_is_woken() -> None:
    board = Board()
    readings = board.subscribe()
    waiting = asyncio.create_task(following(readings))
    await asyncio.sleep(0)
    board.publish(reading("a", 1))
    assert await waiting == reading("a", 1)


async def test_a_slow_subscriber_gets_the_newest_reading_and_no_backlog() -> None:
    board = Board()
    readings = board.subscribe()
    board.publish(reading("a", 0))
    await following(readings)
    for number in range(1, 1000):
        board.publish(reading("a", number))
    assert await following(readings) == reading("a", 999)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await anext(readings)


async def test_a_subscriber_hears_only_of_the_sources_it_asked_for() -> None:
    board = Board()
    readings = board.subscribe(["b"])
    board.publish(reading("a", 1))
    board.publish(reading("b", 2))
    assert await following(readings) == reading("b", 2)


async def test_a_source_that_is_forgotten_is_told_as_off() -> None:
    board = Board()
    board.publish(reading("a", 1))
    readings = board.subscribe()
    await following(readings)
    board.forget("a")
    assert (await following(readings)).off
    assert board.latest("a") is None
    assert board.readings() == []


async def test_forgetting_what_is_not_there_tells_nobody() -> None:
    board = Board()
    board.forget("a")
    assert board.readings() == []


async def test_one_subscriber_may_publish_what_another_reads() -> None:
    board = Board()

    async def double() -> None:
        async for seen in board.subscribe(["a"]):
            board.publish(reading("doubled", 2 * (seen.data or 0)))

    doubling = asyncio.create_task(double())
    board.publish(reading("a", 21))
    assert await following(board.subscribe(["doubled"])) == reading("doubled", 42)
    doubling.cancel()


async def test_readings_are_ordered_by_source() -> None:
    board = Board()
    for source in ("b", "c", "a"):
        board.publish(reading(source, 1))
    assert [each.source for each in board.readings()] == ["a", "b", "c"]


async def test_nobody_is_kept_who_has_stopped_listening() -> None:
    board = Board()
    board.publish(reading("a", 1))
    async with aclosing(board.subscribe()) as readings:  # type: ignore[type-var]
        await following(readings)
        assert len(board._subscribers) == 1
    assert not board._subscribers
