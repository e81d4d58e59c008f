"""What a session reads only once somebody asks for it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from support.shop import NOW, WELL_SHOP, Shop, Told

from cockpit.config import Flags
from cockpit.config_load import load
from cockpit.connection import Scope
from cockpit.reading import Reading, SourceError, State, TroubleKind
from cockpit.session import Session

SECRETS = "kubernetes/secrets"


class Listing:
    """A source that yields once, and counts how often it is read."""

    name = SECRETS

    def __init__(self) -> None:
        self.namespaces: list[str] = []
        self.read = 0
        self.error: SourceError | None = None

    def __call__(self, namespace: str) -> "Listing":
        self.namespaces.append(namespace)
        return self

    async def stream(self) -> AsyncIterator[int]:
        """Yield how often it was read."""
        self.read += 1
        if self.error is not None:
            raise self.error
        yield self.read


class Asked:
    """A session on a shop, and the one thing that can be asked of it."""

    def __init__(self, shop: Shop) -> None:
        self.listing = Listing()

        def connect(*wanted: Any) -> Any:
            return shop.connect(*wanted)._replace(on_demand={SECRETS: self.listing})

        self.session = Session(load(Flags(), {}), lambda: NOW, connect)

    async def until(self, source: str, happens: Callable[[Reading[Any]], object]) -> Reading[Any]:
        """Wait for a reading."""
        async with asyncio.timeout(5):
            async for reading in self.session.board.subscribe([source]):
                if happens(reading):
                    return reading
        raise AssertionError


@pytest.fixture
async def shop() -> Shop:
    return Shop(WELL_SHOP)


@pytest.fixture
async def asked(shop: Shop) -> AsyncIterator[Asked]:
    asked = Asked(shop)
    asked.session.start()
    yield asked
    await asked.session.stop()


def has_data(reading: Reading[Any]) -> bool:
    return reading.data is not None


async def test_nothing_is_read_before_somebody_asks(asked: Asked) -> None:
    await asked.until("diagnosis", has_data)
    assert asked.listing.read == 0
    assert asked.session.board.latest(SECRETS) is None


async def test_it_is_read_once_and_then_no_more(asked: Asked) -> None:
    await asked.until("diagnosis", has_data)
    asked.session.ask(SECRETS)
    reading = await asked.until(SECRETS, has_data)
    assert reading.state(NOW) is State.LIVE
    await asyncio.sleep(0.3)  # longer than the pause of a source that is read all the time
    assert asked.listing.read == 1


async def test_it_is_read_anew_when_somebody_asks_again_or_tries_everything_again(asked: Asked) -> None:
    await asked.until("diagnosis", has_data)
    asked.session.ask(SECRETS)
    await asked.until(SECRETS, has_data)
    asked.session.ask(SECRETS)
    await asked.until(SECRETS, lambda reading: reading.data == 2)
    asked.session.retry_now()
    await asked.until(SECRETS, lambda reading: reading.data == 3)


async def test_what_was_asked_for_too_early_is_read_as_soon_as_it_is_known_where(asked: Asked) -> None:
    asked.session.ask(SECRETS)
    await asked.until(SECRETS, has_data)
    assert asked.listing.namespaces == ["shop"]


async def test_in_another_namespace_it_is_read_there(asked: Asked) -> None:
    asked.session.ask(SECRETS)
    await asked.until(SECRETS, has_data)
    await asked.session.look_at(Scope(context="prod-us-west-2", namespace="billing"))
    await asked.until(SECRETS, lambda reading: reading.data == 2)
    assert asked.listing.namespaces == ["shop", "billing"]


async def test_while_the_kubeconfig_cannot_be_used_that_is_said(shop: Shop) -> None:
    shop.info = Told("kubernetes", SourceError(TroubleKind.MISSING, "no kubeconfig"))
    asked = Asked(shop)
    asked.session.ask(SECRETS)
    asked.session.start()
    reading = await asked.until(SECRETS, lambda reading: reading.trouble)
    assert reading.trouble is not None
    assert reading.trouble.message == "no kubeconfig"
    await asked.session.stop()


async def test_what_failed_with_the_pods_is_read_when_they_come_back(asked: Asked, shop: Shop) -> None:
    """An API server that was started anew denies everything for a moment: it has not read the roles yet."""
    await asked.until("kubernetes/pods", has_data)
    asked.listing.error = SourceError(TroubleKind.DENIED, "may not list secrets")
    asked.session.ask(SECRETS)
    await asked.until(SECRETS, lambda reading: reading.trouble)
    shop.pods.tell(SourceError(TroubleKind.UNREACHABLE, "refused"))
    await asked.until("kubernetes/pods", lambda reading: reading.trouble)
    asked.listing.error = None
    asked.session.retry_now("kubernetes/pods")
    assert (await asked.until(SECRETS, has_data)).trouble is None
