"""What does not depend on a cluster is read from the start, and goes on wherever a person looks."""

from collections.abc import AsyncIterator

import pytest

from cockpit.board import Board
from cockpit.clock import utc_now
from cockpit.config import Config
from cockpit.connection import Scope
from cockpit.reading import SourceError, State, TroubleKind
from cockpit.session import Session
from cockpit.sources.feed import Fed, Pace
from cockpit.standing_feeds import StandingFeeds

PACE = Pace(interval=None, barred=3600.0)
"""It is read again only when a person asks."""


class Account:
    """A source that is denied until it is told to try again."""

    name = "aws/shop"

    def __init__(self) -> None:
        self.allowed = False
        self.looks = 0

    def retry_denied(self) -> None:
        self.allowed = True

    async def stream(self) -> AsyncIterator[int]:
        if not self.allowed:
            raise SourceError(TroubleKind.DENIED, "not allowed")
        self.looks += 1
        yield self.looks


@pytest.fixture
def account() -> Account:
    return Account()


def fed(account: Account) -> Fed:
    return Fed(account.name, lambda: account, PACE)


async def until(board: Board, state: State) -> None:
    async for reading in board.subscribe(["aws/shop"]):
        if reading.state(utc_now()) is state:
            return


async def test_a_person_who_tries_again_has_it_ask_for_what_was_denied(account: Account) -> None:
    board = Board()
    feeds = StandingFeeds(board, [fed(account)], utc_now)
    feeds.start()
    await until(board, State.DENIED)
    feeds.retry_now("aws/other")
    assert not account.allowed
    feeds.retry_now(None)
    await until(board, State.LIVE)
    await feeds.stop()


async def test_another_namespace_leaves_it_alone(account: Account) -> None:
    account.allowed = True
    session = Session(Config(), fed=[fed(account)])
    session.start()
    await until(session.board, State.LIVE)
    await session.look_at(Scope(namespace="other"))
    reading = session.board.latest("aws/shop")
    assert reading is not None
    assert reading.data == 1
    assert "aws/shop" in session.sources
    await session.stop()
