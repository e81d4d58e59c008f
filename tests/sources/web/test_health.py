"""What an endpoint does is a fact: every outcome is told, none stops the checks."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from support.web_server import Talk, WebServer, page

from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.web.client import Web
from cockpit.sources.web.health import HealthSource
from cockpit.sources.web.model import Check, HealthLook, Outcome
from cockpit.web_config import HealthConfig

T0 = datetime(2026, 11, 21, 14, 8, tzinfo=UTC)


def clock() -> Callable[[], datetime]:
    """Each look at the clock is a minute later."""
    minutes = count()
    return lambda: T0 + timedelta(minutes=next(minutes))


async def look(source: HealthSource) -> HealthLook:
    (only,) = [each async for each in source.stream()]
    return only


async def check(web: Web, url: str, **config: Any) -> Check:
    return (await look(HealthSource("shop", HealthConfig(url=url, **config), web))).newest


async def test_a_good_endpoint(server: WebServer, web: Web) -> None:
    server.answers["/healthz"] = page("\x1b[31mok\x1b[0m password=hunter2\n")
    source = HealthSource("shop", HealthConfig(url=server.url("/healthz", "localhost")), web, clock())
    seen = await look(source)
    newest = seen.newest
    assert (source.name, seen.url) == ("web/health/shop", server.url("/healthz", "localhost"))
    assert (newest.at, newest.outcome, newest.status, newest.message) == (T0, Outcome.GOOD, 200, "")
    assert newest.body == "ok password=[redacted:password] "
    times = newest.timing
    assert times.name is not None
    assert times.connect is not None
    assert times.first_byte is not None
    assert times.total is not None
    assert times.tls is None
    assert times.name + times.connect + times.first_byte <= times.total
    assert seen.p50 == seen.p95 == pytest.approx(times.total)
    assert server.got[0].headers["host"] == f"localhost:{server.port}"


async def test_what_the_rules_need_of_the_configuration_goes_along(server: WebServer, web: Web) -> None:
    config = HealthConfig(url=server.url("/"), slow_seconds=2, workload="shop/deployment/api")
    seen = await look(HealthSource("shop", config, web))
    assert (seen.slow_after, seen.workload) == (2, "shop/deployment/api")


@pytest.mark.parametrize(
    ("status", "headers", "outcome", "message"),
    [
        (401, {}, Outcome.UNAUTHORIZED, "401 Unauthorized; 2xx expected"),
        (403, {}, Outcome.UNAUTHORIZED, "403 Forbidden; 2xx expected"),
        (429, {"Retry_After": "30"}, Outcome.LIMITED, "429 Too Many Requests, retry after 30 s; 2xx expected"),
        (500, {}, Outcome.SERVER_ERROR, "500 Internal Server Error; 2xx expected"),
        (503, {"Retry_After": "7"}, Outcome.SERVER_ERROR, "503 Service Unavailable, retry after 7 s; 2xx expected"),
        (404, {}, Outcome.WRONG_STATUS, "404 Not Found; 2xx expected"),
        (599, {}, Outcome.SERVER_ERROR, "599; 2xx expected"),
        (302, {}, Outcome.WRONG_STATUS, "302 Found; 2xx expected"),
    ],
)
async def test_a_wrong_status_is_told_apart(
    server: WebServer, web: Web, status: int, headers: dict[str, str], outcome: Outcome, message: str
) -> None:
    server.answers["/"] = page("", status, **headers)
    found = await check(web, server.url("/"))
    assert (found.outcome, found.status, found.message) == (outcome, status, message)


async def test_a_status_that_is_wanted_is_good_and_all_others_are_not(server: WebServer, web: Web) -> None:
    server.answers["/"] = page("", 302, Location="/elsewhere")
    assert (await check(web, server.url("/"), status=(204, 302))).outcome is Outcome.GOOD
    assert len(server.got) == 1
    server.answers["/"] = page("fine")
    assert (await check(web, server.url("/"), status=(204, 302))).message == "200 OK; 204 or 302 expected"


async def test_the_history_of_a_session(server: WebServer, web: Web) -> None:
    source = HealthSource("shop", HealthConfig(url=server.url("/")), web, clock())
    server.answers["/"] = page("ok")
    assert (await look(source)).bad_since is None
    server.answers["/"] = page("", 500)
    assert (await look(source)).bad_since == T0 + timedelta(minutes=1)
    seen = await look(source)
    assert (seen.since, seen.bad_since) == (T0, T0 + timedelta(minutes=1))
    assert (seen.checks, seen.good) == (3, 1)
    assert seen.availability == pytest.approx(1 / 3)
    assert [each.outcome for each in seen.recent] == [Outcome.GOOD, Outcome.SERVER_ERROR, Outcome.SERVER_ERROR]
    assert seen.p95 == pytest.approx(seen.recent[0].timing.total)
    server.answers["/"] = page("ok")
    assert (await look(source)).bad_since is None


async def test_redirects_are_followed_and_kept(server: WebServer, web: Web) -> None:
    server.answers |= {
        "/": page("", 301, Location="/a?token=abcdef"),
        "/a": page("", 302, Location=server.url("/b", "user:hunter2@localhost")),
        "/b": page("ok"),
    }
    found = await check(web, server.url("/"), token_env="SHOP_TOKEN")
    assert found.outcome is Outcome.GOOD
    assert found.redirects == (server.url("/a?token=[redacted:secret]"), server.url("/b", "localhost"))
    assert [got.headers.get("authorization") for got in server.got] == [
        "Bearer t0ken-of-the-shop",
        "Bearer t0ken-of-the-shop",
        None,
    ]


@pytest.mark.parametrize(
    "location",
    [
        "/login?next=/healthz",
        "https://sso.example.com/",
        "https://example.com/realms/shop/protocol/x?client_id=shop&redirect_uri=y",
        "/oauth2/start",
        "/sign-in",
    ],
)
async def test_a_redirect_to_a_login_tells_nothing_of_the_service(server: WebServer, web: Web, location: str) -> None:
    server.answers["/healthz"] = page("", 302, Location=location)
    found = await check(web, server.url("/healthz"))
    assert found.outcome is Outcome.LOGIN
    assert found.message.startswith("redirected to a login: ")
    assert len(server.got) == 1


async def test_a_service_that_logs_people_in_may_redirect_within_itself(server: WebServer, web: Web) -> None:
    server.answers |= {"/auth/health": page("", 308, Location="/auth/health/"), "/auth/health/": page("ok")}
    assert (await check(web, server.url("/auth/health"))).outcome is Outcome.GOOD


async def test_a_redirect_loop_ends(server: WebServer, web: Web) -> None:
    server.answers |= {"/a": page("", 302, Location="/b"), "/b": page("", 302, Location="/a")}
    found = await check(web, server.url("/a"))
    assert (found.outcome, len(server.got)) == (Outcome.REDIRECT_LOOP, 2)


async def test_a_chain_of_redirects_ends(server: WebServer, web: Web) -> None:
    server.answers |= {f"/{number}": page("", 302, Location=f"/{number + 1}") for number in range(9)}
    found = await check(web, server.url("/0"))
    assert (found.outcome, len(server.got), len(found.redirects)) == (Outcome.REDIRECT_LOOP, 6, 6)


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "http://[", "http://a:port/", "http://", f"http://{'a' * 70}.example/", "//"]
)
async def test_a_redirect_to_something_else_than_a_web_server(server: WebServer, web: Web, location: str) -> None:
    server.answers["/"] = page("", 302, Location=location)
    assert (await check(web, server.url("/"))).outcome in (Outcome.MALFORMED, Outcome.REDIRECT_LOOP)
    assert len(server.got) == 1


async def test_a_body_that_never_ends_is_stopped_by_the_deadline(server: WebServer, web: Web) -> None:
    async def drip(talk: Talk) -> None:
        talk.writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n")
        await asyncio.Event().wait()

    server.answers["/"] = drip
    found = await check(web, server.url("/"), timeout_seconds=0.2)
    assert found.outcome is Outcome.TIMEOUT
    assert found.message == "the body did not end within 0.2 s (2 bytes came)"
    assert found.timing.first_byte is not None


async def test_a_body_that_never_ends_is_stopped_by_its_length(server: WebServer, web: Web) -> None:
    async def pour(talk: Talk) -> None:
        talk.writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            talk.writer.write(b"2000\r\n" + b"x" * 0x2000 + b"\r\n")
            await talk.writer.drain()

    server.answers["/"] = pour
    found = await check(web, server.url("/"))
    assert found.outcome is Outcome.TIMEOUT
    assert found.message == 'the body does not end: more than 256 kB; method = "HEAD" asks for none'


async def test_a_long_body_of_known_length_is_read_in_part(server: WebServer, web: Web) -> None:
    server.answers["/"] = page(b"ok " + b"x" * 300 * 1024)
    assert (await check(web, server.url("/"), body="^ok")).outcome is Outcome.GOOD


async def test_no_answer(server: WebServer, web: Web) -> None:
    async def silence(_: Talk) -> None:
        await asyncio.Event().wait()

    server.answers["/"] = silence
    found = await check(web, server.url("/"), timeout_seconds=0.2)
    assert (found.outcome, found.message) == (Outcome.TIMEOUT, "no answer within 0.2 s: there was no answer")
    assert found.timing.connect is not None
    assert found.timing.first_byte is None


@pytest.mark.parametrize("raw", [b"SSH-2.0-OpenSSH_9.6\r\n", b"HTTP/9 hello\r\n\r\n", b""])
async def test_an_answer_that_is_not_http(server: WebServer, web: Web, raw: bytes) -> None:
    async def say(_: Talk) -> bytes:
        return raw

    server.answers["/"] = say
    found = await check(web, server.url("/"))
    assert found.outcome is Outcome.MALFORMED
    assert found.message.startswith("the answer is not HTTP: ")


async def test_nobody_listens(web: Web, unused_tcp_port: int) -> None:
    found = await check(web, f"http://127.0.0.1:{unused_tcp_port}/")
    assert (found.outcome, found.message) == (Outcome.REFUSED, "Connection refused")


async def test_a_name_that_cannot_be_resolved(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def fails(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fails)
    found = await check(web, "https://shop.example/healthz")
    assert found.outcome is Outcome.NAME
    assert found.message == "the name shop.example cannot be resolved: Name or service not known"


async def test_the_next_address_is_tried_when_one_refuses(
    server: WebServer, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    def two(*_: Any) -> list[Any]:
        return [(0, 0, 0, "", ("::1", server.port)), (0, 0, 0, "", ("127.0.0.1", server.port))]

    server.answers["/"] = page("ok")
    monkeypatch.setattr("cockpit.sources.web.fetch.socket.getaddrinfo", two)
    assert socket.getaddrinfo is two
    assert (await check(web, server.url("/", "shop.example"))).outcome is Outcome.GOOD
    assert server.got[0].headers["host"] == f"shop.example:{server.port}"


@pytest.mark.parametrize(
    ("config", "body", "message"),
    [
        ({"body": "^status: (ok|fine)$"}, "name: shop\nstatus: ok\n", ""),
        ({"body": "^status: (ok|fine)$"}, "status: bad", "the body does not match ^status: (ok|fine)$"),
        ({"json": "checks.database.status", "equals": "up"}, '{"checks": {"database": {"status": "up"}}}', ""),
        ({"json": "items[1].ok"}, '{"items": [{"ok": false}, {"ok": true}]}', ""),
        ({"json": "items[0].ok"}, '{"items": [{"ok": false}]}', "items[0].ok is false"),
        ({"json": "a"}, '{"a": null}', "a is null"),
        ({"json": 'a["b.c"]', "equals": "3"}, '{"a": {"b.c": 3}}', ""),
        ({"json": "a", "equals": "true"}, '{"a": false}', "a is false, true expected"),
        ({"json": "a.b"}, '{"a": [1]}', "the body has no a.b"),
        ({"json": "a"}, "<html>", "the body is not JSON: JSON is malformed: invalid character (byte 0)"),
        ({"json": "a"}, "[" * 20_000, "the body is not JSON: "),
        ({"json": "a"}, '{"a": "\udcff"}', "the body is not JSON: "),
    ],
)
async def test_the_body_is_looked_into(
    server: WebServer, web: Web, config: dict[str, str], body: str, message: str
) -> None:
    server.answers["/"] = page(body.encode("utf-8", "surrogateescape"))
    found = await check(web, server.url("/"), **config)
    assert found.outcome is (Outcome.WRONG_BODY if message else Outcome.GOOD)
    assert found.message.startswith(message)


async def test_tokens_and_passwords_are_sent_and_never_shown(server: WebServer, web: Web, tmp_path: Path) -> None:
    async def echo(talk: Talk) -> bytes:
        return page(f"authorization: {talk.got.headers['authorization']}")

    (tmp_path / "token").write_text("from-a-file-42\n")
    server.answers["/"] = echo
    ways: list[dict[str, str]] = [
        {"token_env": "SHOP_TOKEN"},
        {"token_file": str(tmp_path / "token")},
        {"user": "shop", "password_env": "SHOP_PASSWORD"},
    ]
    seen = [await check(web, server.url("/"), **way) for way in ways]
    assert [got.headers["authorization"] for got in server.got] == [
        "Bearer t0ken-of-the-shop",
        "Bearer from-a-file-42",
        "Basic c2hvcDpodW50ZXIy",
    ]
    assert not [secret for secret in ("t0ken", "from-a-file", "c2hvcD") if secret in repr(seen)]


@pytest.mark.parametrize(
    ("way", "message", "remedy"),
    [
        ({"token_env": "NONE"}, "the environment variable NONE, which is to let us in, is not set", "export NONE=…"),
        ({"token_file": "/nowhere/token"}, "the token file /nowhere/token cannot be read: No such", "ls -l /nowhere/"),
        ({"user": "shop", "password_env": "NONE"}, "the environment variable NONE", "export NONE=…"),
    ],
)
async def test_a_secret_that_is_not_there_is_trouble_with_a_remedy(
    server: WebServer, web: Web, way: dict[str, str], message: str, remedy: str
) -> None:
    with pytest.raises(SourceError) as caught:
        await check(web, server.url("/"), **way)
    assert caught.value.kind is TroubleKind.EXPIRED
    assert caught.value.message.startswith(message)
    assert (caught.value.remedy or "").startswith(remedy)
    assert server.got == []


async def test_a_token_that_would_break_its_header_is_not_repeated(server: WebServer) -> None:
    with pytest.raises(SourceError) as caught:
        await check(Web({"T": "secret\r\nX-Evil: 1"}), server.url("/"), token_env="T")
    assert "secret" not in caught.value.message


@pytest.mark.parametrize("url", ["shop.example/healthz", "ftp://shop/", "http://", "http://[::1/"])
async def test_a_bad_url_is_trouble(web: Web, url: str) -> None:
    with pytest.raises(SourceError) as caught:
        await check(web, url)
    assert caught.value.kind is TroubleKind.MISSING


async def test_a_proxy_of_the_environment_is_used_unless_the_host_is_excepted(
    server: WebServer, unused_tcp_port: int
) -> None:
    proxied = Web({"HTTP_PROXY": server.url(), "no_proxy": "localhost,.internal"})

    async def proxy(talk: Talk) -> bytes:
        return page(f"through the proxy to {talk.got.target}")

    server.answers["/healthz"] = proxy
    found = await check(proxied, "http://shop.example/healthz")
    assert found.body == "through the proxy to http://shop.example/healthz"
    assert found.timing.name is None
    direct = await check(proxied, f"http://localhost:{unused_tcp_port}/healthz")
    assert direct.outcome is Outcome.REFUSED
