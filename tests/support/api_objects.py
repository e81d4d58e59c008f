"""Objects as the API gives them, read as the sources read them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from cockpit.sources.kubernetes.kinds import watched_kinds

T = TypeVar("T")

SAMPLES = Path(__file__).parents[1] / "samples" / "kubernetes"
"""Answers recorded from a Kubernetes 1.36 server."""


def convert(expected: type[T], plural: str, given: Mapping[str, Any]) -> T:
    """Convert an object of a watched kind from the API's JSON."""
    (kind,) = (kind for kind in watched_kinds() if kind.plural == plural)
    metadata = {"name": "api", "namespace": "shop", **given.get("metadata", {})}
    converted = kind.convert(kind.object_decoder.decode(json.dumps({**given, "metadata": metadata})))
    assert isinstance(converted, expected)
    return converted


def recorded(expected: type[T], plural: str) -> dict[str, T]:
    """Read all recorded objects of a watched kind, by name."""
    (kind,) = (kind for kind in watched_kinds() if kind.plural == plural)
    page = kind.page_decoder.decode((SAMPLES / f"{plural}.json").read_bytes())
    objects = {raw.metadata.name: kind.convert(raw) for raw in page.items or ()}
    assert all(isinstance(each, expected) for each in objects.values())
    return objects


def raw_samples(plural: str) -> dict[str, dict[str, Any]]:
    """Give the recorded objects of a kind as plain JSON, by name."""
    items = json.loads((SAMPLES / f"{plural}.json").read_text())["items"]
    return {item["metadata"]["name"]: item for item in items}


def decoded(kind: type[T], given: Any) -> T:
    """Decode a part of an object."""
    return msgspec.json.decode(json.dumps(given), type=kind)
