"""What the tests of the diagnosis look at."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from support.estate import Estate
from support.ward import Ward

from cockpit.diagnosis.facts import Facts
from cockpit.diagnostician import READINGS
from cockpit.sources.kubernetes import wire
from cockpit.sources.kubernetes.convert import convert_pod
from cockpit.sources.kubernetes.crash_log import CrashLog, CrashLogs
from cockpit.sources.kubernetes.kinds import watched_kinds
from cockpit.sources.kubernetes.model import Pods
from cockpit.sources.kubernetes.objects import Objects

SAMPLES = Path(__file__).parents[1] / "samples" / "kubernetes"
RECORDED_AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


@pytest.fixture
def ward() -> Ward:
    return Ward()


@pytest.fixture
def estate() -> Estate:
    return Estate()


@pytest.fixture
def recorded() -> Pods:
    """The pods that were recorded from a real server, as of 08:00."""
    page = wire.POD_PAGE_DECODER.decode((SAMPLES / "pods.json").read_bytes())
    pods = [convert_pod(pod, None, RECORDED_AT).pod for pod in page.items or ()]
    return Pods(scope="shop", pods={pod.key: pod for pod in pods}, resource_version="1")


@pytest.fixture
def recorded_facts(recorded: Pods) -> Facts:
    """Everything that was recorded from a real server, as of 08:00."""
    fields = {reading: field for field, reading in READINGS.items()}
    facts: dict[str, Any] = {}
    for kind in watched_kinds():
        path = SAMPLES / f"{kind.plural}.json"
        if path.is_file():
            items = [kind.convert(raw) for raw in kind.page_decoder.decode(path.read_bytes()).items or ()]
            facts[fields[kind.name]] = Objects("shop", {item.meta.key: item for item in items}, "1")
    written = (SAMPLES / "logs-worker-previous.txt").read_text().splitlines()
    lines = tuple(line.partition(" ")[2] for line in written)
    worker = next(pod for pod in recorded.pods.values() if pod.workload.name == "worker")
    log = CrashLog(worker.key, "worker", 8, lines)
    return Facts(pods=recorded, crash_logs=CrashLogs({f"{worker.key}/worker": log}), **facts)
