"""Readings of the cluster before and after something happened."""

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from cockpit.observer.observation import Observation
from cockpit.sources.kubernetes.model import Pod, Pods
from cockpit.sources.kubernetes.objects import Objects
from support.shop import Shop


def listed(*pods: Pod) -> Pods:
    return Shop.listed(pods)


def objects(*items: Any, version: str = "1") -> Objects[Any]:
    return Objects("shop", {each.meta.key: each for each in items}, version)


def half(pods: Pods) -> Pods:
    """Give a list that is still being read."""
    return replace(pods, resource_version="")


def told(observations: Iterable[Observation]) -> list[str]:
    return [each.text for each in observations]
