"""Targets that lie, hang, refuse or are away: what is told is what is known, and nothing is sent twice unasked."""

import asyncio

import msgspec
import pytest
from support.messages import MESSAGE, TOKEN, Send
from support.recorder import Memory
from support.web_server import Talk, WebServer, json_page, page

from cockpit.actions.receipt import Outcome
from cockpit.message_config import GithubIssue, HttpTarget, PagerDutyEvents, Slack, SlackWebhook

PATH = "/api/chat.postMessage"


def slack(server: WebServer, within: float = 10) -> Slack:
    return Slack(token_env="TOKEN", channel="C1", url=server.url("/api"), timeout_seconds=within)


async def hang(_: Talk) -> bytes | None:
    await asyncio.sleep(60)
    return None


@pytest.mark.parametrize(
    ("error", "mend"),
    [("not_in_channel", "invite the app"), ("invalid_auth", "token is not valid"), ("msg_too_long", "shorten")],
)
async def test_slack_answers_200_with_an_error(server: WebServer, send: Send, error: str, mend: str) -> None:
    server.answers[PATH] = json_page({"ok": False, "error": error})
    sent = await send(slack(server))
    assert sent.outcome is Outcome.REFUSED
    assert "nothing was sent" in sent.said
    assert error in sent.said
    assert mend in sent.said


async def test_slack_says_that_some_of_it_may_be_done(server: WebServer, send: Send) -> None:
    server.answers[PATH] = json_page({"ok": False, "error": "internal_error"})
    assert (await send(slack(server))).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("answer", [{"success": False}, {"errors": ["name is missing"]}, {"error": "no"}])
async def test_others_answer_200_with_an_error(server: WebServer, send: Send, answer: dict[str, object]) -> None:
    server.answers["/x"] = json_page(answer)
    sent = await send(HttpTarget(url=server.url("/x")))
    assert sent.outcome is Outcome.REFUSED
    assert "200 OK, but nothing was sent" in sent.said


async def test_a_page_that_logs_people_in_is_no_webhook(server: WebServer, send: Send) -> None:
    server.answers["/hook"] = page("<html>please log in", Content_Type="text/html")
    sent = await send(SlackWebhook(token_env="URL"), environ={"URL": server.url("/hook")})
    assert sent.outcome is Outcome.REFUSED


async def test_too_many_requests_are_waited_for_once(server: WebServer, send: Send) -> None:
    answers = [page("", 429, Retry_After="0"), json_page({"ok": True, "ts": "1"})]

    async def next_one(_: Talk) -> bytes | None:
        return answers.pop(0)

    server.answers[PATH] = next_one
    assert (await send(slack(server))).outcome is Outcome.DONE
    assert len(server.got) == 2


async def test_a_target_that_stays_busy_is_asked_twice_and_no_more(server: WebServer, send: Send) -> None:
    server.answers[PATH] = page("", 429, Retry_After="0")
    assert (await send(slack(server))).outcome is Outcome.FAILED
    assert len(server.got) == 2


@pytest.mark.parametrize("later", ["30", "Sat, 21 Nov 2026 14:23:30 GMT"])
async def test_a_long_wait_is_told_and_not_waited(server: WebServer, send: Send, later: str) -> None:
    server.answers[PATH] = page("", 429, Retry_After=later)
    sent = await send(slack(server))
    assert sent.outcome is Outcome.FAILED
    assert "try again in 30 s" in sent.said
    assert len(server.got) == 1


async def test_a_target_that_hangs_may_have_sent_it_and_is_not_asked_again(server: WebServer, send: Send) -> None:
    server.answers[PATH] = hang
    sent = await send(slack(server, within=0.2))
    assert sent.outcome is Outcome.UNKNOWN
    assert "it may have been sent: look there" in sent.said
    assert len(server.got) == 1


async def test_pagerduty_is_asked_again_because_the_same_event_twice_is_one(server: WebServer, send: Send) -> None:
    answers = [b"", json_page({"status": "success"}, 202)]

    async def next_one(_: Talk) -> bytes | None:
        return answers.pop(0)

    server.answers["/enqueue"] = next_one
    sent = await send(PagerDutyEvents(token_env="TOKEN", url=server.url("/enqueue")))
    assert sent.outcome is Outcome.DONE
    assert server.got[0].body == server.got[1].body


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_an_error_of_the_server_leaves_it_open(server: WebServer, send: Send, status: int) -> None:
    server.answers["/repos/a/b/issues"] = page("", status)
    sent = await send(GithubIssue(token_env="TOKEN", repo="a/b", url=server.url()))
    assert sent.outcome is Outcome.UNKNOWN
    assert len(server.got) == 1


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (400, "cannot use this request"),
        (401, "token is not accepted"),
        (403, "token may not do this"),
        (404, "nothing at this URL"),
        (413, "shorten it"),
        (422, "Validation Failed"),
        (302, "leads elsewhere"),
    ],
)
async def test_a_refusal_says_what_to_mend(server: WebServer, send: Send, status: int, said: str) -> None:
    server.answers["/x"] = json_page({"message": "Validation Failed"}, status)
    sent = await send(HttpTarget(url=server.url("/x")))
    assert sent.outcome is Outcome.REFUSED
    assert said in sent.said
    assert len(server.got) == 1


async def test_with_the_network_down_nothing_was_sent_for_certain(closed_port: int, send: Send) -> None:
    sent = await send(HttpTarget(url=f"http://127.0.0.1:{closed_port}/x"))
    assert sent.outcome is Outcome.FAILED
    assert "Connection refused" in sent.said


async def test_a_name_that_is_unknown_means_that_nothing_was_sent(send: Send) -> None:
    sent = await send(HttpTarget(url="http://nowhere.invalid/x"))
    assert sent.outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (HttpTarget(url="http://127.0.0.1:1/", token_env="UNSET"), "export UNSET=…"),
        (HttpTarget(url="http://127.0.0.1:1/", token_command=("false",)), "failed with status 1"),
        (HttpTarget(url="http://127.0.0.1:1/", token_command=("no-such-command",)), "cannot be run"),
        (HttpTarget(url="http://127.0.0.1:1/", token_command=("true",)), "is no token"),
        (HttpTarget(url="http://127.0.0.1:1/", token_command=("printf", "a\\001b")), "is no token"),
    ],
)
async def test_without_its_token_nothing_goes_out(send: Send, target: HttpTarget, said: str) -> None:
    sent = await send(target)
    assert sent.outcome is Outcome.FAILED
    assert said in sent.said


async def test_what_a_target_says_cannot_bring_the_token_or_steer_the_terminal(server: WebServer, send: Send) -> None:
    server.answers["/x"] = json_page({"message": f"\x1b[31mbad token {TOKEN}"}, 400)
    sent = await send(HttpTarget(url=server.url("/x"), token_env="TOKEN"))
    assert TOKEN not in sent.said
    assert "\x1b" not in sent.said


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (msgspec.structs.replace(MESSAGE, missing=("impact", "title")), "still to be filled: impact, title"),
        (msgspec.structs.replace(MESSAGE, text=" \n"), "the message is empty"),
        (msgspec.structs.replace(MESSAGE, incident=""), "no id yet"),
    ],
)
async def test_what_is_not_complete_is_not_sent(
    server: WebServer, send: Send, memory: Memory, message: object, said: str
) -> None:
    sent = await send(PagerDutyEvents(token_env="TOKEN", url=server.url("/enqueue")), message)
    assert sent.outcome is Outcome.REFUSED
    assert said in sent.said
    assert server.got == []
    assert memory.told == []
