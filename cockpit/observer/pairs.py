"""What two readings have in common."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol, TypeVar

from cockpit.sources.kubernetes.objects import Meta, Objects


class HasMeta(Protocol):
    """An object of the cluster."""

    @property
    def meta(self) -> Meta:
        """Who it is."""


class HasName(Protocol):
    """Something that a list has under one name."""

    @property
    def name(self) -> str:
        """What it is called."""


O = TypeVar("O", bound=HasMeta)  # noqa: E741  (an object)
N = TypeVar("N", bound=HasName)


def complete(before: Objects[Any], after: Objects[Any]) -> bool:
    """Tell whether both lists were read to the end: half a list knows of no change."""
    return bool(before.resource_version and after.resource_version)


def changed(before: Objects[O], after: Objects[O]) -> Iterator[tuple[O, O]]:
    """Give the objects that are there in both readings and differ; what only bears the same name is another one."""
    if not complete(before, after):
        return
    for key, now in after.objects.items():
        was = before.objects.get(key)
        if was is not None and was is not now and was.meta.uid == now.meta.uid:
            yield was, now


def same_name(before: Sequence[N], after: Sequence[N]) -> Iterator[tuple[N, N]]:
    """Give what is there in both lists and differs, by name."""
    known = {each.name: each for each in before}
    for now in after:
        was = known.get(now.name)
        if was is not None and was != now:
            yield was, now
