"""Hands an e-mail to a mail server.

Source: RFC 5321: whoever is refused is told so before DATA; what is lost after DATA may have been delivered.
"""

import smtplib
import ssl
from email.utils import parseaddr
from pathlib import Path
from typing import Final

from cockpit.actions.messages.answers import Judgement
from cockpit.actions.messages.operations import SendMail
from cockpit.actions.receipt import Outcome
from cockpit.redact import redact
from cockpit.text import clean

_SAID: Final = 200
_TEMPORARY: Final = range(400, 500)
_ACCEPTED: Final = (250, 251)


class _Refused(Exception):  # noqa: N818  (it is no defect that is told)
    """The server said no, for good or for now."""

    def __init__(self, what: str, code: int, said: bytes) -> None:
        text = redact(clean(said.decode("utf-8", "replace")))[:_SAID]
        super().__init__(f"{what}: {code} {text}")
        self.for_now = code in _TEMPORARY


def post_mail(operation: SendMail, password: str) -> Judgement:
    """Hand over an e-mail. Blocks, for up to some times `operation.within` seconds; never tries twice."""
    try:
        server = _connected(operation)
    except (OSError, smtplib.SMTPException) as error:
        where = f"{operation.host}:{operation.port}"
        return Judgement(Outcome.FAILED, f"the mail server {where} cannot be reached: {_why(error)}")
    delivery = _Delivery(server)
    try:
        refused = delivery.run(operation, password)
    except (_Refused, OSError, smtplib.SMTPException) as error:
        return _judged(error, operation, handed=delivery.handed)
    finally:
        server.close()
    return Judgement(Outcome.DONE, f"but not to {'; '.join(refused)}" if refused else "")


class _Delivery:
    """One e-mail on its way."""

    def __init__(self, server: smtplib.SMTP) -> None:
        self._server = server
        self.handed = False
        """Whether the server may have taken it."""

    def run(self, operation: SendMail, password: str) -> list[str]:
        """Hand it over; give those who do not get it."""
        _let_in(self._server, operation, password)
        refused = _addressed(self._server, operation)
        self.handed = True
        code, said = self._server.data(operation.message.encode())
        if code != _ACCEPTED[0]:
            raise _Refused("the mail was not taken", code, said)
        return refused


def _judged(error: Exception, operation: SendMail, *, handed: bool) -> Judgement:
    """Tell what an error leaves of the hope that it was sent."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Judgement(Outcome.REFUSED, f"the mail server does not let {operation.user} in: {error.smtp_code}")
    if isinstance(error, smtplib.SMTPDataError):
        error = _Refused("the mail was not taken", error.smtp_code, _bytes(error.smtp_error))
    if isinstance(error, _Refused):
        return Judgement(Outcome.FAILED if error.for_now else Outcome.REFUSED, str(error))
    if handed:
        told = f"it may have been sent: ask somebody who should have got it ({_why(error)})"
        return Judgement(Outcome.UNKNOWN, told)
    return Judgement(Outcome.FAILED, f"the mail server broke it off: {_why(error)}")


def _connected(operation: SendMail) -> smtplib.SMTP:
    if operation.security == "tls":
        context = _trust(operation)
        return smtplib.SMTP_SSL(operation.host, operation.port, timeout=operation.within, context=context)
    return smtplib.SMTP(operation.host, operation.port, timeout=operation.within)


def _let_in(server: smtplib.SMTP, operation: SendMail, password: str) -> None:
    """Have the connection encrypted and log in, as far as that is configured. Never without TLS where TLS is wanted."""
    server.ehlo_or_helo_if_needed()
    if operation.security == "starttls":
        code, said = server.starttls(context=_trust(operation))
        if code != 220:
            raise _Refused("the mail server has no TLS", code, said)
        server.ehlo()
    if operation.user is not None:
        server.login(operation.user, password)


def _addressed(server: smtplib.SMTP, operation: SendMail) -> list[str]:
    """Say from whom and to whom; give those who are refused."""
    code, said = server.mail(_address(operation.sender))
    if code != _ACCEPTED[0]:
        raise _Refused(f"the mail server does not take mail from {operation.sender}", code, said)
    refused = []
    for recipient in operation.to:
        code, said = server.rcpt(_address(recipient))
        if code not in _ACCEPTED:
            refused.append(str(_Refused(recipient, code, said)))
            last = _Refused(recipient, code, said)
    if len(refused) == len(operation.to):
        raise last
    return refused


def _trust(operation: SendMail) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if operation.ca_file is not None:
        context.load_verify_locations(Path(operation.ca_file).expanduser())
    return context


def _address(text: str) -> str:
    return parseaddr(text)[1] or text


def _bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError) or str(error).endswith("timed out"):  # smtplib has no type for that
        return "it does not answer"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate does not verify: {clean(error.verify_message)}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return redact(clean(str(error)))[:_SAID]
