"""Who made an object: a pod was made by a replica set, that by a deployment. Pure."""

from collections.abc import Mapping
from typing import Any

from cockpit.sources.kubernetes.kind_names import READING_OF_KIND
from cockpit.sources.kubernetes.objects import Objects, Owner

_MOST = 8
"""Objects may name each other as owners; nobody's chain is so long."""


def owner_chain(owner: Owner | None, namespace: str, objects: Mapping[str, Objects[Any]]) -> tuple[Owner, ...]:
    """Give the owner, its owner, and so on, as far as they are watched; the nearest first.

    Args:
        owner: of the object that is looked at.
        namespace: where they all are; owners of the whole cluster, such as nodes, are found as well.
        objects: what is watched, by name of the reading.
    """
    chain: list[Owner] = []
    while owner is not None and owner not in chain and len(chain) < _MOST:
        chain.append(owner)
        owner = _owner_of(owner, namespace, objects)
    return tuple(chain)


def _owner_of(owned: Owner, namespace: str, objects: Mapping[str, Objects[Any]]) -> Owner | None:
    watched = objects.get(READING_OF_KIND.get(owned.kind, ""))
    if watched is None:
        return None
    found = watched.objects.get(f"{namespace}/{owned.name}") or watched.objects.get(owned.name)
    if found is None or (owned.uid and found.meta.uid != owned.uid):  # a namesake that came later
        return None
    owner: Owner | None = found.meta.owner
    return owner
