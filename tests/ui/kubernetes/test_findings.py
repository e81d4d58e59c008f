"""From a finding to what it is about."""

from support.cockpit import Opened, OpenOn
from support.furnished import furnished
from support.objects import ago, condition, node

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


async def test_pods_are_shown_in_their_list_so_that_their_log_follows(open_on: OpenOn) -> None:
    async with open_on(furnished()) as cockpit:
        await cockpit.press("G")
        await select_finding(cockpit, "crash-loop")
        await cockpit.press("enter")
        await cockpit.until(lambda: cockpit.app.focused is cockpit.app.cockpit.pods.table)
        assert cockpit.app.cockpit.view == "overview"
        selected = cockpit.app.cockpit.pods.selected
        assert selected is not None
        assert selected.name.startswith("api-12-")


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
