"""A mail server on loopback that says what a test wants (RFC 5321)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from support.loopback import listening


class MailServer:
    """Takes mails, and answers commands otherwise where `answers` says so; an answer of None: silence."""

    def __init__(self) -> None:
        self.port = 0
        self.answers: dict[str, str | None] = {}
        """By the beginning of a command; `.` is the end of a mail."""
        self.commands: list[str] = []
        self.mails: list[str] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._talk(reader, writer)
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._say(writer, "220 mail.test", "")
        while line := (await reader.readline()).decode().rstrip("\r\n"):
            self.commands.append(line)
            command = line.upper()
            if command == "DATA" and "DATA" not in self.answers:
                await self._say(writer, "354 go on", "")
                body = (await reader.readuntil(b"\r\n.\r\n")).decode()
                self.mails.append(body.removesuffix(".\r\n"))
                await self._say(writer, "250 taken", ".")
            elif command.startswith("EHLO"):
                await self._say(writer, "250-mail.test\r\n250 8BITMIME", "EHLO")
            else:
                await self._say(writer, "250 ok", command)

    async def _say(self, writer: asyncio.StreamWriter, text: str, command: str) -> None:
        own = next(
            (said for start, said in self.answers.items() if command and command.startswith(start.upper())), text
        )
        if own is None:
            await asyncio.sleep(60)
        else:
            writer.write(f"{own}\r\n".encode())
            await writer.drain()


@asynccontextmanager
async def mail_server() -> AsyncIterator[MailServer]:
    """Run a mail server for as long as it is needed."""
    server = MailServer()
    async with listening(server.serve) as server.port:
        yield server
