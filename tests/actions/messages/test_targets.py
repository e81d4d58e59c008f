"""What goes to each kind of target."""

from typing import Any

import msgspec
from support.messages import MESSAGE, TOKEN, Send
from support.web_server import WebServer, json_page, page

from cockpit.actions.receipt import Outcome
from cockpit.message_config import (
    GithubIssue,
    HttpTarget,
    PagerDuty,
    PagerDutyEvents,
    Slack,
    SlackWebhook,
)


def body(server: WebServer, at: int = -1) -> Any:
    return msgspec.json.decode(server.got[at].body)


async def test_a_slack_webhook_gets_the_text_in_slacks_own_markup(server: WebServer, send: Send) -> None:
    server.answers["/services/T/B/x"] = page("ok")
    sent = await send(SlackWebhook(token_env="URL"), environ={"URL": server.url("/services/T/B/x")})
    assert sent.outcome is Outcome.DONE
    assert body(server) == {"text": "It is *slow* &amp; &lt;broken&gt;."}


async def test_slack_messages_after_the_first_go_to_its_thread(server: WebServer, send: Send) -> None:
    server.answers["/api/chat.postMessage"] = json_page({"ok": True, "ts": "171.5"})
    target = Slack(token_env="TOKEN", channel="C1", url=server.url("/api"))
    sent = await send(target)
    assert sent.reference == "171.5"
    assert server.got[0].headers["authorization"] == f"Bearer {TOKEN}"
    assert "thread_ts" not in body(server)
    await send(target, msgspec.structs.replace(MESSAGE, reference=sent.reference))
    assert body(server)["thread_ts"] == "171.5"
    assert body(server)["channel"] == "C1"


async def test_pagerduty_is_triggered_acknowledged_and_resolved_by_the_incident(server: WebServer, send: Send) -> None:
    server.answers["/enqueue"] = json_page({"status": "success", "dedup_key": MESSAGE.incident}, 202)
    target = PagerDutyEvents(token_env="TOKEN", url=server.url("/enqueue"))
    for way in ("trigger", "acknowledge", "resolve"):
        sent = await send(target, msgspec.structs.replace(MESSAGE, way=way))
        assert sent.outcome is Outcome.DONE
    events = [body(server, at) for at in range(3)]
    assert [event["event_action"] for event in events] == ["trigger", "acknowledge", "resolve"]
    assert {event["dedup_key"] for event in events} == {"INC-2026-11-21-001"}
    assert {event["routing_key"] for event in events} == {TOKEN}
    assert events[0]["payload"]["severity"] == "error"
    assert events[0]["payload"]["summary"] == "It is **slow** & <broken>."
    assert "payload" not in events[2]


async def test_pagerduty_gets_a_note_or_is_escalated(server: WebServer, send: Send) -> None:
    server.answers |= {"/incidents/Q1/notes": json_page({"note": {"id": "N"}}), "/incidents/Q1": json_page({})}
    target = PagerDuty(token_env="TOKEN", user="ana@shop.test", url=server.url())
    message = msgspec.structs.replace(MESSAGE, reference="Q1", way="note")
    assert (await send(target, message)).outcome is Outcome.DONE
    assert body(server) == {"note": {"content": MESSAGE.text}}
    escalation = msgspec.structs.replace(message, way="escalate", argument="2")
    assert (await send(target, escalation)).outcome is Outcome.DONE
    assert server.got[1].method == "PUT"
    assert server.got[1].headers["from"] == "ana@shop.test"
    assert server.got[1].headers["authorization"] == f"Token token={TOKEN}"
    assert body(server) == {"incident": {"type": "incident_reference", "escalation_level": 2}}


async def test_a_status_page_is_made_once_and_changed_then(server: WebServer, send: Send) -> None:
    server.answers |= {
        "/pages/p/incidents": json_page({"id": "abc"}, 201),
        "/pages/p/incidents/abc": json_page({"id": "abc"}),
    }
    target = HttpTarget(
        url=server.url("/pages/p/incidents"),
        token_env="TOKEN",
        token_prefix="OAuth ",
        body={"incident": {"name": "{title}", "status": "{status}", "body": "{text}", "notify": True}},
        reference="id",
        update_url=server.url("/pages/p/incidents/{reference}"),
    )
    message = msgspec.structs.replace(MESSAGE, title="Shop is {text}")
    sent = await send(target, message)
    assert server.got[0].headers["authorization"] == f"OAuth {TOKEN}"
    assert body(server)["incident"] == {
        "name": "Shop is {text}",
        "status": "identified",
        "body": MESSAGE.text,
        "notify": True,
    }
    await send(target, msgspec.structs.replace(message, reference=sent.reference))
    assert (server.got[1].method, server.got[1].path) == ("PATCH", "/pages/p/incidents/abc")


async def test_what_is_filled_into_a_url_stays_within_its_place(server: WebServer, send: Send) -> None:
    target = HttpTarget(url=server.url("/a/{incident}/b"))
    await send(target, msgspec.structs.replace(MESSAGE, incident="../x?y=1"))
    assert server.got[0].target == "/a/..%2Fx%3Fy%3D1/b"


async def test_an_issue_is_opened_once_and_commented_then(server: WebServer, send: Send) -> None:
    server.answers |= {
        "/repos/shop/ops/issues": json_page({"number": 42}, 201),
        "/repos/shop/ops/issues/42/comments": json_page({"id": 1}, 201),
    }
    target = GithubIssue(token_env="TOKEN", repo="shop/ops", labels=("incident",), url=server.url())
    sent = await send(target, msgspec.structs.replace(MESSAGE, title="API slow"))
    assert body(server) == {"title": "API slow", "body": MESSAGE.text, "labels": ["incident"]}
    assert sent.reference == "42"
    assert (await send(target, msgspec.structs.replace(MESSAGE, reference="42"))).outcome is Outcome.DONE
    assert body(server) == {"body": MESSAGE.text}


async def test_a_token_can_be_printed_by_a_command(server: WebServer, send: Send) -> None:
    server.answers["/x"] = page("", 204)
    target = HttpTarget(url=server.url("/x"), token_command=("printf", "  secret-from-command\\nnot this"))
    assert (await send(target)).outcome is Outcome.DONE
    assert server.got[0].headers["authorization"] == "Bearer secret-from-command"
