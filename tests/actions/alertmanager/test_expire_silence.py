"""A silence is ended if it still is what the person saw."""

import pytest
from support.alertmanager import Alertmanager
from support.web_server import WebServer, page

from cockpit.actions.alertmanager.planner import AlertmanagerPlanner
from cockpit.actions.permit import Permit
from cockpit.actions.receipt import Outcome
from cockpit.actions.runner import Runner
from cockpit.reading import SourceError, TroubleKind


async def test_the_preview_tells_of_what_people_hear_again(
    alertmanager: Alertmanager, planner: AlertmanagerPlanner, server: WebServer
) -> None:
    alertmanager.fires("Down", pod="api-1")
    alertmanager.fires("Down", pod="api-2")
    alertmanager.fires("Slow")
    alertmanager.silenced(("pod", "api-2"))
    id_ = alertmanager.silenced(("alertname", "Down"), comment="deploy\x1b[31m")
    plan = await planner.expire(id_)
    assert plan.title == f"expire silence {id_} on main"
    assert plan.command == f"amtool --alertmanager.url={server.url()} silence expire {id_}"
    assert plan.changes == (
        'alertname="Down": until now → 2026-11-21 14:08:51 UTC',
        "by anna, until 2026-11-21 16:00:00 UTC: deploy",
        "people are told again of 1 alerts that fire, 1 stay silenced by others",
        "Down · pod=api-1 · since 2026-11-21 14:00:00 UTC",
    )
    (target,) = plan.targets
    assert str(target.guard) == f"id {id_}"


async def test_it_is_ended(
    alertmanager: Alertmanager, planner: AlertmanagerPlanner, runner: Runner, permit: Permit
) -> None:
    other, id_ = alertmanager.silenced(("a", "b")), alertmanager.silenced(("a", "b"))
    receipt = await runner.run(await planner.expire(id_), permit)
    assert receipt.outcome is Outcome.DONE
    assert alertmanager.silences[id_]["status"] == {"state": "expired"}
    assert alertmanager.silences[other]["status"] == {"state": "active"}


async def test_one_that_somebody_has_prolonged_meanwhile_is_left_alone(
    alertmanager: Alertmanager, planner: AlertmanagerPlanner, runner: Runner, permit: Permit
) -> None:
    id_ = alertmanager.silenced(("a", "b"))
    plan = await planner.expire(id_)
    alertmanager.silences[id_]["endsAt"] = "2026-11-21T20:00:00.000Z"
    receipt = await runner.run(plan, permit)
    assert receipt.outcome is Outcome.REFUSED
    assert receipt.targets[0].said == "it has changed since the plan was made: ends_at"
    assert alertmanager.silences[id_]["status"] == {"state": "active"}


@pytest.mark.parametrize(("forgotten", "said"), [(True, "it was gone already"), (False, "it was over already")])
async def test_one_that_is_over_meanwhile_needs_nothing(
    alertmanager: Alertmanager,
    planner: AlertmanagerPlanner,
    runner: Runner,
    permit: Permit,
    server: WebServer,
    forgotten: bool,
    said: str,
) -> None:
    id_ = alertmanager.silenced(("a", "b"))
    plan = await planner.expire(id_)
    if forgotten:
        del alertmanager.silences[id_]
    else:
        alertmanager.silences[id_]["status"] = {"state": "expired"}
    receipt = await runner.run(plan, permit)
    assert (receipt.outcome, receipt.targets[0].said) == (Outcome.DONE, said)
    assert "DELETE" not in {got.method for got in server.got}


async def test_a_lost_answer_is_found_out_by_looking(
    alertmanager: Alertmanager, planner: AlertmanagerPlanner, runner: Runner, permit: Permit
) -> None:
    plan = await planner.expire(alertmanager.silenced(("a", "b")))
    alertmanager.deaf = True
    receipt = await runner.run(plan, permit)
    assert (receipt.outcome, receipt.targets[0].said) == (Outcome.DONE, "confirmed by reading it again")


async def test_a_lost_request_is_unknown_with_what_to_check(
    alertmanager: Alertmanager, planner: AlertmanagerPlanner, runner: Runner, permit: Permit, server: WebServer
) -> None:
    id_ = alertmanager.silenced(("a", "b"))
    plan = await planner.expire(id_)
    alertmanager.deaf, alertmanager.hears = True, False
    receipt = await runner.run(plan, permit)
    assert receipt.outcome is Outcome.UNKNOWN
    assert receipt.targets[0].said == (
        "it may have been done, but after 0.2 s it is active (no answer within 0.3 s: there was no answer); "
        f"check with: amtool --alertmanager.url={server.url()} silence query --id={id_}"
    )


async def test_when_it_cannot_be_looked_at_nothing_is_tried(
    alertmanager: Alertmanager, planner: AlertmanagerPlanner, runner: Runner, permit: Permit, server: WebServer
) -> None:
    id_ = alertmanager.silenced(("a", "b"))
    plan = await planner.expire(id_)
    server.answers[f"/api/v2/silence/{id_}"] = page("", 502)
    receipt = await runner.run(plan, permit)
    assert (receipt.outcome, receipt.targets[0].said) == (Outcome.FAILED, "not tried: 502 Bad Gateway")


async def test_there_is_no_plan_for_one_that_is_over_or_unknown(
    alertmanager: Alertmanager, planner: AlertmanagerPlanner
) -> None:
    over = alertmanager.silenced(("a", "b"), status={"state": "expired"})
    for id_ in (over, "0-0-0"):
        with pytest.raises(SourceError) as caught:
            await planner.expire(id_)
        assert caught.value.kind is TroubleKind.MISSING


@pytest.mark.parametrize("id_", ["", "../silences", "a b", "a?b", "ä"])
async def test_what_is_no_id_becomes_no_path(planner: AlertmanagerPlanner, server: WebServer, id_: str) -> None:
    with pytest.raises(SourceError):
        await planner.expire(id_)
    assert server.got == []
