"""What a log view searches for, without a screen."""

from collections.abc import Callable
from typing import Any

import pytest

from cockpit.logs.block import LogBlock
from cockpit.logs.buffer import LogBuffer
from cockpit.logs.grep import Found, Grep
from cockpit.logs.matcher import Pattern
from cockpit.regex import PatternError


@pytest.fixture
def buffer(block: Callable[..., LogBlock]) -> LogBuffer:
    buffer = LogBuffer()
    buffer.append(block(b"ERROR one", b"two", b"three", b"ERROR four"))
    return buffer


async def search_all(grep: Grep) -> None:
    while await grep.step():
        pass


def shown(grep: Grep) -> list[int]:
    keys, key = [], grep.rows.at_or_after(-1)
    while key is not None:
        keys.append(key)
        key = grep.rows.at_or_after(key + 1)
    return keys


async def test_a_filter_can_be_set_before_and_after_the_search(buffer: LogBuffer) -> None:
    early, late = Grep(buffer), Grep(buffer)
    early.filter(only_matches=True)
    early.look_for(Pattern("t"))
    await search_all(early)
    late.look_for(Pattern("t"))
    await search_all(late)
    late.filter(only_matches=True)
    await search_all(late)
    assert shown(early) == shown(late) == [2, 4]


async def test_rows_stay_until_those_with_more_context_have_come_as_far(buffer: LogBuffer) -> None:
    grep = Grep(buffer)
    grep.filter(only_matches=True)
    grep.look_for(Pattern("two"))
    await search_all(grep)
    grep.set_context(1, 0)
    assert (shown(grep), grep.searching) == ([2], True)
    await search_all(grep)
    assert (shown(grep), grep.searching) == ([0, 2], False)


async def test_a_filter_set_while_a_slice_is_searched_misses_nothing(
    buffer: LogBuffer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cockpit.logs.search.FEW_LINES", 0)
    grep = Grep(buffer)
    grep.look_for(Pattern("t"))
    step = grep.step()
    step.send(None)  # it waits for the searching thread
    step.close()
    grep.filter(only_matches=True)
    await search_all(grep)
    assert shown(grep) == [2, 4]


async def test_a_search_that_was_replaced_adds_no_rows(buffer: LogBuffer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cockpit.logs.search.FEW_LINES", 0)
    grep = Grep(buffer)
    grep.filter(only_matches=True)
    grep.look_for(Pattern("t"))

    async def search_while_a_key_is_pressed(function: Callable[..., Any], *args: Any) -> Any:
        monkeypatch.undo()
        grep.look_for(Pattern("four"))
        return function(*args)

    monkeypatch.setattr("cockpit.logs.search.call_in_thread", search_while_a_key_is_pressed)
    await search_all(grep)
    assert shown(grep) == [6]


async def test_a_refused_pattern_leaves_the_search_as_it_was(buffer: LogBuffer) -> None:
    grep = Grep(buffer)
    grep.look_for(Pattern("t"))
    await search_all(grep)
    with pytest.raises(PatternError):
        grep.look_for(Pattern("("))
    assert grep.pattern == Pattern("t")
    assert grep.search is not None
    assert grep.search.count == 2


async def test_going_on_at_the_other_end(buffer: LogBuffer) -> None:
    grep = Grep(buffer)
    assert grep.next_match(0) is None
    grep.look_for(Pattern("t"))
    assert grep.next_match(0) is None
    await search_all(grep)
    assert grep.next_match(1) == Found(2, wrapped=False)
    assert grep.next_match(2) == Found(1, wrapped=True)
    assert grep.previous_match(2) == Found(1, wrapped=False)
    assert grep.previous_match(1) == Found(2, wrapped=True)


async def test_errors_are_counted_whatever_is_searched(buffer: LogBuffer) -> None:
    grep = Grep(buffer)
    await search_all(grep)
    assert grep.errors == 2


async def test_going_from_error_to_error_whatever_is_searched(buffer: LogBuffer) -> None:
    grep = Grep(buffer)
    assert grep.next_error(0) is None
    await search_all(grep)
    assert grep.next_error(0) == Found(3, wrapped=False)
    assert grep.next_error(3) == Found(0, wrapped=True)
    assert grep.previous_error(3) == Found(0, wrapped=False)
    assert grep.previous_error(0) == Found(3, wrapped=True)
