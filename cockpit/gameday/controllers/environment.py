"""The environment of a container, with what comes from config maps and secrets."""

import base64
from collections.abc import Iterator

from cockpit.gameday.api.kinds import CONFIG_MAPS, SECRETS, Kind
from cockpit.gameday.api.store import Obj, Store

SOURCES: tuple[tuple[str, str, Kind], ...] = (
    ("configMapKeyRef", "configMapRef", CONFIG_MAPS),
    ("secretKeyRef", "secretRef", SECRETS),
)
"""For each kind: how one value refers to it, and how all of it is referred to."""


class ConfigurationError(Exception):
    """A container cannot be made; the message is that of the kubelet (CreateContainerConfigError)."""


def environment(store: Store, namespace: str, container: Obj) -> dict[str, str]:
    """Resolve the environment variables of a container.

    Raises:
        ConfigurationError: A config map, a secret, or a key in one is not there.
    """
    variables: dict[str, str] = {}
    for entry in container.get("envFrom") or ():
        prefix = entry.get("prefix", "")
        for _, whole, kind in SOURCES:
            if whole in entry:
                data = _data(store, kind, namespace, entry[whole])
                variables |= {prefix + key: value for key, value in data.items()}
    for entry in container.get("env") or ():
        found = list(_values(store, namespace, entry.get("valueFrom") or {}))
        if found:
            variables[entry["name"]] = found[0]
        elif "valueFrom" not in entry:
            variables[entry["name"]] = entry.get("value", "")
    return variables


def _values(store: Store, namespace: str, source: Obj) -> Iterator[str]:
    for single, _, kind in SOURCES:
        reference = source.get(single)
        if reference is None:
            continue
        data = _data(store, kind, namespace, reference)
        key = reference["key"]
        if key in data:
            yield data[key]
        elif not reference.get("optional"):
            raise ConfigurationError(f"couldn't find key {key} in {kind.kind} {namespace}/{reference['name']}")


def _data(store: Store, kind: Kind, namespace: str, reference: Obj) -> dict[str, str]:
    stored = store.find(kind, namespace, reference["name"])
    if stored is None:
        if reference.get("optional"):
            return {}
        raise ConfigurationError(f'{kind.kind.lower()} "{reference["name"]}" not found')
    data: dict[str, str] = stored.obj.get("data") or {}
    if kind == SECRETS:
        return {key: base64.b64decode(value).decode(errors="replace") for key, value in data.items()}
    return dict(data)


def missing_volume(store: Store, namespace: str, spec: Obj) -> tuple[str, str] | None:
    """Name the first volume of a pod whose config map or secret is not there, and say what is missing."""
    for volume in spec.get("volumes") or ():
        for field, name_field, kind in (("configMap", "name", CONFIG_MAPS), ("secret", "secretName", SECRETS)):
            source = volume.get(field)
            if source is None or source.get("optional"):
                continue
            if store.find(kind, namespace, source[name_field]) is None:
                return volume["name"], f'{kind.kind.lower()} "{source[name_field]}" not found'
    return None
