"""Grep over a buffer."""

import re
import threading
from array import array
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.logs import buffer as buffer_module
from cockpit.logs import search as search_module
from cockpit.logs.block import LineKind, LogBlock
from cockpit.logs.buffer import LogBuffer
from cockpit.logs.matcher import Case, Matcher, Pattern
from cockpit.logs.search import Search
from cockpit.regex import PatternError, compile_re2

MakeBlock = Callable[..., LogBlock]

# Patterns that mean the same to RE2 and to `re`.
PATTERNS = ["a", "b+", "^a", "b$", "^$", "a*", ".", "a.b", r"a\sb", "[^a]", "a|b$", "(?s)a.*b", "é", "", "(?i)A"]
RAW_LINES = st.lists(
    st.one_of(
        st.text("ab é", max_size=5).map(str.encode),
        st.binary(max_size=5).map(lambda raw: raw.replace(b"\n", b"")),
    ),
    min_size=1,
    max_size=40,
)


async def search_all(buffer: LogBuffer, pattern: Pattern) -> Search:
    search = Search(Matcher(pattern), buffer)
    while await search.step():
        pass
    assert search.count == len(search.matches)
    return search


@given(RAW_LINES, st.sampled_from(PATTERNS), st.booleans(), st.integers(1, 30))
async def test_the_lines_found_are_those_that_match_one_by_one(
    lines: list[bytes], pattern: str, inverse: bool, chunk_bytes: int
) -> None:
    with (
        patch.object(buffer_module, "CHUNK_BYTES", chunk_bytes),
        patch.object(search_module, "SLICE_BYTES", 20),
        patch.object(search_module, "call_in_thread", run_here),
    ):
        buffer = LogBuffer()
        for line in lines:
            buffer.append(one_line(line))
        search = await search_all(buffer, Pattern(pattern, case=Case.MATCH, inverse=inverse))
    texts = [buffer.line(number).text.decode() for number in range(buffer.end)]
    expected = [number for number, text in enumerate(texts) if bool(re.search(pattern, text, re.ASCII)) != inverse]
    assert list(search.matches) == expected


WORDS = st.lists(st.sampled_from(["abc", "bcd", "Abc", "x", "é", " ", "sk", "S"]), max_size=5).map("".join)
WITH_LITERALS = [
    "abc",
    "abc$",
    "^bcd",
    r"\babc\b",
    "abc|bcd",
    "abc.*bcd",
    "x+abc",
    "(?:abc|bcd)x",
    "[^x]bcd *$",
    "éabc|xabc",
    "skabcsk",
    "sksk|skS",
]


@given(st.lists(WORDS, min_size=1, max_size=40), st.sampled_from(WITH_LITERALS), st.booleans(), st.booleans())
async def test_patterns_with_literals_find_the_same_as_one_by_one(
    lines: list[str], pattern: str, inverse: bool, ignore: bool
) -> None:
    with (
        patch.object(buffer_module, "CHUNK_BYTES", 60),
        patch.object(search_module, "call_in_thread", run_here),
    ):
        buffer = LogBuffer()
        for line in lines:
            buffer.append(one_line(line.encode()))
        case = Case.IGNORE if ignore else Case.MATCH
        search = await search_all(buffer, Pattern(pattern, case=case, inverse=inverse))
    flags = re.ASCII | (re.IGNORECASE if ignore else 0)
    expected = [number for number, line in enumerate(lines) if bool(re.search(pattern, line, flags)) != inverse]
    assert list(search.matches) == expected


SEVERAL_IN_A_LINE = [b"warn", b"warn warn", b"WARN warn", b"wawarn", b"warnerr", b"TASK", b"ta\xc5\xbfk"]
NOT_QUITE = [b"", b"wa", b"rn", b"wa\rrn", b"w\xd0\xb0rn", b"x" * 70, b"\xff\xfe\xfd\xfc" * 3, b"\xfc" * 9]
HELD_AND_HOSTILE = [b"\0warn\0", b"warn\r", b"x" * 70 + b"warn", b"\xffwarn\xff", b"\x1b[31mwarn\x1b[m"]
HOSTILE_LINES = st.lists(st.sampled_from([*SEVERAL_IN_A_LINE, *NOT_QUITE, *HELD_AND_HOSTILE]), min_size=1, max_size=60)


