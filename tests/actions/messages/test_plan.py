"""What is shown before a message goes: all of it, as it goes, but for what is secret."""

import msgspec
import pytest
from support.messages import MESSAGE, TOKEN, Send
from support.recorder import Memory
from support.web_server import WebServer, json_page

from cockpit.actions.messages.planner import plan_message
from cockpit.actions.permit import Permit
from cockpit.actions.receipt import Outcome
from cockpit.message_config import (
    GithubIssue,
    HttpTarget,
    MessageTarget,
    PagerDutyEvents,
    Slack,
    SlackWebhook,
    Smtp,
)

SECRETS = {
    "github": "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    "slack": "xoxb-123456789012-abcdefghijkl",
    "aws": "AKIAIOSFODNN7EXAMPLE",
    "webhook": "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
    "jwt": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "url": "postgres://app:hunter2secret@db/shop",
    "assigned": "API_KEY=abcd1234efgh5678",
    "key": "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----",
}
TARGETS: dict[str, MessageTarget] = {
    "webhook": SlackWebhook(token_env="TOKEN"),
    "slack": Slack(token_env="TOKEN", channel="C1"),
    "events": PagerDutyEvents(token_command=("pass", "show", "pagerduty")),
    "http": HttpTarget(url="https://x.test/incidents", token_env="TOKEN"),
    "mail": Smtp(host="mail.test", sender="a@b.test", to=("c@d.test",), user="a", token_env="TOKEN"),
    "issue": GithubIssue(token_env="TOKEN", repo="a/b"),
}


@pytest.mark.parametrize("kind", TARGETS)
def test_the_plan_shows_where_it_goes_and_the_whole_text(kind: str) -> None:
    plan = plan_message("ops", TARGETS[kind], MESSAGE)
    assert plan.refused == ""
    assert plan.context == "messages/ops"
    assert "slow" in "\n".join(plan.changes)
    assert plan.command.startswith("curl ")
    assert (
        "from $TOKEN" in "\n".join(plan.changes)
        or "$(pass show pagerduty)" in "\n".join(plan.changes)
        or (kind == "webhook" and "the URL is in $TOKEN" in plan.changes[0])
    )


@pytest.mark.parametrize("kind", TARGETS)
@pytest.mark.parametrize("secret", SECRETS)
def test_secrets_in_a_message_are_not_in_its_preview(kind: str, secret: str) -> None:
    leak = msgspec.structs.replace(MESSAGE, text=f"look: {SECRETS[secret]}", title=f"x {SECRETS['github']}")
    shown = plan_message("ops", TARGETS[kind], leak)
    told = "\n".join((shown.title, shown.command, *shown.changes, *shown.warnings))
    longest = max(SECRETS[secret].replace("\n", "/").split("/"), key=len)
    assert longest not in told
    assert SECRETS["github"] not in told


async def test_the_token_is_in_no_record(server: WebServer, send: Send, memory: Memory) -> None:
    server.answers["/api/chat.postMessage"] = json_page({"ok": True, "ts": "1"})
    await send(Slack(token_env="TOKEN", channel="C1", url=server.url("/api")))
    assert len(memory.told) == 2
    assert all(TOKEN not in repr(each) for each in memory.told)


def test_the_command_has_its_token_in_no_list_of_processes() -> None:
    plan = plan_message("ops", TARGETS["slack"], MESSAGE)
    assert "-H @<(printf 'Authorization: Bearer %s' \"$TOKEN\")" in plan.command


def test_a_message_for_the_team_to_customers_is_warned_of() -> None:
    target = HttpTarget(url="https://x.test/", audience="customer")
    assert "customers read this" in plan_message("page", target, MESSAGE).warnings[0]
    public = msgspec.structs.replace(MESSAGE, audience="customer")
    assert plan_message("page", target, public).warnings == ()


def test_sending_without_tls_is_warned_of() -> None:
    assert "no TLS" in plan_message("x", HttpTarget(url="http://x.test/"), MESSAGE).warnings[0]


async def test_a_plan_for_one_target_is_not_run_at_another(send: Send, memory: Memory) -> None:
    plan = plan_message("other", TARGETS["http"], MESSAGE)
    assert "read-only in context messages/other" in Permit(frozenset({"messages/ops"})).objection(plan)


async def test_what_cannot_be_recorded_is_not_sent(server: WebServer, send: Send, memory: Memory) -> None:
    memory.failure = OSError("disk full")
    sent = await send(HttpTarget(url=server.url("/x")))
    assert sent.outcome is Outcome.REFUSED
    assert server.got == []
