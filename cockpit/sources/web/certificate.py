"""The certificate of a server: as it was verified, or, when it was not, as it is shown to everybody."""

import asyncio
import ssl
from contextlib import suppress
from typing import Final

from cockpit.sources.web.model import WebCertificate
from cockpit.sources.web.x509 import read_certificate

_WITHIN: Final = 3.0
"""Seconds for the second handshake."""


def certificate_of(connection: ssl.SSLObject | ssl.SSLSocket | None, why_not: str = "") -> WebCertificate | None:
    """Tell what the server of a connection shows of itself; None: nothing that can be understood.

    Args:
        connection: after its handshake; None: there is no TLS.
        why_not: why it does not verify; empty: it does.
    """
    der = connection.getpeercert(binary_form=True) if connection is not None else None
    if not der:
        return None
    try:
        facts = read_certificate(der)
    except ValueError:
        return None
    return WebCertificate(*facts, verified=not why_not, why_not=why_not)


async def read_unverified(address: str, port: int, host: str, why_not: str) -> WebCertificate | None:
    """Have a server show a certificate that does not verify. Nothing is sent on this connection but the handshake.

    Args:
        address: where it was connected to before.
        port: there.
        host: the name that is asked for.
        why_not: why the certificate does not verify.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    writer = None
    try:
        async with asyncio.timeout(_WITHIN):
            _, writer = await asyncio.open_connection(address, port, ssl=context, server_hostname=host)
        return certificate_of(writer.get_extra_info("ssl_object"), why_not)
    except (OSError, ValueError):  # also when it takes too long
        return None
    finally:
        if writer is not None:
            writer.transport.abort()
            with suppress(OSError):
                await writer.wait_closed()