@given(
    HOSTILE_LINES,
    st.sampled_from(["warn", "warn|err", "(?i)warn", "WARN", "warn.*warn", "(?:warn|err)$", "task", "x{3}x*warn"]),
    st.booleans(),
    st.integers(1, 200),
    st.integers(1, 30),
)
async def test_what_is_counted_and_what_is_listed_are_the_lines_that_match_one_by_one(
    lines: list[bytes], pattern: str, inverse: bool, chunk_bytes: int, at_once: int
) -> None:
    """Several matches in a line, lines across chunks, bytes that no text has; few matches, then many, then few."""
    with (
        patch.object(buffer_module, "CHUNK_BYTES", chunk_bytes),
        patch.object(search_module, "call_in_thread", run_here),
    ):
        buffer = LogBuffer()
        wanted = Pattern(pattern, inverse=inverse)
        counted, listed = Search(Matcher(wanted), buffer), Search(Matcher(wanted), buffer)
        numbers: list[int] = []
        for start in range(0, len(lines), at_once):
            some = lines[start : start + at_once]
            buffer.append(LogBlock(stream="a/a", text=b"\n".join(some), times=array("q", [0] * len(some))))
            while await counted.step():
                pass
            while (found := await listed.step(numbered=True)) is not None:
                numbers += found.matches
    one_by_one = compile_re2(pattern, ignore_case=wanted.ignores_case)
    expected = [
        number for number in range(buffer.end) if bool(one_by_one.search(buffer.line(number).text.decode())) != inverse
    ]
    assert buffer.end == len(lines)
    assert counted.count == listed.count == len(expected)
    assert numbers == list(counted.matches) == expected


@pytest.mark.parametrize("threads", [1, 2])
async def test_several_threads_find_what_one_finds(threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buffer_module, "CHUNK_BYTES", 100)
    monkeypatch.setattr(search_module, "THREADS", threads)
    buffer = LogBuffer()
    for number in range(2000):
        buffer.append(one_line(b"needle" if number % 37 == 0 else b"hay"))
    assert await found(buffer, "needle") == list(range(0, 2000, 37))


async def test_a_step_ends_in_time_and_the_next_goes_on_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buffer_module, "CHUNK_BYTES", 100)
    monkeypatch.setattr(search_module, "SLICE_SECONDS", 0.0)
    buffer = LogBuffer()
    for _ in range(100):
        buffer.append(one_line(b"needle"))
    search = Search(Matcher(Pattern("needle")), buffer)
    first = await search.step()
    assert first is not None
    assert 0 < first.end < 100
    second = await search.step()
    assert second is not None
    assert second.start == first.end
    while await search.step():
        pass
    assert list(search.matches) == list(range(100))


@given(
    st.lists(st.sampled_from([b"hit", b"hit hit", b"miss", b"Hit"]), min_size=1, max_size=60),
    st.sampled_from(["hit", "hit|Hit", "h.t", "(?:hit ?)+"]),
    st.booleans(),
    st.integers(1, 60),
    st.integers(1, 60),
)
async def test_counted_matches_are_found_again_one_by_one(
    lines: list[bytes], pattern: str, inverse: bool, chunk_bytes: int, at_once: int
) -> None:
    """Searched as they come, with the oldest dropped: position, next and previous are those of the list of numbers."""
    with (
        patch.object(buffer_module, "CHUNK_BYTES", chunk_bytes),
        patch.object(search_module, "call_in_thread", run_here),
    ):
        buffer = LogBuffer(max_bytes=500)
        search = Search(Matcher(Pattern(pattern, case=Case.MATCH, inverse=inverse)), buffer)
        for number, line in enumerate(lines):
            buffer.append(one_line(line))
            if number % at_once == 0:
                await search.step()
        while await search.step():
            pass
        kept = range(buffer.first, buffer.end)
        matches = [number for number in kept if bool(re.search(pattern.encode(), lines[number])) != inverse]
        assert list(search.matches) == matches
        assert search.count == len(matches)
        for at in range(-1, buffer.end + 1):
            assert search.position(at) == sum(match < at for match in matches)
            assert search.following(at) == min((match for match in matches if match > at), default=None)
            assert search.preceding(at) == max((match for match in matches if match < at), default=None)


async def run_here(function: Callable[..., Any], *args: Any) -> Any:
    """Stand in for a thread, so that hundreds of examples stay quick."""
    return function(*args)


def one_line(text: bytes, kind: LineKind = LineKind.TEXT) -> LogBlock:
    return LogBlock(stream="a/a", text=text, times=array("q", [0]), kind=kind)


async def found(buffer: LogBuffer, text: str, **options: Any) -> list[int]:
    return list((await search_all(buffer, Pattern(text, **options))).matches)


@pytest.fixture
def buffer(block: MakeBlock) -> LogBuffer:
    buffer = LogBuffer()
    buffer.append(block(b"Timeout on db", b"timeout on cache", b"all is well", "Café GRÜN".encode()))
    return buffer


