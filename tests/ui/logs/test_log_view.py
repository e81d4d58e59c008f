"""The log widget, as a person uses it."""

from array import array
from typing import Any

import pytest
from textual.pilot import Pilot

from cockpit.logs import buffer as buffer_module
from cockpit.logs.block import LineKind, LogBlock
from cockpit.logs.buffer import LogBuffer
from cockpit.logs.tail import StreamState
from cockpit.ui.logs.log_view import LogView

SECOND = 1_000_000_000
START = 1_795_270_131 * SECOND  # 2026-11-21T14:08:51Z


def numbered(count: int, first: int = 0) -> list[bytes]:
    return [b"line %d" % number for number in range(first, first + count)]


def texts(*numbers: int) -> list[str]:
    return [f"line {number}" for number in numbers]


def levels(host: Any) -> list[str]:
    """Read what is drawn as an error."""
    error = host.view.get_component_rich_style("log--error")
    return [segment.text for segment in host.view.render_line(0) if segment.style == error]


async def test_the_newest_lines_are_followed(host: Any, running: Pilot[None]) -> None:
    assert host.rows[0] == "no lines yet"
    host.write(*numbered(20))
    await host.until_shown("line 19")
    assert host.rows == texts(14, 15, 16, 17, 18, 19)
    host.write(b"line 20")
    await host.until_shown("line 20")
    assert host.rows == texts(15, 16, 17, 18, 19, 20)
    assert host.view.status_text == "following"


async def test_scrolling_up_pauses_and_new_lines_are_counted(host: Any, running: Pilot[None]) -> None:
    host.write(*numbered(20))
    await host.until_shown("line 19")
    await running.press("k")
    assert host.rows == texts(13, 14, 15, 16, 17, 18)
    host.write(*numbered(312, 20))
    await host.until(lambda: host.statuses[-1] == "paused · 312 new")
    assert host.rows == texts(13, 14, 15, 16, 17, 18)
    await running.press("f")
    assert host.rows == texts(326, 327, 328, 329, 330, 331)
    assert host.statuses[-1] == "following"


async def test_keys_move_as_in_less(host: Any, running: Pilot[None]) -> None:
    host.write(*numbered(40))
    await host.until_shown("line 39")
    first_rows = []
    for key in ("pageup", "ctrl+u", "j", "ctrl+d", "space", "g", "k", "down", "G"):
        await running.press(key)
        first_rows.append(host.rows[0])
    assert first_rows == texts(29, 26, 27, 30, 34, 0, 0, 1, 34)


async def test_a_log_shorter_than_the_screen_is_not_paused_by_scrolling(host: Any, running: Pilot[None]) -> None:
    host.write(*numbered(3))
    await host.until_shown("line 2")
    await running.press("k", "pageup")
    assert host.rows == [*texts(0, 1, 2), "", "", ""]
    assert host.view.status_text == "following"


async def test_long_lines_are_cut_until_they_are_scrolled_or_wrapped(host: Any, running: Pilot[None]) -> None:
    host.write("".join(chr(ord("a") + tens) + "123456789" for tens in range(10)).encode(), "日本語".encode() * 12)
    await host.until_shown("a123")
    assert host.rows[0] == "a123456789b123456789c123456789d123456789e123456789f12345678»"
    assert host.rows[1] == "日本語" * 9 + "日本" + " »"
    await running.press("right")
    assert host.rows[0] == "89b123456789c123456789d123456789e123456789f123456789g123456»"
    await running.press("left", "w")
    assert host.rows[:4] == [
        "a123456789b123456789c123456789d123456789e123456789f123456789",
        "g123456789h123456789i123456789j123456789",
        "日本語" * 10,
        "日本語" * 2,
    ]


async def test_scrolling_goes_through_the_rows_of_a_wrapped_line(host: Any, running: Pilot[None]) -> None:
    host.write(b"x" * 60 * 8 + b"end", b"last")
    await running.press("w")
    await host.until_shown("last")
    assert host.rows == ["x" * 60] * 4 + ["end", "last"]
    await running.press("k", "k")
    assert host.rows == ["x" * 60] * 6
    await running.press("j")
    assert host.rows == ["x" * 60] * 5 + ["end"]


async def test_times_are_drawn_as_asked(host: Any, running: Pilot[None]) -> None:
    host.write(b"hello")
    await host.until_shown("hello")
    rows = []
    for _ in range(3):
        await running.press("t")
        rows.append(host.rows[0])
    assert rows == ["14:08:51Z hello", "2026-11-21T14:08:51.000Z hello", "hello"]


