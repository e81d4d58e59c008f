"""The newest readings of one kind of source."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Generic, Self, TypeVar

from cockpit.reading import Reading

T = TypeVar("T")


class Newest(Generic[T]):
    """Keeps the newest reading of each subject (an account, say) until it is read no longer."""

    def __init__(self, prefix: str) -> None:
        """Keep the readings whose source begins with `prefix`; what follows it is the name of the subject."""
        self._prefix = prefix
        self._readings: dict[str, Reading[T]] = {}

    def take(self, reading: Reading[Any]) -> bool:
        """Take over a reading; False when it is of another kind."""
        if not reading.source.startswith(self._prefix):
            return False
        name = reading.source.removeprefix(self._prefix)
        if reading.off:
            self._readings.pop(name, None)
        else:
            self._readings[name] = reading
        return True

    @property
    def names(self) -> Sequence[str]:
        """The subjects that are read."""
        return sorted(self._readings)

    @property
    def by_name(self) -> Mapping[str, Reading[T]]:
        """All readings."""
        return MappingProxyType(self._readings)

    def get(self, name: str) -> Reading[T] | None:
        """Give the newest reading of a subject."""
        return self._readings.get(name)

    def copy(self) -> Self:
        """Keep what is kept now."""
        other = type(self)(self._prefix)
        other._readings = dict(self._readings)  # noqa: SLF001  (of the same class)
        return other
