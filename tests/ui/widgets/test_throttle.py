import asyncio
from types import SimpleNamespace
from typing import Any

from cockpit.ui.widgets.throttle import Throttle


class Acts:
    """Counts how often a throttled action was done."""

    def __init__(self) -> None:
        self.count = 0
        self.widget: Any = SimpleNamespace(is_attached=True)
        self._acted = asyncio.Event()

    def act(self) -> None:
        self.count += 1
        self._acted.set()

    async def wait(self) -> None:
        self._acted.clear()
        await asyncio.wait_for(self._acted.wait(), 5)


async def test_the_first_time_is_at_once() -> None:
    acts = Acts()
    Throttle(acts.widget, 60, acts.act)()
    assert acts.count == 1


async def test_what_was_asked_for_meanwhile_is_done_once_after_the_rest() -> None:
    acts = Acts()
    throttled = Throttle(acts.widget, 0.01, acts.act)
    for _ in range(5):
        throttled()
    assert acts.count == 1
    await acts.wait()
    assert acts.count == 2


async def test_nothing_is_done_for_a_widget_that_is_gone() -> None:
    acts = Acts()
    throttled = Throttle(acts.widget, 0.01, acts.act)
    throttled()
    throttled()
    acts.widget.is_attached = False
    await asyncio.sleep(0.05)
    assert acts.count == 1
