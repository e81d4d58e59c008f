import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from uuid import uuid4

import pytest
from support.aws import Group

from cockpit.logs.block import LineKind, LogBlock
from cockpit.sources.aws.account import Account
from cockpit.sources.aws.log_group_target import GroupPace, LogGroupTarget
from cockpit.sources.aws.log_groups import follow_group, list_groups

PACE = GroupPace(interval=0.02)


@pytest.fixture
def group(account: Account) -> Group:
    return Group(account.client("logs"), f"/aws/rds/instance/{uuid4().hex}/postgresql")


def texts(blocks: list[LogBlock]) -> list[str]:
    return [line for block in blocks for line in block.text.decode().split("\n")]


async def take(blocks: AsyncIterator[LogBlock], lines: int) -> list[LogBlock]:
    taken: list[LogBlock] = []
    while len(texts(taken)) < lines:
        block = await anext(blocks)
        taken += [block] if block.times else []
    return taken


async def test_what_was_written_lately_comes_first_and_what_is_written_then_follows(
    account: Account, group: Group
) -> None:
    group.write("too old", seconds_ago=3600)
    group.write("FATAL: remaining connection slots are reserved", seconds_ago=30)
    async with aclosing(follow_group(account, LogGroupTarget(group.name), pace=PACE)) as blocks:
        first = await take(blocks, 1)
        assert texts(first) == ["FATAL: remaining connection slots are reserved"]
        assert first[0].stream == f"{group.name}/shop-db.0"
        group.write("LOG: checkpoint complete", "LOG: done")
        assert texts(await take(blocks, 2)) == ["LOG: checkpoint complete", "LOG: done"]


async def test_a_line_that_arrives_late_is_shown_once(account: Account, group: Group) -> None:
    group.write("newest")
    async with aclosing(follow_group(account, LogGroupTarget(group.name), pace=PACE)) as blocks:
        await take(blocks, 1)
        group.write("late by half a minute", seconds_ago=30)
        group.write("after it")
        assert texts(await take(blocks, 2)) == ["late by half a minute", "after it"]


async def test_a_line_of_a_clock_that_is_ahead_hides_none_of_those_that_come_after_it(
    account: Account, group: Group
) -> None:
    group.write("from two minutes ahead", seconds_ago=-120)
    async with aclosing(follow_group(account, LogGroupTarget(group.name), pace=PACE)) as blocks:
        assert texts(await take(blocks, 1)) == ["from two minutes ahead"]
        group.write("now")
        async with asyncio.timeout(5):
            assert texts(await take(blocks, 1)) == ["now"]


async def test_streams_are_told_apart_and_an_event_of_several_lines_stays_together(
    account: Account, group: Group
) -> None:
    group.add_stream("shop-db.1")
    group.write("ERROR: deadlock detected\nDETAIL: Process 4711 waits", seconds_ago=9)
    group.write("other", seconds_ago=5, stream="shop-db.1")
    async with aclosing(follow_group(account, LogGroupTarget(group.name), pace=PACE)) as blocks:
        taken = await take(blocks, 3)
    assert [block.stream.rsplit("/", 1)[1] for block in taken] == ["shop-db.0", "shop-db.1"]
    assert taken[0].times[0] == taken[0].times[1]


async def test_a_quiet_group_gives_a_sign_of_life(account: Account, group: Group) -> None:
    async with aclosing(follow_group(account, LogGroupTarget(group.name), pace=PACE)) as blocks:
        sign = await anext(blocks)
    assert (sign.stream, sign.text, len(sign.times)) == (group.name, b"", 0)


async def test_a_group_that_does_not_exist_ends_with_the_reason(account: Account) -> None:
    async with aclosing(follow_group(account, LogGroupTarget("/nowhere"), pace=PACE)) as blocks:
        said = [block async for block in blocks]
    assert [block.kind for block in said] == [LineKind.END]
    assert b"does not exist" in said[0].text


async def test_a_server_that_is_away_is_told_once_and_reading_goes_on_when_it_is_back(
    account: Account, group: Group
) -> None:
    lost = Account(None, "us-west-2", "http://127.0.0.1:9")
    async with aclosing(follow_group(lost, LogGroupTarget(group.name), pace=PACE)) as blocks:
        told = await anext(blocks)
        assert told.kind is LineKind.TROUBLE
        assert b"aws sts get-caller-identity" in told.text
        lost._endpoint_url = account._endpoint_url
        group.write("back again")
        assert texts(await take(blocks, 1)) == ["back again"]


async def test_missing_credentials_name_the_login(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    async with aclosing(follow_group(account, LogGroupTarget("/any"), pace=PACE)) as blocks:
        told = await anext(blocks)
    assert b"AWS does not accept who we are" in told.text
    assert b"try: aws configure sso" in told.text


def test_the_groups_are_listed_by_name(account: Account, group: Group) -> None:
    assert group.name in list_groups(account)
