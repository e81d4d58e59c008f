"""A silence is previewed, made once, and found out about when no answer came."""

from datetime import timedelta

import msgspec
import pytest
from support.alertmanager import Alertmanager
from support.recorder import Memory
from support.web_server import WebServer, page

from cockpit.actions.alertmanager.planner import AlertmanagerPlanner
from cockpit.actions.permit import Permit
from cockpit.actions.plan import Plan
from cockpit.actions.receipt import Outcome
from cockpit.actions.runner import Runner
from cockpit.reading import SourceError
from cockpit.sources.web.model import Matcher

DOWN = (Matcher("alertname", "Down"), Matcher("pod", "api-.*", regex=True))


async def plan_for(planner: AlertmanagerPlanner, *matchers: Matcher, minutes: float = 90) -> Plan:
    return await planner.silence(matchers or DOWN, timedelta(minutes=minutes), "anna", "deploy of it's 1.4.3")


async def test_the_preview_names_the_command_and_the_alerts(
    alertmanager: Alertmanager, planner: AlertmanagerPlanner, server: WebServer
) -> None:
    alertmanager.fires("Down", pod="api-1", severity="critical")
    alertmanager.fires("Down", pod="web-1")
    alertmanager.fires("Slow", pod="api-1")
    plan = await plan_for(planner)
    assert plan.title == 'silence alertname="Down", pod=~"api-.*" on main'
    assert plan.command == (
        f"amtool --alertmanager.url={server.url()} silence add --author=anna --duration=1h30m "
        """'--comment=deploy of it'"'"'s 1.4.3' 'alertname="Down"' 'pod=~"api-.*"'"""
    )
    assert plan.changes == (
        "1 of 3 alerts that fire are silenced for 1h30m",
        "Down · critical · pod=api-1 · since 2026-11-21 14:00:00 UTC",
    )
    assert (plan.context, plan.subject, plan.refused, plan.warnings) == ("web/alertmanager/main", "main", "", ())
    assert {got.method for got in server.got} == {"GET"}


@pytest.mark.parametrize(
    ("matchers", "covered"),
    [
        ([Matcher("pod", "api")], 0),
        ([Matcher("pod", "api-.", regex=True)], 2),
        ([Matcher("pod", "api-1", equal=False), Matcher("alertname", "Down")], 2),
        ([Matcher("pod", "api.*", regex=True, equal=False), Matcher("alertname", "Down")], 1),
        ([Matcher("team", ""), Matcher("alertname", "Down")], 3),
    ],
)
async def test_matchers_hold_as_in_alertmanager(
    alertmanager: Alertmanager, planner: AlertmanagerPlanner, matchers: list[Matcher], covered: int
) -> None:
    for pod in ("api-1", "api-2", "web-1"):
        alertmanager.fires("Down", pod=pod)
    assert (await plan_for(planner, *matchers)).changes[0].startswith(f"{covered} of 3 ")


@pytest.mark.parametrize(
    ("matchers", "minutes", "warning"),
    [
        ([Matcher("alertname", "Nothing")], 90, "no alert that fires now is covered"),
        ([Matcher("alertname", ".+", regex=True)], 90, "every alert that fires now is covered"),
        ([Matcher("alertname", "Down")], 3000, "it lasts for 50h"),
        ([Matcher("alertname", "Slow")], 90, "by anna says the same until 2026-11-21 16:00:00 UTC"),
    ],
)
async def test_what_is_odd_is_warned_of(
    alertmanager: Alertmanager, planner: AlertmanagerPlanner, matchers: list[Matcher], minutes: float, warning: str
) -> None:
    alertmanager.fires("Down")
    alertmanager.fires("Slow")
    alertmanager.silenced(("alertname", "Slow"))
    (told,) = (await plan_for(planner, *matchers, minutes=minutes)).warnings
    assert told.endswith(warning)


@pytest.mark.parametrize(
    ("matchers", "minutes", "author", "comment", "why"),
    [
        ([], 90, "anna", "x", "a silence needs a matcher"),
        ([Matcher("pod", ".*", regex=True)], 90, "anna", "x", "a silence needs a matcher"),
        ([Matcher("pod", "(", regex=True)], 90, "anna", "x", 'pod=~"(" is not a regular expression: missing )'),
        ([Matcher("", "x")], 90, "anna", "x", "a matcher needs the name of a label"),
        (DOWN, 0, "anna", "x", "it has to last for a while"),
        (DOWN, 90, " ", "x", "it needs to say who makes it"),
        (DOWN, 90, "anna", "", "it needs a comment"),
    ],
)
async def test_what_alertmanager_would_refuse_is_refused_at_once(
    planner: AlertmanagerPlanner,
    server: WebServer,
    matchers: list[Matcher],
    minutes: float,
    author: str,
    comment: str,
    why: str,
) -> None:
    plan = await planner.silence(matchers, timedelta(minutes=minutes), author, comment)
    assert plan.refused.startswith(why)
    assert server.got == []


