"""On a quiet day nothing is wrong: not while the cockpit opens, and not after."""

import asyncio
from pathlib import Path

from support.flight import fly

from cockpit.board import Board
from cockpit.diagnosis.policy import Policy
from cockpit.diagnostician import DIAGNOSIS
from cockpit.gameday.scenarios import steady
from cockpit.reading import State

PRACTICE_SECONDS = 60.0
SPEED = 20


async def complaints(board: Board, heard: list[str]) -> None:
    """Note every finding, and every source in trouble."""
    async for reading in board.subscribe():
        if reading.trouble is not None and not reading.off:
            heard.append(f"{reading.source}: {reading.trouble.message}")
        if reading.source == DIAGNOSIS and reading.data is not None:
            heard.extend(finding.title for finding in reading.data.findings)


async def test_a_quiet_day_gives_no_finding_and_no_source_in_trouble(tmp_path: Path) -> None:
    async with fly(steady(), tmp_path, policy=Policy(), speed=SPEED) as flight:
        session, heard = flight.app.desks.session, list[str]()
        listening = asyncio.create_task(complaints(session.board, heard))

        def all_known() -> bool:
            readings = {reading.source: reading for reading in session.board.readings()}
            states = [readings[name].state(flight.app.clock()) for name in session.sources if name in readings]
            return len(states) == len(session.sources) > 10 and set(states) <= {State.LIVE, State.OFF}

        await flight.until(all_known)
        await flight.until(lambda: "Nothing wrong" in flight.findings)
        over = asyncio.get_running_loop().time() + PRACTICE_SECONDS / SPEED
        await flight.until(lambda: asyncio.get_running_loop().time() > over)
        listening.cancel()
        assert heard == []
        assert flight.told == []
        assert flight.entries == []
        assert flight.header.startswith(" practice / shop  WRITES ALLOWED   metrics live  pods live  ")
        assert "k8s" not in flight.header
