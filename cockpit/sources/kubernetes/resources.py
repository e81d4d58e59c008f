"""What containers ask for and may use, from the API's quantities to numbers."""

from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache

from cockpit.sources.kubernetes import wire
from cockpit.sources.kubernetes.objects import Resources
from cockpit.sources.kubernetes.quantity import millicores, whole_bytes

_NOTHING_SAID = wire.ResourceRequirements()
_NO_QUANTITIES = wire.Quantities()


@lru_cache(maxsize=4096)
def resources_of(requirements: wire.ResourceRequirements | None) -> Resources:
    """Read the resources of a container. Containers that ask for the same share one object."""
    requests = (requirements or _NOTHING_SAID).requests or _NO_QUANTITIES
    limits = (requirements or _NOTHING_SAID).limits or _NO_QUANTITIES
    return Resources(
        cpu_request=_number(millicores, requests.cpu),
        memory_request=_number(whole_bytes, requests.memory),
        cpu_limit=_number(millicores, limits.cpu),
        memory_limit=_number(whole_bytes, limits.memory),
    )


def _number(read: Callable[[str], int], quantity: str | None) -> int | None:
    if quantity is not None:
        with suppress(ValueError):  # one odd quantity must not hide all other pods
            return read(quantity)
    return None
