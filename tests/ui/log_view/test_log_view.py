"""The log widget, as a person uses it."""

from array import array
from typing import Any

import pytest
from textual.pilot import Pilot

from cockpit.logs import buffer as buffer_module
from cockpit.logs.block import LineKind, LogBlock
from cockpit.logs.buffer import LogBuffer
from cockpit.ui.log_view import LogView


def numbered(count: int, first: int = 0) -> list[bytes]:
    return [b"line %d" % number for number in range(first, first + count)]


def texts(*numbers: int) -> list[str]:
    return [f"line {number}" for number in numbers]


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
    assert host.view.set_pattern("[13]5") is None
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
    host.view.set_pattern("RR|OR in")
    await host.until_status('grep "RR|OR in" 1')
    await running.press("N")
    marked = [segment.text for segment in host.view.render_line(0) if segment.style.reverse]
    assert marked == ["RROR in"]


async def test_a_match_out_of_view_is_scrolled_to(host: Any, running: Pilot[None]) -> None:
    host.write(b"x" * 100 + b" needle " + b"y" * 100, b"needle")
    host.view.set_pattern("needle")
    await host.until_status('grep "needle" 2')
    await running.press("N", "N")
    assert "needle" in host.rows[0]
    await running.press("n")
    assert host.rows[1] == "needle"


async def test_filtering_shows_matches_with_context(host: Any, running: Pilot[None]) -> None:
    host.write(*numbered(40))
    host.view.set_pattern("[13]5")
    await running.press("&")
    await host.until(lambda: host.rows[:3] == ["line 15", "line 35", ""])
    host.view.set_context(1, 0)
    assert host.rows[:5] == ["line 14", "line 15", "--", "line 34", "line 35"]
    assert 'filter "[13]5" -B1 -A0 2' in host.view.status_text
    host.write(b"line 135")
    await host.until_shown("line 135")
    assert host.rows == ["--", "line 34", "line 35", "--", "line 39", "line 135"]
    await running.press("&")
    assert host.rows[-2:] == ["line 39", "line 135"]


async def test_a_filter_can_be_inverted_and_case_decided(host: Any, running: Pilot[None]) -> None:
    host.write(b"Apple", b"apple", b"pear")
    host.view.set_pattern("apple")
    await running.press("&")
    await host.until(lambda: host.rows[:3] == ["Apple", "apple", ""])
    await running.press("!")
    await host.until(lambda: host.rows[:2] == ["pear", ""])
    await running.press("I")
    await host.until(lambda: host.rows[:3] == ["Apple", "pear", ""])
    assert 'filter not "apple" case matters 2' in host.view.status_text


async def test_a_filter_that_finds_nothing_says_so(host: Any, running: Pilot[None]) -> None:
    host.write(*numbered(40))
    host.view.set_pattern("nothing like it")
    await running.press("&")
    await host.until(lambda: host.rows[0] == "no line matches; & shows all 40")


async def test_a_bad_pattern_is_refused_and_the_good_one_stays(host: Any, running: Pilot[None]) -> None:
    host.write(*numbered(40))
    host.view.set_pattern("line 3")
    await host.until_status('grep "line 3" 11')
    assert host.view.set_pattern("line 3(") == "missing ): line 3("
    assert host.view.status_text == 'following · grep "line 3" 11 · bad pattern: missing ): line 3('
    host.view.set_pattern("")
    await host.until(lambda: host.view.status_text == "following")


async def test_remarks_stand_out_in_every_mode(host: Any, running: Pilot[None]) -> None:
    host.write(b"before")
    host.write(b"connection lost", kind=LineKind.GAP)
    host.write(b"after")
    host.view.set_pattern("after")
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
    await host.until(lambda: "are no longer kept, up to 2026" in host.rows[0])
    assert host.rows[1] == f"line {buffer.first}"


async def test_hostile_lines_are_drawn_as_plain_text(host: Any, running: Pilot[None]) -> None:
    host.write(b"[bold]x[/] \x1b[31mred\x1b[0m caf\xe9", b"a\x00b\tc", "e\u0301\u0301\u0301\u0301 \u202eevil".encode())
    await host.until_shown("bold")
    assert host.rows[:3] == ["[bold]x[/] red caf\N{REPLACEMENT CHARACTER}", "ab  c", "e\u0301\u0301 evil"]


async def test_a_huge_line_is_drawn_in_part_and_says_so(host: Any, running: Pilot[None]) -> None:
    host.write(b"x" * 10_000_000 + b" needle")
    host.view.set_pattern("needle")
    await running.press("w")
    await host.until_status('grep "needle" 1')
    await host.until_shown("a line of 10,000,007 bytes, the rest is not drawn")


async def test_what_is_seen_can_be_copied(host: Any, running: Pilot[None]) -> None:
    host.write(b"one", b"two")
    await host.until_shown("two")
    assert host.view.copy_line() == "2026-11-21T14:08:52.000Z api-7f9c6d-x2lqp/api two"
    assert host.view.copy_view().splitlines()[0] == "2026-11-21T14:08:51.000Z api-7f9c6d-x2lqp/api one"
    host.view.set_pattern("one")
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
    host.view.set_pattern("5")
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
