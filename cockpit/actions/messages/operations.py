"""How a message is sent: the data that is previewed. What is secret about it is put in when it goes."""

from enum import StrEnum

import msgspec


class TokenPlace(StrEnum):
    """Where a request has its secret."""

    NOWHERE = "nowhere"
    URL = "url"
    """The URL is the secret."""
    HEADER = "header"
    BODY = "body"
    """A field of the JSON."""


class TokenUse(msgspec.Struct, frozen=True):
    """Where the secret of a target goes, and where it comes from."""

    place: TokenPlace = TokenPlace.NOWHERE
    name: str = ""
    """Of the header, or of the field."""
    prefix: str = ""
    variable: str | None = None
    command: tuple[str, ...] | None = None

    @property
    def origin(self) -> str:
        """Tell where it comes from, as a shell would write it."""
        if self.command is not None:
            return f"$({' '.join(self.command)})"
        return f"${self.variable}" if self.variable else ""


class SendHttp(msgspec.Struct, frozen=True):
    """Tells people something by a request with JSON."""

    kind: str
    """Of the target: how its answers are to be understood."""
    method: str
    url: str
    """Empty where the URL is the secret."""
    body: str
    """As it goes, but for a secret field."""
    headers: dict[str, str] = {}
    token: TokenUse = TokenUse()
    idempotent: bool = False
    """Whether the same request twice does no harm."""
    reference: str | None = None
    """Where the answer says what was made."""
    within: float = 10.0
    ca_file: str | None = None


class SendMail(msgspec.Struct, frozen=True):
    """Tells people something by e-mail."""

    host: str
    port: int
    security: str
    sender: str
    to: tuple[str, ...]
    message: str
    """With its headers (RFC 5322)."""
    user: str | None = None
    token: TokenUse = TokenUse()
    within: float = 10.0
    ca_file: str | None = None
