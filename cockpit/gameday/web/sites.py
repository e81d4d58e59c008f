"""Small HTTP servers on loopback, each with an application of its own."""

import ssl

from aiohttp import web

HOST = "127.0.0.1"
_GOODBYE = 0.2
"""Seconds that requests get to end when the world does."""


class Site:
    """An HTTP server that lives until it is closed.

    Args:
        application: What it serves.
        tls: Its certificate; None: plain HTTP.
    """

    def __init__(self, application: web.Application, tls: ssl.SSLContext | None = None) -> None:
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=_GOODBYE)
        self._tls = tls
        self._port = 0

    async def open(self) -> None:
        """Begin to serve, on a port that is free."""
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, 0, ssl_context=self._tls).start()
        self._port = self._runner.addresses[0][1]

    async def close(self) -> None:
        """Serve no more."""
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"{'https' if self._tls else 'http'}://{HOST}:{self._port}"
