"""A certificate is told whether it verifies or not."""

import asyncio
import ssl
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from support.web_server import NOW, Authority, page, web_server

from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.web.client import Web
from cockpit.sources.web.health import HealthSource
from cockpit.sources.web.model import HealthLook, Outcome
from cockpit.sources.web.x509 import read_certificate
from cockpit.web_config import HealthConfig


async def look(web: Web, url: str, ca_file: str | None = None) -> HealthLook:
    source = HealthSource("shop", HealthConfig(url=url, ca_file=ca_file), web)
    (only,) = [each async for each in source.stream()]
    return only


async def test_a_certificate_that_verifies(web: Web, authority: Authority) -> None:
    async with web_server(authority.context(days=10)) as server:
        server.answers["/"] = page("ok")
        seen = await look(web, server.url("/", "localhost"), str(authority.file))
    assert seen.newest.outcome is Outcome.GOOD
    assert seen.newest.timing.tls is not None
    assert seen.certificate is not None
    assert (seen.certificate.subject, seen.certificate.issuer) == ("shop.example", "Practice Root")
    assert seen.certificate.expires_at == NOW + timedelta(days=10)
    assert (seen.certificate.verified, seen.certificate.why_not) == (True, "")


@pytest.mark.parametrize(
    ("days", "hosts", "trusted", "why"),
    [
        (-1, ("localhost",), True, "certificate has expired"),
        (10, ("other.example",), True, "Hostname mismatch, certificate is not valid for 'localhost'."),
        (10, ("localhost",), False, "unable to get local issuer certificate"),
    ],
)
async def test_a_certificate_that_does_not_verify_is_shown_with_why_and_nothing_is_sent(
    web: Web, authority: Authority, days: float, hosts: tuple[str, ...], trusted: bool, why: str
) -> None:
    async with web_server(authority.context(hosts=hosts, days=days)) as server:
        seen = await look(web, server.url("/", "localhost"), str(authority.file) if trusted else None)
        assert server.got == []
    assert seen.newest.outcome is Outcome.TLS
    assert seen.newest.message == f"the certificate does not verify: {why}"
    assert seen.certificate is not None
    assert (seen.certificate.subject, seen.certificate.issuer) == ("shop.example", "Practice Root")
    assert seen.certificate.expires_at == NOW + timedelta(days=days)
    assert (seen.certificate.verified, seen.certificate.why_not) == (False, seen.newest.message)


async def test_the_name_of_the_url_is_asked_for_and_not_its_address(web: Web, authority: Authority) -> None:
    context, asked = authority.context(), list[str | None]()
    context.sni_callback = lambda _, name, __: asked.append(name)
    async with web_server(context) as server:
        await look(web, server.url("/", "localhost"), str(authority.file))
    assert asked == ["localhost"]


async def test_no_tls_where_it_is_expected(web: Web) -> None:
    def plain(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(page("the plain HTTP request was sent to HTTPS port", 400))
        writer.close()

    async with await asyncio.start_server(plain, "127.0.0.1", 0) as server:
        seen = await look(web, f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    assert seen.newest.outcome is Outcome.TLS
    assert seen.newest.message.startswith("TLS failed: wrong version number")
    assert seen.certificate is None


async def test_a_handshake_that_does_not_end(web: Web) -> None:
    over = asyncio.Event()

    async def silent(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        source = HealthSource("shop", HealthConfig(url=url, timeout_seconds=0.2), web)
        (seen,) = [each async for each in source.stream()]
        over.set()
    assert seen.newest.message == "no answer within 0.2 s: the TLS handshake did not end"


async def test_a_connection_closed_in_the_handshake(web: Web) -> None:
    def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        seen = await look(web, f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    assert seen.newest.outcome is Outcome.TLS


async def test_a_client_certificate_that_is_wanted(web: Web, authority: Authority) -> None:
    context = authority.context()
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(authority.file)
    context.maximum_version = ssl.TLSVersion.TLSv1_2  # later ones refuse it after the handshake, when nobody may listen
    async with web_server(context) as server:
        seen = await look(web, server.url("/", "localhost"), str(authority.file))
    assert seen.newest.outcome is Outcome.TLS


async def test_the_certificate_stays_known_while_nobody_listens(web: Web, authority: Authority) -> None:
    async with web_server(authority.context()) as server:
        server.answers["/"] = page("ok")
        config = HealthConfig(url=server.url("/", "localhost"), ca_file=str(authority.file))
        source = HealthSource("shop", config, web)
        [_ async for _ in source.stream()]
    (seen,) = [each async for each in source.stream()]
    assert seen.newest.outcome is Outcome.REFUSED
    assert seen.certificate is not None


@pytest.mark.parametrize("content", [None, "nothing of a certificate"])
async def test_authorities_that_cannot_be_read_are_trouble(web: Web, authority: Authority, content: str | None) -> None:
    file = authority.file.with_name("more.pem")
    if content:
        file.write_text(content)
    with pytest.raises(SourceError) as caught:
        await look(web, "https://localhost/", str(file))
    assert caught.value.kind is TroubleKind.MISSING
    assert str(file) in caught.value.message


def test_a_certificate_without_a_name_is_called_by_its_first_host(authority: Authority) -> None:
    certificate, _ = authority.certificate(None, hosts=("a.example", "b.example"), expires=NOW)
    assert read_certificate(certificate.public_bytes(Encoding.DER)).subject == "a.example"


def test_a_certificate_of_the_far_future(authority: Authority) -> None:
    expires = NOW.replace(year=2060, month=2, day=3)  # GeneralizedTime
    certificate, _ = authority.certificate("x", expires=expires)
    assert read_certificate(certificate.public_bytes(Encoding.DER)).expires_at == expires


def test_a_certificate_that_is_cut_anywhere_is_refused(authority: Authority) -> None:
    certificate, _ = authority.certificate("x", expires=NOW)
    der = certificate.public_bytes(Encoding.DER)
    for length in range(len(der)):
        with pytest.raises(ValueError, match="no certificate"):
            read_certificate(der[:length])
