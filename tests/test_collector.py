"""Python looks for cycles seldom, but it does."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from cockpit.collector import YOUNG, collect_seldom


class Node:
    """Something that can hold itself."""


@pytest.fixture
def _own_collector() -> Iterator[None]:
    threshold = gc.get_threshold()
    yield
    gc.set_threshold(*threshold)
    gc.unfreeze()
    gc.enable()


@pytest.mark.usefixtures("_own_collector")
def test_cycles_go_after_many_new_containers() -> None:
    gc.disable()
    collect_seldom()
    node = Node()
    node.itself = node  # type: ignore[attr-defined]
    seen = weakref.ref(node)
    del node
    assert seen() is not None
    many: list[list[int]] = [[] for _ in range(2 * YOUNG)]
    assert seen() is None
    assert len(many) == 2 * YOUNG
