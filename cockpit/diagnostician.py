"""Keeps the findings on the board up to date with the readings that they rest on."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

import msgspec

from cockpit.board import Board
from cockpit.clock import Clock
from cockpit.diagnosis.beginning import Beginning, together
from cockpit.diagnosis.facts import LOG_RATES, Facts, Outside, PostgresFacts
from cockpit.diagnosis.finding import Finding, Findings
from cockpit.diagnosis.policy import Policy
from cockpit.diagnosis.unseen import Unread, Unseen
from cockpit.reading import Reading, Trouble, TroubleKind
from cockpit.sources.aws.model import AWS
from cockpit.sources.kubernetes import kind_names
from cockpit.sources.kubernetes.crash_log import CRASH_LOGS
from cockpit.sources.kubernetes.model import METRICS, PODS, Pods
from cockpit.sources.postgres.model import POSTGRES, PostgresLook
from cockpit.sources.web.model import ALERTMANAGER, HEALTH, PROMETHEUS, STATUS
from cockpit.threads import call_in_thread

DIAGNOSIS = "diagnosis"
"""Name of the reading that holds the findings."""
SHORTEST_PAUSE = 0.25
"""Seconds between two diagnoses when readings keep changing."""
LONGEST_PAUSE = 10.0
"""Seconds after which time alone may have made a finding: not ready for too long, not reached for too long."""
FORMING_PAUSE = 1.0
"""The same while something forms that will be wrong if it lasts."""
IDLE_SHARE = 10
"""A diagnosis that takes long is made less often: it pauses so many times as long as it took."""


READINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "pods": PODS,
        "usage": METRICS,
        "events": kind_names.EVENTS,
        "node_events": kind_names.NODE_EVENTS,
        "deployments": kind_names.DEPLOYMENTS,
        "replica_sets": kind_names.REPLICA_SETS,
        "stateful_sets": kind_names.STATEFUL_SETS,
        "daemon_sets": kind_names.DAEMON_SETS,
        "jobs": kind_names.JOBS,
        "nodes": kind_names.NODES,
        "services": kind_names.SERVICES,
        "endpoint_slices": kind_names.ENDPOINT_SLICES,
        "ingresses": kind_names.INGRESSES,
        "autoscalers": kind_names.AUTOSCALERS,
        "volume_claims": kind_names.VOLUME_CLAIMS,
        "certificates": kind_names.CERTIFICATES,
        "crash_logs": CRASH_LOGS,
        "log_rates": LOG_RATES,
    }
)
"""The readings of the cluster that a diagnosis rests on, by the field of `Facts` that they fill; beside them it rests
on those of the Postgres servers, and on those of `OUTSIDE`."""

OUTSIDE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "aws": AWS,
        "health": HEALTH,
        "prometheus": PROMETHEUS,
        "alertmanagers": ALERTMANAGER,
        "status_pages": STATUS,
    }
)
"""How the names of the readings of AWS and the web begin, by the field of `Facts` that they fill."""


def diagnose(facts: Facts, now: datetime, policy: Policy) -> list[Finding]:
    """Find what is wrong (`cockpit.diagnosis.diagnose`)."""
    from cockpit.diagnosis import diagnose as rules  # noqa: PLC0415  (loaded with the first pods, not with the first frame)

    return rules.diagnose(facts, now, policy)


def watch(facts: Facts, now: datetime, policy: Policy, findings: list[Finding]) -> tuple[Finding, ...]:
    """Find what would be wrong if it lasted (`cockpit.diagnosis.forming`)."""
    from cockpit.diagnosis.forming import forming  # noqa: PLC0415  (as above)

    return forming(facts, now, policy, findings)


def diagnosis_on(board: Board, now: datetime, policy: Policy = Policy()) -> Reading[Findings]:  # noqa: B008  (immutable)
    """Diagnose what stands on the board."""
    return diagnosis_of(board.latest(PODS), facts_on(board), now, policy)


def facts_on(board: Board, begun: Mapping[str, Beginning] | None = None) -> Facts | None:
    """Gather what is known; None while nothing is that a diagnosis could rest on: no pods, no server, nothing outside.

    What else cannot be read is left out: the diagnosis is poorer for it, and the trouble shows where that reading does.
    """
    others: dict[str, Any] = {"postgres": _servers_on(board), **_outside_on(board)}
    readings = {field: board.latest(name) for field, name in READINGS.items()}
    known: dict[str, Any] = {field: reading.data for field, reading in readings.items() if reading is not None}
    pods: Pods | None = known.get("pods")
    if pods is None or not pods.resource_version:  # half a list would give half-truths
        log_rates = known.get("log_rates")
        return Facts(log_rates=log_rates, **others, begun=begun or {}) if any(others.values()) else None
    return Facts(**known, **others, begun=begun or {})


def _servers_on(board: Board) -> dict[str, PostgresFacts]:
    """Gather what is known of each Postgres server that has answered, or failed to."""
    servers: dict[str, PostgresFacts] = {}
    for reading in board.readings():
        if not is_of_server(reading.source) or not _has_told(reading):
            continue
        look: PostgresLook | None = reading.data
        name = reading.source.removeprefix(POSTGRES)
        servers[name] = PostgresFacts(look) if reading.trouble is None else PostgresFacts(None, reading.trouble, look)
    return servers


def _outside_on(board: Board) -> dict[str, dict[str, Outside[Any]]]:
    """Gather what is known of AWS and the web, by the fields of `Facts`."""
    found: dict[str, dict[str, Outside[Any]]] = {field: {} for field in OUTSIDE}
    for reading in board.readings():
        for field, prefix in OUTSIDE.items():
            if reading.source.startswith(prefix) and _has_told(reading):
                found[field][reading.source.removeprefix(prefix)] = Outside(reading.data, reading.trouble)
    return found


def _has_told(reading: Reading[Any]) -> bool:
    """Tell whether a source has answered, or failed to."""
    return not reading.off and (reading.data is not None or reading.trouble is not None)


def _unread(board: Board) -> dict[str, Unread]:
    """Tell which servers, accounts and services cannot be read.

    Of the cluster, the last answer stays as it is, and the diagnosis is in its trouble as a whole.
    """
    return {
        reading.source: Unread(reading.taken_at, stands=is_outside(reading.source))
        for reading in board.readings()
        if reading.trouble is not None and (is_of_server(reading.source) or is_outside(reading.source))
    }


def is_outside(source: str) -> bool:
    """Tell whether a reading is one of AWS or the web."""
    return source.startswith(tuple(OUTSIDE.values()))


def is_of_server(source: str) -> bool:
    """Tell whether a reading is that of a Postgres server."""
    return source.startswith(POSTGRES)


def diagnosis_of(pods: Reading[Pods] | None, facts: Facts | None, now: datetime, policy: Policy) -> Reading[Findings]:
    """Diagnose what is known. The result is in the same trouble as the reading of the pods, if there is a cluster.

    A server that is in trouble is a finding. While the pods are still being read, what was found of the servers is
    told, but the diagnosis is not complete: it has no time yet.
    """
    cluster = pods if facts is None or _is_there(pods) else None
    if facts is None:
        return Reading(source=DIAGNOSIS, trouble=_inherited(cluster))
    try:
        found = diagnose(facts, now, policy)
        findings = Findings(tuple(found), watch(facts, now, policy, found))
    except Exception as error:  # noqa: BLE001  (a rule that fails on strange facts must not end the diagnosis)
        message = f"the diagnosis failed: {type(error).__name__}: {error}"
        return Reading(source=DIAGNOSIS, trouble=Trouble(TroubleKind.MALFORMED, message, since=now))
    taken_at = now if cluster is None else cluster.taken_at if facts.pods is not None else None
    return Reading(source=DIAGNOSIS, data=findings, taken_at=taken_at, trouble=_inherited(cluster))


def _is_there(pods: Reading[Pods] | None) -> bool:
    """Tell whether a cluster is read. Without a kubeconfig, or the context, the servers are all there is."""
    if pods is None or pods.off:
        return False
    return pods.data is not None or pods.trouble is None or pods.trouble.kind is not TroubleKind.MISSING


def _inherited(pods: Reading[Pods] | None) -> Trouble | None:
    if pods is None or pods.trouble is None:
        return None
    return msgspec.structs.replace(pods.trouble, inherited=True)


class Diagnostician:
    """Publishes the reading `diagnosis` whenever it says something new."""

    def __init__(self, board: Board, clock: Clock, policy: Policy = Policy()) -> None:  # noqa: B008  (immutable)
        self._board = board
        self._clock = clock
        self._policy = policy
        self._news = asyncio.Event()
        self._begun: dict[str, Beginning] = {}
        """Since when each finding has been there, by key; a crash loop seems to begin anew with every attempt."""
        self._unseen = Unseen()

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
                    async with asyncio.timeout(self._longest_pause() - SHORTEST_PAUSE):
                        await self._news.wait()

    def _longest_pause(self) -> float:
        diagnosis = self._board.latest(DIAGNOSIS)
        forms = diagnosis is not None and diagnosis.data is not None and diagnosis.data.forming
        return min(LONGEST_PAUSE, FORMING_PAUSE) if forms else LONGEST_PAUSE

    async def _listen(self) -> None:
        cluster = frozenset(READINGS.values())
        async for reading in self._board.subscribe():
            if reading.source in cluster or is_of_server(reading.source) or is_outside(reading.source):
                self._news.set()

    async def _diagnose(self) -> None:
        """Publish the diagnosis if it says something new."""
        now = self._clock()
        # In a thread: with thousands of pods in trouble this takes tens of milliseconds.
        facts = facts_on(self._board, dict(self._begun))
        diagnosis = await call_in_thread(diagnosis_of, self._board.latest(PODS), facts, now, self._policy)
        if diagnosis.data is not None:
            kept = self._unseen.kept(diagnosis.data.findings, _unread(self._board))
            findings = msgspec.structs.replace(diagnosis.data, findings=kept)
            diagnosis = msgspec.structs.replace(diagnosis, data=self._dated(findings, now))
        before = self._board.latest(DIAGNOSIS)
        diagnosis = _since_the_first_failure(diagnosis, before)
        if before is None or _told(before) != _told(diagnosis):
            self._board.publish(diagnosis)

    def _dated(self, findings: Findings, now: datetime) -> Findings:
        """Give every finding the earliest beginning that was ever seen of it."""
        before, seen = self._begun, Beginning(now)
        self._begun = {key: before.get(key, seen) for finding in findings.findings for key in finding.covers}
        dated: list[Finding] = []
        for finding in findings.findings:
            begun = before.get(finding.key, seen)
            if finding.since is not None:
                told = Beginning(finding.since, finding.began_within, finding.since_from).not_after(now)
                begun = together(before.get(finding.key, told), told)
            self._begun[finding.key] = begun
            since = {"since": begun.at, "began_within": begun.within, "since_from": begun.known}
            dated.append(msgspec.structs.replace(finding, **since))
        return msgspec.structs.replace(findings, findings=tuple(dated))


def _told(diagnosis: Reading[Findings]) -> tuple[Findings | None, Trouble | None, bool]:
    """Give what a diagnosis says, whenever it says it: the findings, its trouble, and whether it is complete."""
    return diagnosis.data, diagnosis.trouble, diagnosis.taken_at is not None


def _since_the_first_failure(diagnosis: Reading[Findings], before: Reading[Findings] | None) -> Reading[Findings]:
    """Date a failure of the diagnosis itself from the first of those in a row."""
    failure, earlier = diagnosis.trouble, before.trouble if before is not None else None
    if failure is None or failure.inherited or earlier is None or earlier.inherited:
        return diagnosis
    return msgspec.structs.replace(diagnosis, trouble=msgspec.structs.replace(failure, since=earlier.since))
