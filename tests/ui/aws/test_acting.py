"""What the key `a` leads to from AWS, in which nothing is changed from here."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from msgspec.structs import replace
from support.aws_screen import instance, look, reading, troubled
from support.postgres_looks import look as server_look
from support.shop import BROKEN_SHOP, NOW

from cockpit.diagnosis.aws.kinds import RDS, aws_ref
from cockpit.diagnosis.finding import Evidence, Finding, FindingSeverity
from cockpit.reading import Reading
from cockpit.sources.kubernetes.model import PODS, Pods
from cockpit.ui.actions.directions import directions_for
from cockpit.ui.actions.selecting import selected, selected_elsewhere, selected_server

Looking = Callable[..., AbstractAsyncContextManager[Any]]
BEHIND = Pods("shop", {pod.key: replace(pod, ip=f"10.0.0.{21 + nth}") for nth, pod in enumerate(BROKEN_SHOP)})
DB = aws_ref(RDS, "prod", "shop-db")


async def test_a_target_is_acted_on_as_the_pod_that_it_is(looking: Looking) -> None:
    async with looking(Reading(PODS, BEHIND, NOW), reading(troubled())) as cockpit:
        await cockpit.press("5", "right", "right")
        await cockpit.until(lambda: "[Targets]" in cockpit.aws)
        await cockpit.press("/", *"web-tg 10.0.0.21", "enter")
        await cockpit.until(lambda: "1 of " in cockpit.aws)
        found = selected(cockpit.app.cockpit, cockpit.app.desks.kinds)
        assert found is not None
        assert [pod.name for pod in found.selection.pods] == ["api-7f9c4-x2k4p"]
        assert [each.name for each in found.selection.others] == ["api"]


async def test_an_instance_that_is_a_server_which_is_read_is_acted_on_as_that(looking: Looking) -> None:
    at = replace(server_look().server, host="shop-db.example", port=5432)
    server = Reading("postgres/main", replace(server_look(), server=at), NOW)
    of_rds = reading(look(instances=(instance("shop-db", host="shop-db.example", port=5432),)))
    async with looking(of_rds, server) as cockpit:
        await cockpit.press("5")
        await cockpit.until(lambda: "[RDS]" in cockpit.aws and "shop-db" in cockpit.aws)
        desks = cockpit.app.desks
        found = selected_server(cockpit.app.cockpit, desks.postgres, desks.aws)
        assert found is not None
        assert (found[0], found[1].backend) == ("main", None)


async def test_an_instance_that_is_no_server_of_ours_says_what_to_type_outside(looking: Looking) -> None:
    async with looking(reading(look(instances=(instance("shop-db"),)))) as cockpit:
        await cockpit.press("5")
        await cockpit.until(lambda: "shop-db" in cockpit.aws)
        desks = cockpit.app.desks
        assert selected_server(cockpit.app.cockpit, desks.postgres, desks.aws) is None
        directions = selected_elsewhere(cockpit.app.cockpit, desks.aws)
        assert directions is not None
        assert directions.about == DB
        events = "aws rds describe-events --source-type db-instance --source-identifier shop-db --duration 120"
        assert directions.commands[0][0] == f"{events} --region us-west-2 --profile prod"
        await cockpit.press("a")
        await cockpit.shows("Nothing is done to RDS instance shop-db from here", events[:40])


def test_what_a_finding_says_to_type_comes_first_with_its_scenario_of_the_runbook() -> None:
    proof = Evidence("aws/prod", "prod/shop-db", "try: aws rds modify-db-instance", "aws rds modify-db-instance")
    finding = Finding("aws/storage", FindingSeverity.WRONG, "full", "disk-full", (proof,), objects=(DB,))
    directions = directions_for(DB, [finding], [("aws rds describe-events", "what RDS did")])
    assert [command for command, _ in directions.commands] == ["aws rds modify-db-instance", "aws rds describe-events"]
    assert directions.scenarios == ("disk-full",)
