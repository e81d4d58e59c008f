"""Logs that break off, end, have holes, or hold what no terminal should be sent."""

import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial

from support.cluster import Cockpit, pod_of, run_of, say, unwrapped

from cockpit.gameday.api.kinds import PODS
from cockpit.gameday.world import World

Open = Callable[..., AbstractAsyncContextManager[Cockpit]]
MEGABYTE = 2**20


def numbered(first: int, end: int) -> list[bytes]:
    return [b"line %d" % number for number in range(first, end)]


def last_is(cockpit: Cockpit, number: int) -> bool:
    return cockpit.log_lines()[-1] == b"line %d" % number


def forget_lines(world: World) -> None:
    """Let the node rotate away all that the api has printed."""
    run = run_of(world, "api")
    assert run is not None
    run._lines.clear()


async def test_a_log_that_is_dropped_again_and_again_loses_and_repeats_no_line(world: World, cockpit_on: Open) -> None:
    say(world, "api", numbered(0, 10))
    async with cockpit_on(world.kubeconfig) as cockpit:
        await cockpit.until(lambda: len(cockpit.log_lines(b"line")) == 10)
        for tens, abruptly in ((1, True), (2, False), (3, True)):
            await cockpit.until(lambda: any(stream.kind == "log" for stream in world.faults.streams))
            world.faults.drop_logs(abruptly=abruptly)
            say(world, "api", numbered(10 * tens, 10 * tens + 10))
            await cockpit.until(partial(last_is, cockpit, 10 * tens + 9))
        assert cockpit.log_lines(b"line") == numbered(0, 40)
        assert "GAP" not in cockpit.logs


async def test_lines_that_the_server_has_forgotten_are_drawn_as_a_gap(world: World, cockpit_on: Open) -> None:
    say(world, "api", numbered(0, 3))
    async with cockpit_on(world.kubeconfig) as cockpit:
        await cockpit.until(lambda: len(cockpit.log_lines(b"line")) == 3)
        await world.faults.refuse_connections()
        await cockpit.until(lambda: "TROUBLE" in cockpit.logs)
        say(world, "api", numbered(3, 6))
        forget_lines(world)
        say(world, "api", numbered(6, 9))
        await world.faults.accept_connections()
        await cockpit.until(lambda: "line 8" in cockpit.logs)
        assert cockpit.log_lines(b"line") == [
            *numbered(0, 3),
            *cockpit.log_lines(b"lines may be missing between"),
            *numbered(6, 9),
        ]
        assert "GAP" in cockpit.logs


async def test_a_log_that_rotates_while_it_is_read_goes_on(world: World, cockpit_on: Open) -> None:
    say(world, "api", numbered(0, 5))
    async with cockpit_on(world.kubeconfig) as cockpit:
        await cockpit.until(lambda: len(cockpit.log_lines(b"line")) == 5)
        run = run_of(world, "api")
        assert run is not None
        run.rotate()
        say(world, "api", numbered(5, 10))
        await cockpit.until(partial(last_is, cockpit, 9))
        assert cockpit.log_lines(b"line") == numbered(0, 10)
        assert "GAP" not in cockpit.logs


async def test_a_pod_that_is_deleted_while_it_is_read_is_read_to_its_end(world: World, cockpit_on: Open) -> None:
    say(world, "api", [b"last words"])
    async with cockpit_on(world.kubeconfig) as cockpit:
        await cockpit.until(lambda: "last words" in cockpit.logs)
        name = pod_of(world, "api")["metadata"]["name"]
        world.store.remove(world.store.get(PODS, "shop", name))
        await cockpit.until(lambda: "END" in cockpit.logs)
        assert f'pods "{name}" not found' in unwrapped(cockpit.logs)
        assert "last words" in cockpit.logs
        await cockpit.until(lambda: name not in cockpit.names())


async def test_an_endless_line_is_cut_and_the_lines_after_it_are_there(world: World, cockpit_on: Open) -> None:
    say(world, "api", [b"before", b"x" * (10 * MEGABYTE), b"after"])
    async with cockpit_on(world.kubeconfig) as cockpit:
        await cockpit.until(lambda: "after" in cockpit.logs)
        before, endless, after = cockpit.log_lines()
        assert (before, after) == (b"before", b"after")
        assert len(endless) < MEGABYTE
        assert b"bytes]" in endless
        started = time.monotonic()
        await cockpit.begin_note("huge")
        await cockpit.finish_note("huge")
        assert time.monotonic() - started < 5


async def test_a_log_can_steer_neither_the_terminal_nor_the_markup(world: World, cockpit_on: Open) -> None:
    hostile = [
        b"\x1b[2J\x1b[31mred\x1b[0m alert",
        b"\x1b]0;title\x07[bold]not bold[/bold]",
        b"\x1b]52;c;Y2xpcGJvYXJk\x07 clip",
        b"bad \xff\xfe bytes",
        "wide 漢字 zero\u200bwidth \u202ereversed".encode(),
        b"10 %\r20 %\rdone",
    ]
    say(world, "api", hostile)
    async with cockpit_on(world.kubeconfig) as cockpit:
        await cockpit.until(lambda: "done" in cockpit.logs)
        logs = cockpit.logs
        assert "red alert" in logs
        assert "[bold]not bold[/bold]" in logs
        assert "bad \N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER} bytes" in logs
        assert "wide 漢字 zerowidth reversed" in logs
        assert all(character.isprintable() or character == "\n" for character in cockpit.screen())


async def test_a_grep_that_does_not_parse_is_refused_and_what_was_typed_stays(world: World, cockpit_on: Open) -> None:
    say(world, "api", [b"request ok", b"request failed"])
    async with cockpit_on(world.kubeconfig) as cockpit:
        await cockpit.until(lambda: "request failed" in cockpit.logs)
        await cockpit.press("3")
        await cockpit.until(lambda: cockpit.app.focused is cockpit.app.cockpit.logs.view)
        await cockpit.press("slash", *"fai(")
        await cockpit.shows("grep fai(", "missing ): fai(")
        await cockpit.press("enter", "backspace", "enter")
        await cockpit.shows('grep "fai" 1')
