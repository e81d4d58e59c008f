"""Keeps the findings on the board up to date with the readings that they rest on."""

import asyncio
from contextlib import suppress
from datetime import datetime

import msgspec

from cockpit.board import Board
from cockpit.clock import Clock
from cockpit.diagnosis.finding import Findings
from cockpit.diagnosis.pods import diagnose
from cockpit.reading import Reading, Trouble, TroubleKind
from cockpit.sources.kubernetes.model import PODS, Pods
from cockpit.threads import call_in_thread

DIAGNOSIS = "diagnosis"
"""Name of the reading that holds the findings."""
SHORTEST_PAUSE = 0.25
"""Seconds between two diagnoses when readings keep changing."""
LONGEST_PAUSE = 10.0
"""Seconds after which time alone may have made a finding: not ready for too long, pending for too long."""
IDLE_SHARE = 10
"""A diagnosis that takes long is made less often: it pauses so many times as long as it took."""


def diagnosis_of(pods: Reading[Pods] | None, now: datetime) -> Reading[Findings]:
    """Diagnose a reading of the pods. The result is in the same trouble as what it rests on."""
    if pods is None or pods.data is None or not pods.data.resource_version:  # half a list would give half-truths
        return Reading(source=DIAGNOSIS, trouble=_inherited(pods))
    try:
        findings = Findings(tuple(diagnose(pods.data, now)))
    except Exception as error:  # noqa: BLE001  (a rule that fails on strange facts must not end the diagnosis)
        message = f"the diagnosis failed: {type(error).__name__}: {error}"
        return Reading(source=DIAGNOSIS, trouble=Trouble(TroubleKind.MALFORMED, message, since=now))
    return Reading(source=DIAGNOSIS, data=findings, taken_at=pods.taken_at, trouble=_inherited(pods))


def _inherited(pods: Reading[Pods] | None) -> Trouble | None:
    if pods is None or pods.trouble is None:
        return None
    return msgspec.structs.replace(pods.trouble, inherited=True)


class Diagnostician:
    """Publishes the reading `diagnosis` whenever it says something new."""

    def __init__(self, board: Board, clock: Clock) -> None:
        self._board = board
        self._clock = clock
        self._news = asyncio.Event()
        self._begun: dict[str, datetime] = {}
        """Since when each finding has been there, by key; a crash loop seems to begin anew with every attempt."""

    async def run(self) -> None:
        """Diagnose until cancelled."""
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listen())
            while True:
                self._news.clear()
                started = loop.time()
                await self._diagnose()
                await asyncio.sleep(max(SHORTEST_PAUSE, IDLE_SHARE * (loop.time() - started)))
                with suppress(TimeoutError):
                    async with asyncio.timeout(LONGEST_PAUSE - SHORTEST_PAUSE):
                        await self._news.wait()

    async def _listen(self) -> None:
        async for _ in self._board.subscribe([PODS]):
            self._news.set()

    async def _diagnose(self) -> None:
        """Publish the diagnosis if it says something new."""
        now = self._clock()
        # In a thread: with thousands of pods in trouble this takes tens of milliseconds.
        diagnosis = await call_in_thread(diagnosis_of, self._board.latest(PODS), now)
        if diagnosis.data is not None:
            diagnosis = msgspec.structs.replace(diagnosis, data=self._dated(diagnosis.data, now))
        before = self._board.latest(DIAGNOSIS)
        diagnosis = _since_the_first_failure(diagnosis, before)
        if before is None or (before.data, before.trouble) != (diagnosis.data, diagnosis.trouble):
            self._board.publish(diagnosis)

    def _dated(self, findings: Findings, now: datetime) -> Findings:
        """Give every finding the earliest beginning that was ever seen of it."""
        before = self._begun
        self._begun = {
            finding.key: min(finding.since or now, before.get(finding.key, now)) for finding in findings.findings
        }
        return Findings(
            tuple(msgspec.structs.replace(finding, since=self._begun[finding.key]) for finding in findings.findings)
        )


def _since_the_first_failure(diagnosis: Reading[Findings], before: Reading[Findings] | None) -> Reading[Findings]:
    """Date a failure of the diagnosis itself from the first of those in a row."""
    failure, earlier = diagnosis.trouble, before.trouble if before is not None else None
    if failure is None or failure.inherited or earlier is None or earlier.inherited:
        return diagnosis
    return msgspec.structs.replace(diagnosis, trouble=msgspec.structs.replace(failure, since=earlier.since))
