"""A web server on loopback that says exactly what a test wants, well-formed or not, with TLS or without."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from support.loopback import listening

NOW = datetime.now(UTC).replace(microsecond=0)
"""Certificates are verified against the clock of the machine."""


class Got(NamedTuple):
    """A request."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query))


class Talk(NamedTuple):
    """One connection, for answers that are written piece by piece."""

    got: Got
    writer: asyncio.StreamWriter


Answer = bytes | Callable[[Talk], Awaitable[bytes | None]]


def page(body: bytes | str = b"", status: int = 200, **headers: str) -> bytes:
    """Write an answer. Names of headers are given with underscores."""
    raw = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(raw)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + raw


def json_page(content: Any, status: int = 200) -> bytes:
    return page(msgspec.json.encode(content), status, Content_Type="application/json")


class WebServer:
    """Answers by path; what it has no answer for is not found."""

    def __init__(self, port: int, scheme: str) -> None:
        self.port = port
        self.scheme = scheme
        self.answers: dict[str, Answer] = {}
        self.got: list[Got] = []
        self.handshakes = 0
        self.open = 0
        self.most_open = 0

    def url(self, path: str = "", host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.handshakes += 1
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
                await self._talk(reader, writer)
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        method, target, _ = head[0].split(" ")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        got = Got(method, target, headers, await reader.readexactly(int(headers.get("content-length", "0"))))
        self.got.append(got)
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            answer = self.answers.get(got.path, page("nothing here", 404))
            raw = answer if isinstance(answer, bytes) else await answer(Talk(got, writer))
        finally:
            self.open -= 1
        writer.write(raw or b"")
        await writer.drain()


@asynccontextmanager
async def web_server(context: ssl.SSLContext | None = None) -> AsyncIterator[WebServer]:
    """Run a server for as long as it is needed; connections that are still open then are cut."""
    server = WebServer(0, "https" if context else "http")
    async with listening(server.serve, context) as server.port:
        yield server


class Authority:
    """Signs certificates, and is known by its file."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Practice"),
                x509.NameAttribute(NameOID.COMMON_NAME, "Practice Root"),
            ]
        )
        own = self._builder(self._name, self._key, NOW + timedelta(days=30))
        own = own.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        self.file = directory / "authority.pem"
        self.file.write_bytes(own.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def certificate(
        self, name: str | None, *, hosts: tuple[str, ...] = ("localhost",), expires: datetime
    ) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
        """Sign a certificate; without a name it has its hosts alone."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)] if name else [])
        builder = self._builder(subject, key, expires)
        names = x509.SubjectAlternativeName(map(x509.DNSName, hosts))
        return builder.add_extension(names, critical=False).sign(self._key, hashes.SHA256()), key

    def context(
        self, name: str | None = "shop.example", *, hosts: tuple[str, ...] = ("localhost",), days: float = 10
    ) -> ssl.SSLContext:
        """Give what a server shows a certificate with that ends in so many days."""
        certificate, key = self.certificate(name, hosts=hosts, expires=NOW + timedelta(days=days))
        file = self._directory / "server.pem"
        file.write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, expires: datetime
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - timedelta(days=60))
            .not_valid_after(expires)
        )
