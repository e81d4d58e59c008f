"""Commands on bad days: they never end, flood, ask, and end what started them."""

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from cockpit.actions.commands import run as running
from cockpit.actions.commands.output import Output
from cockpit.actions.commands.run import Call, CommandRun, How
from cockpit.clock import utc_now

ENVIRONMENT = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}


def command(text: str, seconds: float = 10.0, program: str = "bash") -> CommandRun:
    """Prepare a command."""
    return CommandRun(Call(text, ENVIRONMENT, program, seconds), utc_now, lambda: None)


async def ran(text: str, seconds: float = 10.0) -> CommandRun:
    """Run a command to its end."""
    run = command(text, seconds)
    await run.run()
    return run


def alive(pid: int) -> bool:
    """Tell whether a process runs; one that is over and not yet buried does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("ascii")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


async def until(happens: Callable[[], object]) -> None:
    """Wait for something that nobody tells of."""
    async with asyncio.timeout(5):
        while not happens():  # noqa: ASYNC110  (of another process)
            await asyncio.sleep(0.01)


async def gone(pid: int) -> None:
    """Wait until a process is over."""
    await until(lambda: not alive(pid))


async def test_it_tells_output_errors_and_status_in_order() -> None:
    run = await ran("echo out; echo err >&2; printf 'no end'; exit 3")
    assert run.output.lines == ["out", "err", "no end"]
    assert (run.how, run.exit, run.well) == (How.ENDED, 3, False)
    assert run.summary.startswith("exit 3 in ")


async def test_one_that_never_ends_is_ended_with_all_that_it_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_GOODBYE", 0.1)
    run = await ran("trap '' TERM; (trap '' TERM; sleep 300) & echo $!; while :; do sleep 0.05; done", 0.3)
    assert run.how is How.TIMED_OUT
    assert "the time it was given" in run.summary
    await gone(int(run.output.lines[0]))


async def test_one_that_ends_by_itself_when_it_is_asked_is_not_killed() -> None:
    run = await ran("trap 'echo tidied up; exit 0' TERM; echo ready; while :; do sleep 0.05; done", 0.3)
    assert run.output.lines[0] == "ready"
    assert "tidied up" in run.output.lines


async def test_one_that_floods_is_held_back_and_counted_and_its_end_is_kept() -> None:
    run = command("yes 'a line of the flood' | head -n 100000; echo the end")
    run.output = Output(300 * 1024)
    await run.run()
    assert run.output.bytes == 100_000 * 20 + 8
    assert run.output.lines[0] == "a line of the flood"
    assert run.output.lines[-1] == "the end"
    assert run.output.left_out > 80_000
    assert len(run.output.lines) + run.output.left_out == pytest.approx(100_002, abs=2)


async def test_one_that_floods_for_ever_is_ended() -> None:
    run = await ran("yes", 0.5)
    assert run.how is How.TIMED_OUT


async def test_one_that_asks_gets_the_end_of_its_input_and_it_is_said_so() -> None:
    run = await ran("printf 'Password: '; read -r x || exit 1")
    assert run.exit == 1
    assert "it asked for input, which nobody gives it here" in run.summary
    assert (await ran("cat; echo done")).output.lines == ["done"]


async def test_one_that_wants_a_terminal_has_none() -> None:
    run = await ran("echo hello >/dev/tty")
    assert run.exit == 1


@pytest.mark.parametrize("text", ["kill -9 $PPID", "kill -9 -$PPID", "kill -9 0", "kill -9 -- -$(ps -o pgid= $$)"])
async def test_one_that_kills_its_parent_or_its_group_kills_only_itself(text: str) -> None:
    run = await ran(f"echo begun; {text}; sleep 0.1")
    assert run.output.lines[:1] == ["begun"]
    assert not run.running
    os.kill(os.getpid(), 0)


async def test_it_does_not_wait_for_what_is_left_in_the_background_and_ends_it() -> None:
    run = await ran("sleep 300 & echo $!")
    assert run.well
    await gone(int(run.output.lines[0]))


async def test_one_that_leaves_its_session_does_not_hold_us() -> None:
    run = await ran("setsid sh -c 'echo $$; exec sleep 20' & sleep 0.2")
    assert run.well
    os.kill(int(run.output.lines[0]), signal.SIGKILL)


async def test_it_is_cancelled_soon() -> None:
    run = command("echo $$; sleep 300")
    task = asyncio.create_task(run.run())
    await until(lambda: run.output.lines)
    run.cancel()
    await task
    assert run.how is How.CANCELLED
    await gone(int(run.output.lines[0]))


async def test_nothing_is_left_when_whoever_waits_for_it_goes_away() -> None:
    run = command("echo $$; sleep 300")
    task = asyncio.create_task(run.run())
    await until(lambda: run.output.lines)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await gone(int(run.output.lines[0]))


async def test_what_cannot_be_started_says_why() -> None:
    run = command("echo \0")
    await run.run()
    assert (run.how, run.summary) == (How.NOT_STARTED, "not started: embedded null byte")
    missing = command("echo hi", program="no-such-shell")
    await missing.run()
    assert missing.exit == 127


async def test_secrets_and_control_sequences_do_not_get_into_what_is_kept() -> None:
    run = await ran(
        "printf '\\033[31mred\\033[0m\\a\\n10%%\\r20%%\\nPASSWORD=hunter2\\n\\033]0;title\\007x\\n\\377\\n'"
    )
    assert run.output.lines == ["red", "20%", "PASSWORD=[redacted:password]", "x", "\ufffd"]


def test_a_secret_is_masked_however_it_arrives() -> None:
    text = b"token ghp_" + b"a1B2" * 10 + b" and\npostgres://shop:hunter2@db/shop\n"
    key = (
        b"-----BEGIN RSA PRIVATE KEY-----\n"
        + b"MIIEowIBAAKCAQEAr0" * 3
        + b"\nabcdefghijklmnopqrst\n-----END RSA PRIVATE KEY-----\n"
    )
    whole = text + key + b"after\n"
    for size in (1, 7, 64, len(whole)):
        output = Output()
        for at in range(0, len(whole), size):
            output.take(whole[at : at + size])
        output.finish()
        told = "\n".join(output.lines)
        assert "ghp_" not in told
        assert "hunter2" not in told
        assert "MIIE" not in told
        assert "abcdefghijklmnopqrst" not in told
        assert output.lines[-1] == "after"


def test_a_line_without_an_end_is_cut() -> None:
    output = Output()
    for _ in range(20):
        output.take(b"x" * 10_000)
    output.finish()
    assert max(map(len, output.lines)) <= 16 * 1024


def test_a_key_that_never_ends_is_shown_in_the_end() -> None:
    output = Output()
    output.take(b"-----BEGIN and then nothing\nmore\n")
    output.finish()
    assert output.lines == ["-----BEGIN and then nothing", "more"]