async def test_case_is_ignored_until_the_pattern_has_an_upper_case_letter(buffer: LogBuffer) -> None:
    assert await found(buffer, "timeout") == [0, 1]
    assert await found(buffer, "Timeout") == [0]
    assert await found(buffer, "grün") == [3]
    assert await found(buffer, r"\S+ on \pL") == [0, 1]


async def test_a_pattern_that_begins_with_the_flag_for_it_ignores_case(buffer: LogBuffer) -> None:
    assert await found(buffer, "(?i)TIMEOUT") == [0, 1]
    assert await found(buffer, "(?i)TIMEOUT|All", case=Case.MATCH) == [0, 1, 2]


async def test_case_can_be_decided(buffer: LogBuffer) -> None:
    assert await found(buffer, "timeout", case=Case.MATCH) == [1]
    assert await found(buffer, "TIMEOUT", case=Case.IGNORE) == [0, 1]


@pytest.mark.parametrize("text", ["task", "TASK", "ta\u017fk", "tas\u212a"])
async def test_frequent_matches_are_found_in_every_case(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buffer_module, "CHUNK_BYTES", 60)
    buffer = LogBuffer()
    for number in range(60):
        buffer.append(one_line(f"the {text} task-{number}".encode() if number % 2 else f"a {text}".encode()))
    assert await found(buffer, "task") == list(range(60))


async def test_no_match_crosses_a_line_end(buffer: LogBuffer) -> None:
    for pattern in (r"db\stimeout", r"db[^x]timeout", r"(?s)db.timeout", "db\ntimeout", r"db\ntimeout"):
        assert await found(buffer, pattern) == []


async def test_anchors_of_the_text_are_anchors_of_the_line(buffer: LogBuffer) -> None:
    assert await found(buffer, r"\Atimeout") == [0, 1]
    assert await found(buffer, r"\Aall is well\z") == [2]


async def test_remarks_are_not_searched(buffer: LogBuffer) -> None:
    buffer.append(one_line(b"timeout: lines may be missing", LineKind.GAP))
    assert await found(buffer, "timeout") == [0, 1]
    assert await found(buffer, "timeout", inverse=True) == [2, 3]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("(", "missing ): ("),
        ("*", "no argument for repetition operator: *"),
        ("a)(b", "unexpected ): a)(b"),
        ("\udc80", "half"),
    ],
)
def test_what_is_not_a_regular_expression_is_refused_in_the_words_of_re2(text: str, reason: str) -> None:
    with pytest.raises(PatternError, match=re.escape(reason)):
        Matcher(Pattern(text))


def test_a_refused_pattern_writes_nothing_onto_the_screen(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(PatternError):
        Matcher(Pattern("("))
    assert capfd.readouterr() == ("", "")


async def test_a_search_goes_on_with_the_lines_that_come(buffer: LogBuffer, block: MakeBlock) -> None:
    search = await search_all(buffer, Pattern("timeout"))
    buffer.append(block(b"one more timeout"))
    assert await search.step()
    assert not await search.step()
    assert list(search.matches) == [0, 1, 4]


async def test_nobody_waits_for_a_search_when_the_program_ends(
    buffer: LogBuffer, monkeypatch: pytest.MonkeyPatch
) -> None:
    daemons: list[bool] = []

    def count(*_: object) -> int:
        daemons.append(threading.current_thread().daemon)
        return 0

    monkeypatch.setattr(Matcher, "count", count)
    monkeypatch.setattr(search_module, "FEW_LINES", 0)
    await Search(Matcher(Pattern("timeout")), buffer).step()
    assert daemons == [True]


async def test_matches_keep_their_numbers_while_old_lines_are_dropped(block: MakeBlock) -> None:
    with patch.object(buffer_module, "CHUNK_BYTES", 40):
        buffer = LogBuffer(max_bytes=400)
        search = Search(Matcher(Pattern("hit")), buffer)
        for number in range(100):
            buffer.append(block(b"hit %d" % number if number % 2 else b"miss"))
            await search.step()
    assert buffer.first > 50
    assert list(search.matches) == [number for number in range(buffer.first, 100) if number % 2]
    assert search.count == len(search.matches)


async def test_going_from_match_to_match(buffer: LogBuffer) -> None:
    search = await search_all(buffer, Pattern("timeout|café"))
    assert [search.following(line) for line in (-1, 0, 1, 3)] == [0, 1, 3, None]
    assert [search.preceding(line) for line in (0, 1, 2, 9)] == [None, 0, 1, 3]
    assert [search.position(line) for line in (0, 1, 3)] == [0, 1, 2]


def test_spans_count_characters_and_leave_empty_matches_out() -> None:
    assert Matcher(Pattern("é|b*")).spans("aébb") == [(1, 2), (2, 4)]
    assert Matcher(Pattern("a", inverse=True)).spans("aaa") == []
