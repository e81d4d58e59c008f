"""From a finding to what it is about."""

import pytest
from support.cockpit import Opened, OpenOn
from support.furnished import furnished
from support.objects import ago, condition, node

from cockpit.diagnosis.finding import Finding, FindingSeverity
from cockpit.sources.kubernetes.objects import Node


async def select_finding(cockpit: Opened, text: str) -> None:
    """Go to the finding with this text."""
    findings = cockpit.app.cockpit.findings
    await cockpit.until(lambda: any(text in each.title for each in findings.findings))
    findings.table.focus()
    findings.table.move_to(next(at for at, each in enumerate(findings.findings) if text in each.title))
    await cockpit.pilot.pause()


def dead_node() -> Node:
    return node("node-7", conditions=(condition("Ready", "Unknown", "NodeStatusUnknown", since=ago(minutes=9)),))


@pytest.mark.parametrize("size", [(160, 45), (80, 24)])
async def test_pods_open_as_what_they_belong_to_and_escape_leads_back(open_on: OpenOn, size: tuple[int, int]) -> None:
    async with open_on(furnished(), size=size) as cockpit:
        await select_finding(cockpit, "crash-loop")
        await cockpit.press("enter")
        await cockpit.until(lambda: "─ deployment/api ─" in cockpit.object)
        await cockpit.shows("deployment/api is open; escape goes back")
        assert cockpit.app.focused is cockpit.app.desks.kinds.object.table
        assert "api-12-" in cockpit.object
        await cockpit.press("escape")
        await cockpit.until(lambda: cockpit.app.focused is cockpit.app.cockpit.findings.table)
        assert cockpit.app.cockpit.view == "overview"
        assert "escape goes back" not in cockpit.screen()


async def test_going_back_ends_no_message_that_is_true_elsewhere(open_on: OpenOn) -> None:
    async with open_on(furnished()) as cockpit:
        await select_finding(cockpit, "crash-loop")
        await cockpit.press("enter")
        await cockpit.shows("escape goes back")
        cockpit.app.tell("saved as /tmp/log")
        await cockpit.press("escape")
        await cockpit.until(lambda: cockpit.app.cockpit.view == "overview")
        assert "saved as /tmp/log" in cockpit.screen()


async def test_one_that_is_opened_beside_the_list_leads_back_to_the_findings(open_on: OpenOn) -> None:
    async with open_on(furnished()) as cockpit:
        await cockpit.press("2")
        await select_finding(cockpit, "crash-loop")
        await cockpit.press("enter")
        await cockpit.until(lambda: "─ deployment/api ─" in cockpit.object)
        await cockpit.press("escape")
        await cockpit.until(lambda: cockpit.app.focused is cockpit.app.cockpit.findings.table)
        assert cockpit.app.cockpit.view == "pods"


async def test_one_without_an_object_says_that_there_is_nothing_to_open(open_on: OpenOn) -> None:
    async with open_on(furnished()) as cockpit:
        nothing = Finding("x", FindingSeverity.WRONG, "all is odd", "odd", ())
        cockpit.app.desks.findings.open(nothing)
        await cockpit.shows("this finding names no object that could be opened")
        assert cockpit.app.cockpit.view == "overview"


async def test_what_is_no_pod_opens_on_pages_of_its_own(open_on: OpenOn) -> None:
    async with open_on(furnished(dead_node())) as cockpit:
        await select_finding(cockpit, "node-7")
        await cockpit.press("enter")
        await cockpit.until(lambda: "─ node/node-7 ─" in cockpit.object)
        assert cockpit.app.cockpit.view == "pods"
        assert "● " in cockpit.object.splitlines()[1]


async def test_while_another_kind_is_shown_pods_open_as_what_they_belong_to(open_on: OpenOn) -> None:
    async with open_on(furnished()) as cockpit:
        await cockpit.press("2", "right")
        await select_finding(cockpit, "crash-loop")
        await cockpit.press("enter")
        await cockpit.until(lambda: "─ deployment/api ─" in cockpit.object)


async def test_the_one_under_the_cursor_is_told_in_full_with_what_could_help(open_on: OpenOn) -> None:
    async with open_on(furnished()) as cockpit:
        before = cockpit.app.cockpit.findings.region.height
        await select_finding(cockpit, "crash-loop")
        await cockpit.shows("(image shop/api:1.4.2 → 1.5.0)", "a: rollback deployment/api to revision 11")
        cockpit.app.cockpit.pods.table.focus()
        await cockpit.until(lambda: "a: rollback" not in cockpit.screen())
        assert cockpit.app.cockpit.findings.region.height == before
