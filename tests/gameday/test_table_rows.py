"""What kubectl prints of an object, in words and short time spans."""

import json
from pathlib import Path
from typing import Any

import pytest

from cockpit.gameday.api.pod_summary import pod_status, restarts
from cockpit.gameday.api.table_rows import duration

SAMPLES = Path(__file__).parents[1] / "samples" / "kubernetes"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "<invalid>"),
        (0, "0s"),
        (119, "119s"),
        (120, "2m"),
        (125, "2m5s"),
        (3600, "60m"),
        (3 * 3600 + 300, "3h5m"),
        (30 * 3600, "30h"),
        (50 * 3600, "2d2h"),
        (41 * 86400, "41d"),
        (800 * 86400, "2y70d"),
    ],
)
def test_time_spans_are_short(seconds: int, text: str) -> None:
    assert duration(seconds) == text


def recorded(name: str) -> dict[str, Any]:
    pods: list[dict[str, Any]] = json.loads((SAMPLES / "pods.json").read_text())["items"]
    return next(pod for pod in pods if pod["metadata"]["name"].startswith(name))


@pytest.mark.parametrize(
    ("name", "status"),
    [("api-", "Running"), ("worker-", "CrashLoopBackOff"), ("web-", "ImagePullBackOff"), ("import-ok", "Completed")],
)
def test_the_status_of_recorded_pods(name: str, status: str) -> None:
    assert pod_status(recorded(name)) == status


def test_the_restarts_of_a_recorded_pod() -> None:
    assert restarts(recorded("worker-6dbc6557-dj5sg")) == (8, "2026-11-21T07:57:08Z")


@pytest.mark.parametrize(
    ("code", "ready", "status"), [(0, "True", "Running"), (0, "False", "NotReady"), (1, "False", "Error")]
)
def test_the_status_of_a_pod_whose_first_container_completed(code: int, ready: str, status: str) -> None:
    """As a server of version 1.36 prints it."""
    states: list[dict[str, Any]] = [
        {"terminated": {"exitCode": 0, "reason": "Completed"}},
        {"terminated": {"exitCode": code, "reason": "Error" if code else "Completed"}},
        {"running": {}},
    ]
    entries = [{"ready": "running" in state, "state": state} for state in states]
    conditions = [{"type": "Ready", "status": ready}]
    pod = {"metadata": {}, "status": {"phase": "Running", "containerStatuses": entries, "conditions": conditions}}
    assert pod_status(pod) == status
