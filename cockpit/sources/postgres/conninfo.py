"""Reads libpq's connection strings (PostgreSQL documentation, 34.1.1) without loading libpq.

What is read may hold a password, so no error repeats any of it but a keyword.
"""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote

SECRETS = frozenset({"password", "sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key"})
"""Parameters that nobody may see."""
_OTHERS = """
    application_name channel_binding client_encoding connect_timeout dbname fallback_application_name gssdelegation
    gssencmode gsslib host hostaddr keepalives keepalives_count keepalives_idle keepalives_interval krbsrvname
    load_balance_hosts max_protocol_version min_protocol_version oauth_client_id oauth_issuer oauth_scope options
    passfile port require_auth requirepeer service servicefile ssl_max_protocol_version ssl_min_protocol_version sslcert
    sslcertmode sslcompression sslcrl sslcrldir sslkey sslkeylogfile sslmode sslnegotiation sslrootcert sslsni
    target_session_attrs tcp_user_timeout user
"""
KEYWORDS = SECRETS | {*_OTHERS.split()}
"""What libpq 18 knows (34.1.2), but for `replication`, which we never ask for."""

_URI = re.compile(r"(?:postgres|postgresql)(?:\+\w+)?://", re.IGNORECASE)
"""Also as application frameworks write it: `postgresql+psycopg://`."""
_PAIR = re.compile(r"\s*(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|(?!')((?:[^\s\\]|\\.?)*))\s*", re.DOTALL)
_NEEDS_QUOTES = re.compile(r"[\s'\\]")
_SERVICE = re.compile(r"[\w.-]+")
_NO_NAME = re.compile(r"[^\w.-]+")
_ESCAPED = re.compile(r"\\(.?)", re.DOTALL)
_HOST = re.compile(r"(?:\[([^\]]*)\]|([^:\[\]]*))(?::(\d*))?")


def is_uri(text: str) -> bool:
    """Tell whether it is a URI of Postgres."""
    return _URI.match(text) is not None


def read(text: str) -> dict[str, str]:
    """Read what a person writes: a connection string, a URI, or the bare name of a service.

    Raises:
        ValueError: It cannot be read; the message says why.
    """
    return {"service": text} if _SERVICE.fullmatch(text) else parse(text)


def parse(text: str) -> dict[str, str]:
    """Read a connection string or URI into its parameters; their names are not checked.

    A URI is read as libpq reads it, but that the user's name and the password end at the last `@`, so that a password
    that was not escaped is not taken for a part of the host.

    Raises:
        ValueError: It cannot be read; the message says why.
    """
    uri = _URI.match(text)
    return _from_uri(text[uri.end() :]) if uri else _from_pairs(text)


def _from_pairs(text: str) -> dict[str, str]:
    parameters = {}
    at = 0
    while at < len(text.rstrip()):
        pair = _PAIR.match(text, at)
        if pair is None:
            raise ValueError("it is neither KEYWORD=VALUE pairs nor postgresql://USER@HOST:PORT/DATABASE")
        keyword, quoted, bare = pair.groups()
        parameters[keyword] = _ESCAPED.sub(r"\1", bare if quoted is None else quoted)
        at = pair.end()
    return parameters


def _from_uri(text: str) -> dict[str, str]:
    address, _, query = text.partition("?")
    authority, _, database = address.partition("/")
    who, marked, hosts = authority.rpartition("@")
    if not marked and "@" in database:
        raise ValueError("a slash stands before the '@'; write %2F for it")
    user, _, password = who.partition(":")
    parameters = {"user": unquote(user), "password": unquote(password), "dbname": unquote(database), **_hosts(hosts)}
    parameters = {keyword: value for keyword, value in parameters.items() if value}
    for keyword, value in parse_qsl(query.replace("+", "%2B"), keep_blank_values=True):
        if (keyword, value) == ("ssl", "true"):  # as JDBC writes it
            parameters["sslmode"] = "require"
        else:
            parameters[keyword] = value
    return parameters


def _hosts(text: str) -> dict[str, str]:
    matches = [_HOST.fullmatch(host) for host in text.split(",")]
    if None in matches:
        raise ValueError("HOST:PORT cannot be read; escape what is special in user and password (%40 for '@')")
    found = [match.groups(default="") for match in matches if match]
    names = ",".join(unquote(six or name) for six, name, _ in found)
    ports = ",".join(port for *_, port in found)
    return {"host": names, "port": ports if ports.strip(",") else ""}


def write(parameters: Mapping[str, str]) -> str:
    """Write parameters as a connection string."""
    return " ".join(f"{keyword}={_quoted(value)}" for keyword, value in parameters.items())


def name_of(parameters: Mapping[str, str]) -> str:
    """Give a server that nobody has named a name, fit for `[postgres.NAME]`: its service, its database, or its host."""
    told = next((parameters[keyword] for keyword in ("service", "dbname", "host") if parameters.get(keyword)), "")
    return _NO_NAME.sub("-", told).strip("-") or "postgres"


def _quoted(value: str) -> str:
    if value and not _NEEDS_QUOTES.search(value):
        return value
    return "'" + value.replace("\\", r"\\").replace("'", r"\'") + "'"