async def test_it_is_made_once_and_recorded(
    alertmanager: Alertmanager, planner: AlertmanagerPlanner, runner: Runner, permit: Permit, memory: Memory
) -> None:
    plan = await plan_for(planner)
    receipt = await runner.run(plan, permit)
    ((id_, silence),) = alertmanager.silences.items()
    assert receipt.outcome is Outcome.DONE
    assert receipt.targets[0].said == f"silence {id_} until 2026-11-21 15:38:51 UTC"
    assert silence["endsAt"] == "2026-11-21T15:38:51.120Z"
    assert silence["matchers"] == [
        {"name": "alertname", "value": "Down", "isRegex": False, "isEqual": True},
        {"name": "pod", "value": "api-.*", "isRegex": True, "isEqual": True},
    ]
    assert (silence["createdBy"], silence["comment"]) == ("anna", "deploy of it's 1.4.3")
    assert memory.told == [plan, receipt]


async def test_without_a_permit_nothing_is_made(
    alertmanager: Alertmanager, planner: AlertmanagerPlanner, runner: Runner
) -> None:
    receipt = await runner.run(await plan_for(planner), Permit())
    assert receipt.outcome is Outcome.REFUSED
    assert alertmanager.silences == {}


async def test_a_lost_answer_is_found_out_by_listing(
    alertmanager: Alertmanager, planner: AlertmanagerPlanner, runner: Runner, permit: Permit
) -> None:
    alertmanager.silenced(("alertname", "Down"), ("pod", "api-.*"))  # an older one that says the same
    plan = await plan_for(planner)
    alertmanager.deaf = True
    receipt = await runner.run(plan, permit)
    id_ = [*alertmanager.silences][-1]
    assert receipt.outcome is Outcome.DONE
    assert receipt.targets[0].said == f"silence {id_} until 2026-11-21 15:38:51 UTC; confirmed by reading it again"
    assert len(alertmanager.silences) == 2


async def test_a_lost_request_is_unknown_with_what_to_check(
    alertmanager: Alertmanager, planner: AlertmanagerPlanner, runner: Runner, permit: Permit, server: WebServer
) -> None:
    plan = await plan_for(planner)
    alertmanager.deaf, alertmanager.hears = True, False
    receipt = await runner.run(plan, permit)
    assert receipt.outcome is Outcome.UNKNOWN
    assert receipt.targets[0].said == (
        "it may have been done, but after 0.2 s it is not listed; check with: "
        f"amtool --alertmanager.url={server.url()} silence query 'alertname=\"Down\"' 'pod=~\"api-.*\"'"
    )


@pytest.mark.parametrize(
    ("answer", "outcome", "said"),
    [
        (page('"silence invalid"', 400), Outcome.REFUSED, "400 Bad Request: silence invalid"),
        (page("", 403), Outcome.REFUSED, "403 Forbidden"),
        (page("", 302, Location="/login"), Outcome.REFUSED, "302 Found"),
        (page("oops", 500), Outcome.UNKNOWN, "it may have been done, but it could not be looked for; check with: "),
        (page("<html>"), Outcome.UNKNOWN, "it may have been done, but it could not be looked for; check with: "),
    ],
)
async def test_a_bad_answer(
    alertmanager: Alertmanager,
    planner: AlertmanagerPlanner,
    runner: Runner,
    permit: Permit,
    server: WebServer,
    answer: bytes,
    outcome: Outcome,
    said: str,
) -> None:
    plan = await plan_for(planner)
    server.answers["/api/v2/silences"] = answer
    receipt = await runner.run(plan, permit)
    assert receipt.outcome is outcome
    assert receipt.targets[0].said.startswith(said)


async def test_what_never_reached_the_server_was_not_done(
    alertmanager: Alertmanager, planner: AlertmanagerPlanner, permit: Permit, unused_tcp_port: int
) -> None:
    from cockpit.actions.alertmanager.executor import AlertmanagerExecutor
    from cockpit.sources.web.api import Api
    from cockpit.sources.web.client import Web

    nobody = AlertmanagerExecutor(Api(Web({}), f"http://127.0.0.1:{unused_tcp_port}"), "main")
    receipt = await Runner(nobody, Memory()).run(await plan_for(planner), permit)
    assert (receipt.outcome, receipt.targets[0].said) == (Outcome.FAILED, "Connection refused")


async def test_no_plan_without_knowing_what_fires(planner: AlertmanagerPlanner, server: WebServer) -> None:
    server.answers["/api/v2/alerts"] = page("", 503)
    with pytest.raises(SourceError):
        await plan_for(planner)


async def test_a_plan_for_another_alertmanager_is_not_run(
    alertmanager: Alertmanager, planner: AlertmanagerPlanner, runner: Runner
) -> None:
    other = msgspec.structs.replace(await plan_for(planner), context="web/alertmanager/other")
    receipt = await runner.run(other, Permit(frozenset({"web/alertmanager/other"})))
    assert receipt.outcome is Outcome.REFUSED
    assert alertmanager.silences == {}
