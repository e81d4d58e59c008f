"""What the tests of the diagnosis look at."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.ward import Ward

from cockpit.sources.kubernetes import wire
from cockpit.sources.kubernetes.convert import convert_pod
from cockpit.sources.kubernetes.model import Pods


@pytest.fixture
def ward() -> Ward:
    return Ward()


@pytest.fixture
def recorded() -> Pods:
    """The pods that were recorded from a real server, as of 08:00."""
    path = Path(__file__).parents[1] / "samples" / "kubernetes" / "pods.json"
    page = wire.POD_PAGE_DECODER.decode(path.read_bytes())
    now = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
    pods = [convert_pod(pod, None, now).pod for pod in page.items or ()]
    return Pods(scope="shop", pods={pod.key: pod for pod in pods}, resource_version="1")
