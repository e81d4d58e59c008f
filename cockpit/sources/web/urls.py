"""URLs as people may see them, and as they are put together."""

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from cockpit.redact import redact
from cockpit.text import clean

_LONGEST: Final = 300
_MASKED: Final = "[redacted:secret]"
_SECRET_NAMES: Final = re.compile(
    r"(?i)(?:.*(?:token|secret|password|passwd|credential|signature|assertion|session).*|.*api[_-]?key|key|sig|pass"
    r"|pwd|auth|code|state|nonce|saml(?:request|response)|id_token_hint)"
)
"""Parameters whose values nobody else must see, beside what `cockpit.redact` knows."""

_LOGIN_WORDS: Final = re.compile(
    r"(?i)(?:^|[/._-])(log[-_]?[io]n|sign[-_]?in|sso|saml2?|oauth2?|oidc|authorize|authenticate|auth|adfs|accounts|idp)"
    r"(?=[/._-]|$)"
)
_LOGIN_PARAMETERS: Final = frozenset({"redirect_uri", "samlrequest", "response_type", "client_id"})
"""What a service hands to who logs people in (OAuth 2.0, RFC 6749 4.1.1; SAML 2.0 bindings 3.4)."""


def shown(url: str) -> str:
    """Write a URL without user, password and secret values of its query, on one line of bearable length."""
    try:
        parts = urlsplit(url)
        query = "&".join(map(_masked, parts.query.split("&"))) if parts.query else ""
        plain = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, query, ""))
    except ValueError:
        plain = url.rpartition("@")[2]
    text = clean(redact(plain))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def below(url: str, path: str, parameters: Sequence[tuple[str, str]] = ()) -> str:
    """Give the URL of a path below another, whose own path and query stay.

    Args:
        url: such as `https://metrics.example/prometheus?tenant=shop`.
        path: such as `/api/v1/query_range`.
        parameters: of the query, in order.
    """
    parts = urlsplit(url)
    query = "&".join(part for part in (parts.query, urlencode(parameters, quote_via=quote)) if part)
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/") + path, query, ""))


def looks_like_login(target: str, asked: str) -> bool:
    """Tell whether who asked for one URL and was sent to another is to log in there.

    What the first URL has of it already, such as that of the service which logs people in, says nothing.
    """
    there, here = urlsplit(target), urlsplit(asked)
    names = {name.lower() for name, _ in parse_qsl(there.query, keep_blank_values=True)}
    if names & _LOGIN_PARAMETERS and (there.scheme, there.netloc) != (here.scheme, here.netloc):
        return True
    return not _login_words(there.path) <= _login_words(here.path) or (
        there.hostname != here.hostname and not _login_words(there.hostname) <= _login_words(here.hostname)
    )


def _login_words(text: str | None) -> set[str]:
    return {word.lower() for word in _LOGIN_WORDS.findall(text or "")}


def _masked(parameter: str) -> str:
    name, equals, value = parameter.partition("=")
    return f"{name}={_MASKED}" if equals and value and _SECRET_NAMES.fullmatch(unquote(name)) else parameter
