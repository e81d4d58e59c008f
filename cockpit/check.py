"""The command `cockpit check`: the same sources and the same diagnosis without a screen."""

import asyncio
import signal
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import TextIO

from cockpit.broken_pipe import abandon
from cockpit.check_report import Outcome, Report, change_to_text, changes, is_complete, report_of, to_json, to_text
from cockpit.clock import Clock
from cockpit.config import Config
from cockpit.diagnostician import DIAGNOSIS, diagnosis_on
from cockpit.interruption import Interrupted, run_unless_interrupted
from cockpit.outside import fed
from cockpit.reading import State
from cockpit.session import Session
from cockpit.targets import targets

LONGEST_WAIT = 10.0
"""Seconds that the sources have for their first answers."""
TICK = 5.0
"""Seconds after which time alone may have made a reading stale."""


def run_check(
    config: Config, environ: Mapping[str, str], clock: Clock, stdout: TextIO, *, as_json: bool, watch: bool
) -> int:
    """Check once, or until interrupted, and give the exit status."""
    session = Session(config, clock, targets=targets(config, environ), fed=fed(config, environ, clock))
    if watch:
        return asyncio.run(Watch(session, clock, stdout, as_json=as_json).run())
    try:
        return run_unless_interrupted(check_once(session, clock, stdout, as_json=as_json))
    except Interrupted as interrupted:
        return interrupted.exit_status


async def check_once(
    session: Session, clock: Clock, stdout: TextIO, *, as_json: bool, longest_wait: float = LONGEST_WAIT
) -> Outcome:
    """Wait until every source has answered or failed, and write what is known then."""
    session.start()
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(longest_wait):
                await _all_answered(session, clock)
        now = clock()
        readings = [reading for name in session.sources if (reading := session.board.latest(name)) is not None]
        report = report_of(readings, diagnosis_on(session.board, now, session.policy), now)
    finally:
        await session.stop()
    stdout.write(to_json(report) if as_json else to_text(report))
    stdout.flush()
    return report.outcome


async def _all_answered(session: Session, clock: Clock) -> None:
    answered: set[str] = set()
    async for reading in session.board.subscribe():
        if reading.state(clock()) is not State.LOADING and is_complete(reading):
            answered.add(reading.source)
        if answered.issuperset(session.sources):
            return


class Watch:
    """Writes every change on a line of its own until it is interrupted, or nobody reads the lines any more."""

    def __init__(self, session: Session, clock: Clock, stdout: TextIO, *, as_json: bool) -> None:
        self._session = session
        self._clock = clock
        self._stdout = stdout
        self._write = to_json if as_json else change_to_text
        self._report = Report(taken_at="")
        self._over = asyncio.Event()

    async def run(self) -> Outcome:
        """Watch, and judge by what was last known."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._over.set)
        self._session.start()
        watching = [asyncio.create_task(self._follow()), asyncio.create_task(self._tick())]
        ending = asyncio.create_task(self._over.wait())
        try:
            done, _ = await asyncio.wait([*watching, ending], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        except BrokenPipeError:
            abandon(self._stdout)
        finally:
            for task in (*watching, ending):
                task.cancel()
            await self._session.stop()
        return self._report.outcome

    async def _follow(self) -> None:
        async for _ in self._session.board.subscribe():
            self._tell(self._clock())

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            self._tell(self._clock())

    def _tell(self, now: datetime) -> None:
        """Write what is different now. While the pods are not known, what was found stays as it was."""
        board = self._session.board
        readings = [reading for name in self._session.sources if (reading := board.latest(name)) is not None]
        diagnosis = board.latest(DIAGNOSIS)
        report = report_of(readings, diagnosis, now)
        if diagnosis is None or diagnosis.data is None:
            report = Report(report.taken_at, report.sources, self._report.findings)
        before, self._report = self._report, report
        for change in changes(before, report):
            self._stdout.write(self._write(change))
            self._stdout.flush()
