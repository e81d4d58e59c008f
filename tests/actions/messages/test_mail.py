"""E-mail: handed over once, and it is told truly what the mail server said."""

from email import message_from_string
from email.policy import default

import msgspec
import pytest
from support.mail_server import MailServer
from support.messages import MESSAGE, Send

from cockpit.actions.receipt import Outcome
from cockpit.message_config import Smtp

MAIL = msgspec.structs.replace(MESSAGE, title="Shop: slöw", text="It is slöw.\n.\nMore follows.")


def target(server: MailServer, *to: str, security: str = "none", within: float = 5) -> Smtp:
    return Smtp(
        host="127.0.0.1",
        port=server.port,
        security=security,
        sender="Shop <ops@shop.test>",
        to=to or ("ana@shop.test",),
        timeout_seconds=within,
    )


async def test_a_mail_arrives_as_it_was_written(mail: MailServer, send: Send) -> None:
    sent = await send(target(mail, "ana@shop.test", "Bo <bo@shop.test>"), MAIL)
    assert sent.outcome is Outcome.DONE
    got = message_from_string(mail.mails[0].replace("\r\n..", "\r\n."), policy=default)
    assert "\n" not in mail.mails[0].replace("\r\n", "")
    assert got["Subject"] == "Shop: slöw"
    assert got["To"] == "ana@shop.test, Bo <bo@shop.test>"
    assert got["X-Incident"] == "INC-2026-11-21-001"
    assert got.get_content().splitlines() == MAIL.text.splitlines()
    assert [line for line in mail.commands if line.startswith("rcpt")] == [
        "rcpt TO:<ana@shop.test>",
        "rcpt TO:<bo@shop.test>",
    ]


async def test_a_subject_cannot_add_headers(mail: MailServer, send: Send) -> None:
    await send(target(mail), msgspec.structs.replace(MAIL, title="a\r\nBcc: evil@b.test"))
    assert message_from_string(mail.mails[0], policy=default)["Bcc"] is None


@pytest.mark.parametrize(
    ("command", "answer", "outcome", "said"),
    [
        ("mail", "550 who are you", Outcome.REFUSED, "does not take mail from"),
        ("rcpt", "550 no such user", Outcome.REFUSED, "ana@shop.test: 550 no such user"),
        ("rcpt", "451 greylisted", Outcome.FAILED, "451 greylisted"),
        (".", "554 spam", Outcome.REFUSED, "554 spam"),
        ("DATA", "452 full", Outcome.FAILED, "452 full"),
        ("EHLO", None, Outcome.FAILED, "does not answer"),
        (".", None, Outcome.UNKNOWN, "it may have been sent"),
    ],
)
async def test_what_the_mail_server_says_is_told(
    mail: MailServer, send: Send, command: str, answer: str | None, outcome: Outcome, said: str
) -> None:
    mail.answers[command] = answer
    sent = await send(target(mail, within=0.3), MAIL)
    assert sent.outcome is outcome
    assert said in sent.said
    assert len(mail.mails) <= 1


async def test_who_does_not_get_it_is_told(mail: MailServer, send: Send) -> None:
    mail.answers["rcpt TO:<gone@shop.test>"] = "550 no such user"
    sent = await send(target(mail, "ana@shop.test", "gone@shop.test"), MAIL)
    assert sent.outcome is Outcome.DONE
    assert "but not to gone@shop.test: 550" in sent.said


async def test_without_tls_where_tls_is_wanted_nothing_is_sent(mail: MailServer, send: Send) -> None:
    sent = await send(target(mail, security="starttls"), MAIL)
    assert sent.outcome is Outcome.FAILED
    assert "STARTTLS" in sent.said
    assert mail.mails == []


async def test_with_the_network_down_the_mail_was_not_sent(closed_port: int, send: Send) -> None:
    away = Smtp(host="127.0.0.1", port=closed_port, security="none", sender="a@b.test", to=("c@d.test",))
    sent = await send(away, MAIL)
    assert sent.outcome is Outcome.FAILED
    assert "cannot be reached: Connection refused" in sent.said