@pytest.mark.parametrize("width", [60, 160])
async def test_a_time_that_stands_there_twice_is_drawn_once(host: Any, width: int) -> None:
    async with host.run_test(size=(width, 6)) as pilot:
        host.write(b"2026-11-21T14:08:51Z no database")
        await host.until_shown("no database")
        rows = [host.rows[0]]
        for key in ("t", "t", "J"):
            await pilot.press(key)
            rows.append(host.rows[0])
        assert rows == [
            "14:08:51Z no database",
            "2026-11-21T14:08:51.000Z no database",
            "2026-11-21T14:08:51Z no database",
            "2026-11-21T14:08:51Z no database",
        ]
        await pilot.press("t")
        assert host.rows[0] == "14:08:51Z 2026-11-21T14:08:51Z no database"
        assert host.view.copy_line().endswith("2026-11-21T14:08:51Z no database")


async def test_a_time_that_is_searched_for_is_drawn_although_it_stands_there_twice(host: Any) -> None:
    async with host.run_test(size=(60, 6)):
        host.write(b"2026-11-21T14:08:51Z no database")
        await host.until_shown("14:08:51Z no database")
        host.view.search.look_for("2026-11-21")
        await host.until_shown("14:08:51Z 2026-11-21T14:08:51Z no database")


async def test_streams_are_told_apart_by_a_short_name(host: Any, running: Pilot[None]) -> None:
    host.write(b"one")
    await host.until_shown("one")
    assert host.rows[0] == "one"
    host.write(b"two", stream="api-7f9c6d-k8wzt/api")
    await host.until_shown("two")
    assert host.rows[:2] == ["x2lqp one", "k8wzt two"]
    assert host.view.status_text == "2 streams · following"


async def test_errors_are_counted(host: Any, running: Pilot[None]) -> None:
    host.write(b"ERROR one", b"0 errors", b'{"level":"error"}')
    await host.until_status("following · 2 errors")


async def test_matches_are_visited_in_order_and_around_the_end(host: Any, running: Pilot[None]) -> None:
    host.write(*numbered(40))
    assert host.view.search.look_for("[13]5") is None
    await host.until_status('grep "[13]5" 2')
    statuses = []
    for key in ("N", "N", "N", "n"):
        await running.press(key)
        statuses.append(host.view.status_text)
    assert statuses == [
        'paused · grep "[13]5" match 2 of 2',
        'paused · grep "[13]5" match 1 of 2',
        'paused · grep "[13]5" match 2 of 2 · from the bottom again',
        'paused · grep "[13]5" match 1 of 2 · from the top again',
    ]
    assert "line 15" in host.rows


async def test_a_match_is_marked_even_within_a_level(host: Any, running: Pilot[None]) -> None:
    host.write(b"ERROR in the store")
    host.view.search.look_for("RR|OR in")
    await host.until_status('grep "RR|OR in" 1')
    await running.press("N")
    marked = [segment.text for segment in host.view.render_line(0) if segment.style.reverse]
    assert marked == ["RROR in"]


async def test_a_match_out_of_view_is_scrolled_to(host: Any, running: Pilot[None]) -> None:
    host.write(b"x" * 100 + b" needle " + b"y" * 100, b"needle")
    host.view.search.look_for("needle")
    await host.until_status('grep "needle" 2')
    await running.press("N", "N")
    assert "needle" in host.rows[0]
    await running.press("n")
    assert host.rows[1] == "needle"


async def test_filtering_shows_matches_with_context(host: Any, running: Pilot[None]) -> None:
    host.write(*numbered(40))
    host.view.search.look_for("[13]5")
    await running.press("&")
    await host.until(lambda: host.rows[:3] == ["line 15", "line 35", ""])
    host.view.search.set_context(1, 0)
    await host.until(lambda: host.rows[:5] == ["line 14", "line 15", "--", "line 34", "line 35"])
    assert 'filter "[13]5" -B1 -A0 2' in host.view.status_text
    host.write(b"line 135")
    await host.until_shown("line 135")
    assert host.rows == ["--", "line 34", "line 35", "--", "line 39", "line 135"]
    await running.press("&")
    assert host.rows[-2:] == ["line 39", "line 135"]


async def test_a_filter_can_be_inverted_and_case_decided(host: Any, running: Pilot[None]) -> None:
    host.write(b"Apple", b"apple", b"pear")
    host.view.search.look_for("apple")
    await running.press("&")
    await host.until(lambda: host.rows[:3] == ["Apple", "apple", ""])
    await running.press("!")
    await host.until(lambda: host.rows[:2] == ["pear", ""])
    await running.press("I")
    await host.until(lambda: host.rows[:3] == ["Apple", "pear", ""])
    assert 'filter not "apple" case matters 2' in host.view.status_text


async def test_a_filter_that_finds_nothing_says_so(host: Any, running: Pilot[None]) -> None:
    host.write(*numbered(40))
    host.view.search.look_for("nothing like it")
    await running.press("&")
    await host.until(lambda: host.rows[0] == "no line matches; & shows all 40")


