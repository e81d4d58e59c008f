"""One connection to a PostgreSQL server, from any address of this machine: the simple query protocol, no passwords.

libpq cannot choose the address that it connects from, and that address is what makes a connection a pod's.
(PostgreSQL documentation, 54.7 Message Formats.)
"""

import asyncio
import os
import struct
from contextlib import suppress
from pathlib import Path

HOST = "127.0.0.1"
Row = tuple[str | None, ...]
_PROTOCOL = 196608
"""Version 3.0."""
_LOGGED_IN = struct.pack("!i", 0)


class PostgresError(Exception):
    """What the server refused, in its own words, or that it has gone."""

    def __init__(self, severity: str, code: str, message: str) -> None:
        super().__init__(f"{severity}:  {message}")
        self.code = code
        """SQLSTATE: `53300` too many connections, `57P01` terminated by an administrator."""


class Connection:
    """A session of a role; `connect` and `connect_locally` open one."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def log_in(self, user: str, database: str, application: str) -> None:
        """Begin the session.

        Raises:
            PostgresError: The server does not let us in.
        """
        pairs = {"user": user, "database": database, "application_name": application}
        words = b"".join(f"{name}\0{value}\0".encode() for name, value in pairs.items())
        body = struct.pack("!i", _PROTOCOL) + words + b"\0"
        self._writer.write(struct.pack("!i", len(body) + 4) + body)
        await self._read_on()

    async def run(self, sql: str) -> list[Row]:
        """Run statements, and give their rows as text.

        Raises:
            PostgresError: One of them failed, or the session has been ended.
        """
        self._send(b"Q", sql.encode() + b"\0")
        return await self._read_on()

    async def pause(self, seconds: float | None) -> None:
        """Do nothing for so long; None: for ever.

        Raises:
            PostgresError: The server has ended the session meanwhile.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._read_on()

    def close(self) -> None:
        """Take leave; the server rolls back what was not committed."""
        if not self._writer.is_closing():
            self._send(b"X", b"")
            self._writer.close()

    def _send(self, kind: bytes, body: bytes) -> None:
        self._writer.write(kind + struct.pack("!i", len(body) + 4) + body)

    async def _read_on(self) -> list[Row]:
        """Read until the server is ready for the next statement, and give the rows that came."""
        rows: list[Row] = []
        error: PostgresError | None = None
        while True:
            try:
                kind, length = struct.unpack("!ci", await self._reader.readexactly(5))
                body = await self._reader.readexactly(length - 4)
            except (asyncio.IncompleteReadError, OSError):
                self.close()
                raise error or _lost("server closed the connection unexpectedly") from None
            if kind == b"D":
                rows.append(_row(body))
            elif kind == b"E":
                error = _error(body)
            elif kind == b"R" and body != _LOGGED_IN:
                raise _lost("the server wants a password")
            elif kind == b"Z" and error is not None:
                raise error
            elif kind == b"Z":
                return rows


async def connect(port: int, user: str, database: str, *, source: str | None = None) -> Connection:
    """Open a session over TCP.

    Args:
        port: Of the server, on loopback.
        user: The role; also the name of the application.
        database: Its database.
        source: The address that the server shall see; None: any.

    Raises:
        PostgresError: The server does not let us in, or is not there.
    """
    local = (source, 0) if source else None
    try:
        streams = await asyncio.open_connection(HOST, port, local_addr=local)
    except OSError as problem:
        raise _lost(f"connection failed: {os.strerror(problem.errno or 0)}") from None
    return await _begin(Connection(*streams), user, database)


async def connect_locally(socket: Path, user: str, database: str) -> Connection:
    """Open a session over the server's own socket.

    Raises:
        PostgresError: The server does not let us in, or is not there.
    """
    try:
        streams = await asyncio.open_unix_connection(socket)
    except OSError as problem:
        raise _lost(f"connection failed: {os.strerror(problem.errno or 0)}") from None
    return await _begin(Connection(*streams), user, database)


async def _begin(connection: Connection, user: str, database: str) -> Connection:
    try:
        await connection.log_in(user, database, user)
    except BaseException:
        connection.close()
        raise
    return connection


def _lost(message: str) -> PostgresError:
    return PostgresError("FATAL", "08006", message)


def _row(body: bytes) -> Row:
    """Read a DataRow: each value has its length before it; -1: NULL."""
    (count,) = struct.unpack_from("!h", body)
    values: list[str | None] = []
    at = 2
    for _ in range(count):
        (length,) = struct.unpack_from("!i", body, at)
        at += 4
        values.append(None if length < 0 else body[at : at + length].decode(errors="replace"))
        at += max(0, length)
    return tuple(values)


def _error(body: bytes) -> PostgresError:
    """Read an ErrorResponse: fields of one letter and a text each."""
    fields = {field[:1]: field[1:].decode(errors="replace") for field in body.split(b"\0") if field}
    return PostgresError(fields.get(b"S", "ERROR"), fields.get(b"C", ""), fields.get(b"M", ""))
