"""Work without a screen that a signal comes into."""

import asyncio
import os
import signal
from collections.abc import Iterator

import pytest

from cockpit.interruption import Interrupted, run_unless_interrupted

NUMBERS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
SIGNALS = pytest.mark.parametrize("number", NUMBERS)


@pytest.fixture(autouse=True)
def _nothing_is_ignored() -> Iterator[None]:
    """Start as from a shell, however these tests were started."""
    before = {number: signal.signal(number, signal.SIG_DFL) for number in NUMBERS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_work_that_nobody_interrupts_gives_its_result() -> None:
    assert run_unless_interrupted(asyncio.sleep(0, "done")) == "done"


@SIGNALS
def test_a_signal_lets_the_work_clean_up_and_is_the_exit_status(number: signal.Signals) -> None:
    done: list[str] = []

    async def work() -> None:
        try:
            os.kill(os.getpid(), number)
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            done.append("cleaned up")

    with pytest.raises(Interrupted) as interrupted:
        run_unless_interrupted(work())
    assert interrupted.value.exit_status == 128 + number
    assert done == ["cleaned up"]


def test_an_ignored_hangup_stays_ignored() -> None:
    async def work() -> str:
        os.kill(os.getpid(), signal.SIGHUP)
        await asyncio.sleep(0.01)
        return "done"

    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    assert run_unless_interrupted(work()) == "done"
