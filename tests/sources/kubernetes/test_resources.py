"""What containers ask for and may use: from quantities to numbers."""

import msgspec
import pytest

from cockpit.sources.kubernetes import wire
from cockpit.sources.kubernetes.objects import Resources
from cockpit.sources.kubernetes.resources import resources_of


def read(text: str) -> Resources:
    """Read the field `resources` of a container's spec."""
    return resources_of(msgspec.json.decode(text, type=wire.ResourceRequirements | None))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("null", Resources()),
        ("{}", Resources()),
        ('{"requests": null, "limits": {}}', Resources()),
        (
            '{"requests": {"cpu": "250m", "memory": "64Mi"}, "limits": {"cpu": "1", "memory": "1G"}}',
            Resources(cpu_request=250, memory_request=64 * 2**20, cpu_limit=1000, memory_limit=10**9),
        ),
        ('{"limits": {"memory": "128Mi", "nvidia.com/gpu": "1"}}', Resources(memory_limit=128 * 2**20)),
        ('{"requests": {"cpu": "much", "memory": "1Ki"}}', Resources(memory_request=1024)),
    ],
)
def test_quantities(text: str, expected: Resources) -> None:
    assert read(text) == expected


def test_containers_that_ask_for_the_same_share_one_object() -> None:
    text = '{"limits": {"memory": "96Mi"}}'
    assert read(text) is read(text)
