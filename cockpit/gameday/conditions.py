"""When something goes wrong with a container: conditions on its environment and on what stands around it."""

from collections.abc import Callable, Mapping
from typing import Protocol


class Surroundings(Protocol):
    """What a container can notice of the world."""

    @property
    def environment(self) -> Mapping[str, str]:
        """Its environment variables, as they were when it started."""
        ...

    def answers(self, service: str) -> bool:
        """Tell whether a service of its namespace has a pod that is ready."""
        ...

    def has_expired(self, certificate: str) -> bool:
        """Tell whether a certificate of its namespace is past its time."""
        ...

    def is_on(self, switch: str) -> bool:
        """Tell whether the scenario has switched something on."""
        ...


Condition = Callable[[Surroundings], bool]


def always(here: Surroundings) -> bool:  # noqa: ARG001  (one signature for all conditions)
    """Hold at all times."""
    return True


def lacks(variable: str) -> Condition:
    """Hold while an environment variable is not set."""
    return lambda here: variable not in here.environment


def has(variable: str, value: str) -> Condition:
    """Hold while an environment variable has a value."""
    return lambda here: here.environment.get(variable) == value


def cannot_reach(service: str) -> Condition:
    """Hold while a service has no pod that is ready."""
    return lambda here: not here.answers(service)


def certificate_expired(name: str) -> Condition:
    """Hold while a certificate is past its time."""
    return lambda here: here.has_expired(name)


def switched_on(switch: str) -> Condition:
    """Hold while the scenario wants it so."""
    return lambda here: here.is_on(switch)


def unless(variable: str, value: str, condition: Condition) -> Condition:
    """Hold while another condition does and an environment variable does not have a value."""
    return lambda here: here.environment.get(variable) != value and condition(here)