async def test_a_bad_pattern_is_refused_and_the_good_one_stays(host: Any, running: Pilot[None]) -> None:
    host.write(*numbered(40))
    host.view.search.look_for("line 3")
    await host.until_status('grep "line 3" 11')
    assert host.view.search.look_for("line 3(") == "missing ): line 3("
    assert host.view.status_text == 'following · grep "line 3" 11 · bad pattern: missing ): line 3('
    host.view.search.look_for("")
    await host.until(lambda: host.view.status_text == "following")


async def test_remarks_stand_out_in_every_mode(host: Any, running: Pilot[None]) -> None:
    host.write(b"before")
    host.write(b"connection lost", kind=LineKind.GAP)
    host.write(b"after")
    host.view.search.look_for("after")
    await running.press("&")
    await host.until(lambda: host.rows[1] == "after")
    assert host.rows[0] == "━━ GAP: connection lost ".ljust(60, "━")


async def test_a_paused_view_moves_on_when_its_lines_are_dropped(
    host: Any, running: Pilot[None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buffer_module, "CHUNK_BYTES", 100)
    buffer = LogBuffer(max_bytes=2000)
    host.buffer = buffer
    host.view.show(buffer)
    host.write(*numbered(30))
    await host.until_shown("line 29")
    await running.press("g")
    assert host.rows[0] == "line 0"
    host.write(*numbered(200, 30))
    await host.until(lambda: " lines dropped, up to 2026" in host.rows[0])
    assert host.rows[1] == f"line {buffer.first}"
    assert f"· {buffer.first} lines dropped" in host.view.status_text


async def test_hostile_lines_are_drawn_as_plain_text(host: Any, running: Pilot[None]) -> None:
    host.write(b"[bold]x[/] \x1b[31mred\x1b[0m caf\xe9", b"a\x00b\tc", "e\u0301\u0301\u0301\u0301 \u202eevil".encode())
    await host.until_shown("bold")
    assert host.rows[:3] == ["[bold]x[/] red caf\N{REPLACEMENT CHARACTER}", "ab  c", "e\u0301\u0301 evil"]


async def test_a_huge_line_is_drawn_in_part_and_says_so(host: Any, running: Pilot[None]) -> None:
    host.write(b"x" * 10_000_000 + b" needle")
    host.view.search.look_for("needle")
    await running.press("w")
    await host.until_status('grep "needle" 1')
    await host.until_shown("a line of 10,000,007 bytes, the rest is not drawn")


async def test_json_lines_are_readable_until_a_key_shows_them_as_they_came(host: Any, running: Pilot[None]) -> None:
    raw = '{"level":"error","msg":"no database","db":"orders"}'
    host.write(raw.encode(), b"plain")
    await host.until_shown("plain")
    assert host.rows[:2] == ["ERROR no database db=orders", "plain"]
    assert levels(host) == ["ERROR"]
    await running.press("J")
    assert host.rows[0] == raw
    await running.press("J")
    assert host.rows[0] == "ERROR no database db=orders"


async def test_a_json_line_without_a_level_has_none_in_its_readable_form(host: Any, running: Pilot[None]) -> None:
    host.write(b'{"level":"info","msg":"ERROR count is 0"}')
    await host.until_shown("INFO")
    assert host.rows[0] == "INFO ERROR count is 0"
    assert levels(host) == []
    assert host.view.status_text == "following"


async def test_json_lines_are_searched_as_they_came_and_what_was_found_is_seen(host: Any, running: Pilot[None]) -> None:
    raw = '{"level":"error","msg":"no database","db":"orders"}'
    host.write(raw.encode())
    host.view.search.look_for("orders")
    await host.until_status('"orders" 1')
    assert host.rows[0] == "ERROR no database db=orders"
    host.view.search.look_for('"db":"ord')
    await host.until_status('"db":"ord" 1')
    assert host.rows[0] == raw
    host.view.search.look_for("")
    await host.until_shown("db=orders")
    assert host.view.copy_line().endswith(raw)


async def test_errors_are_visited_whatever_is_searched(host: Any, running: Pilot[None]) -> None:
    host.write(*numbered(10), b"ERROR one", *numbered(10), b"ERROR two", *numbered(10))
    host.view.search.look_for("line 3")
    await host.until_status("2 errors")
    said = []
    for key in ("[", "E", "]", "]"):
        await running.press(key)
        said.append(host.view.status_text.rpartition(" · ")[2])
    assert said == ["error 2 of 2", "error 1 of 2", "error 2 of 2", "error 1 of 2, from the top again"]
    assert "ERROR one" in host.rows
    assert host.view.copy_line().endswith("ERROR one")


async def test_the_line_that_was_gone_to_is_marked(host: Any, running: Pilot[None]) -> None:
    host.write(b"ERROR one", b"ERROR two")
    await host.until_status("2 errors")
    await running.press("t", "[")
    marked = [[segment.text for segment in host.view.render_line(y) if segment.style.reverse] for y in (0, 1)]
    assert marked == [[], ["14:08:52Z ", "ERROR"]]


async def test_without_errors_the_keys_say_so(host: Any, running: Pilot[None]) -> None:
    host.write(b"line")
    await host.until_shown("line")
    await running.press("]")
    assert host.view.status_text == "following · no errors"


async def test_a_time_is_gone_to(host: Any, running: Pilot[None]) -> None:
    host.write(*numbered(100))
    await host.until_shown("line 99")
    host.view.go_to_time(START + 40 * SECOND)
    assert host.view.copy_line().endswith("line 40")
    assert host.view.status_text == "paused"
    host.view.go_to_time(START - SECOND)
    assert host.rows[0] == "line 0"
    assert host.view.status_text == "paused · the log begins here"
    host.view.go_to_time(START + 3600 * SECOND)
    assert host.rows[-1] == "line 99"
    assert host.view.status_text == "following · nothing since 2026-11-21T15:08:51.000Z"


@pytest.mark.parametrize(
    ("states", "says"),
    [
        ({StreamState.FOLLOWING: 1}, "following"),
        ({StreamState.FOLLOWING: 2, StreamState.OPENING: 1}, "3 streams · 1 opening · following"),
        ({StreamState.ENDED: 1}, "ended"),
        ({StreamState.ENDED: 2}, "2 streams · ended"),
        ({StreamState.TROUBLE: 1, StreamState.ENDED: 1}, "2 streams · 1 in trouble · 1 ended · following"),
    ],
)
async def test_how_it_is_with_the_streams_is_told(
    host: Any, running: Pilot[None], states: dict[StreamState, int], says: str
) -> None:
    host.view.show(host.buffer, lambda: states)
    host.write(b"line")
    await host.until_status(says)
    assert host.view.status_text == says


@pytest.mark.parametrize(
    ("states", "says"),
    [
        ({}, "no lines yet"),
        ({StreamState.OPENING: 2}, "opening"),
        ({StreamState.WAITING: 1}, "the container is being created"),
        ({StreamState.FOLLOWING: 1}, "from now on"),
        ({StreamState.ENDED: 1}, "ended without a line"),
    ],
)
async def test_an_empty_log_says_what_it_waits_for(
    host: Any, running: Pilot[None], states: dict[StreamState, int], says: str
) -> None:
    host.view.show(host.buffer, lambda: states)
    assert says in host.rows[0]


async def test_what_is_seen_can_be_copied(host: Any, running: Pilot[None]) -> None:
    host.write(b"one", b"two")
    await host.until_shown("two")
    assert host.view.copy_line() == "2026-11-21T14:08:52.000Z api-7f9c6d-x2lqp/api two"
    host.view.search.look_for("one")
    await host.until_status("1")
    await running.press("N")
    assert host.view.copy_line().endswith("one")


async def test_nothing_is_painted_while_what_is_seen_stays_the_same(
    host: Any, running: Pilot[None], monkeypatch: pytest.MonkeyPatch
) -> None:
    host.write(*numbered(20))
    await host.until_shown("line 19")
    await running.press("k")
    painted = []
    monkeypatch.setattr(host.view, "refresh", lambda *regions, **_: painted.append(regions))
    host.write(*numbered(20, 20))
    await host.until(lambda: host.statuses[-1] == "paused · 20 new")
    assert painted == []
    await running.press("j")
    assert painted != []


async def test_a_hidden_view_does_nothing_until_it_is_seen_again(host: Any, running: Pilot[None]) -> None:
    host.write(*numbered(20))
    await host.until_shown("line 19")
    host.view.display = False
    await running.pause()
    said = list(host.statuses)
    host.write(b"ERROR while hidden")
    await host.until_status("1 error")
    await running.pause(0.01)
    assert host.statuses == said
    host.view.display = True
    await host.until_shown("while hidden")


async def test_another_buffer_is_searched_for_the_same(host: Any, running: Pilot[None]) -> None:
    host.write(*numbered(20))
    host.view.search.look_for("5")
    await running.press("&")
    await host.until(lambda: host.rows[:2] == ["line 5", "line 15"])
    other = LogBuffer()
    other.append(LogBlock(stream="db/db", text=b"1\n5", times=array("q", [0, 0])))
    host.view.show(other)
    await host.until(lambda: host.rows[:2] == ["5", ""])


def test_every_key_can_be_rebound_and_explains_itself() -> None:
    for binding in LogView.BINDINGS:
        assert not isinstance(binding, tuple)
        assert binding.id is not None
        assert binding.id.startswith("logs.")
        assert binding.tooltip
