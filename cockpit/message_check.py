"""Whether `[messages]` of the configuration can be used; a mistake is told with table and setting."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from cockpit.config_error import ConfigError, named_tables, nearest, read_table
from cockpit.message_config import FIELDS, KINDS, GithubIssue, HttpTarget, MessageTarget, Smtp, kind_of
from cockpit.redact import redact
from cockpit.sources.web.body_check import json_path

_METHODS: Final = ("POST", "PUT", "PATCH")
_AUDIENCES: Final = ("internal", "customer")
_SECURITIES: Final = ("starttls", "tls", "none")
_SECRETS: Final = ("token", "password", "webhook", "webhook_url", "routing_key", "api_key", "secret")
_SECRET_HEADERS: Final = ("authorization", "proxy-authorization", "cookie")
_FIELD: Final = re.compile(r"\{([^{}]*)\}")
_REPO: Final = re.compile(r"[\w.-]+/[\w.-]+")
_ADDRESS: Final = re.compile(r"(?:[^<>@\s]+|[^<>@]+<[^<>@\s]+)@[^<>@\s]+>?")
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def check_messages(path: Path, messages: dict[str, Any]) -> None:
    """Check `[messages]`, and have the files that it names looked for beside the configuration.

    Raises:
        ConfigError: something cannot be used.
    """
    types = {kind_of(type_): type_ for type_ in KINDS}
    for table, settings in named_tables(path, "messages", messages, "target"):
        where = f"{path}: [{table}]"
        kind = settings.get("kind")
        if kind not in types:
            wrong = "is missing" if kind is None else f"cannot be {kind!r}"
            raise ConfigError(f"{where} kind {wrong}{nearest(str(kind), tuple(types))}")
        if secret := next((key for key in settings if key in _SECRETS), None):
            raise ConfigError(f"{where} {secret}: secrets are not kept in the file; write token_env or token_command")
        if isinstance(settings.get("token_command"), str):
            raise ConfigError(f'{where} token_command: write a list, such as ["pass", "show", "slack"]')
        target = read_table(path, table, {key: value for key, value in settings.items() if key != "kind"}, types[kind])
        _check(where, target)
        if target.ca_file:
            settings["ca_file"] = str(path.parent / Path(target.ca_file).expanduser())


def _check(where: str, target: MessageTarget) -> None:
    _check_token(where, target)
    if target.audience not in _AUDIENCES:
        raise ConfigError(f"{where} audience: {target.audience!r} is not allowed; there is {', '.join(_AUDIENCES)}")
    url = getattr(target, "url", None)
    if url is not None:
        _check_url(f"{where} url", url)
    if isinstance(target, HttpTarget):
        _check_http(where, target)
    elif isinstance(target, Smtp):
        _check_smtp(where, target)
    elif isinstance(target, GithubIssue) and not _REPO.fullmatch(target.repo):
        raise ConfigError(f"{where} repo: write OWNER/NAME, not {target.repo!r}")


def _check_token(where: str, target: MessageTarget) -> None:
    if target.token_env is not None and target.token_command is not None:
        raise ConfigError(f"{where} token_env and token_command exclude each other; keep one of them")
    if target.token_env is not None and not _VARIABLE.fullmatch(target.token_env):
        raise ConfigError(f"{where} token_env holds the name of an environment variable, not the token itself")
    if target.token_command is not None and not target.token_command:
        raise ConfigError(f"{where} token_command is empty")
    if any(redact(word) != word for word in target.token_command or ()):
        raise ConfigError(f"{where} token_command holds a secret, which everybody sees in the list of processes")
    needs = not isinstance(target, HttpTarget | Smtp) or (isinstance(target, Smtp) and target.user is not None)
    if needs and target.token_env is None and target.token_command is None:
        raise ConfigError(f"{where} has no token: write token_env or token_command")


def _check_http(where: str, target: HttpTarget) -> None:
    for setting, method in (("method", target.method), ("update_method", target.update_method)):
        if method not in _METHODS:
            raise ConfigError(f"{where} {setting}: {method!r} is not allowed; there is {', '.join(_METHODS)}")
    _check_headers(where, target)
    _check_fields(where, target)
    if target.update_url is not None:
        _check_url(f"{where} update_url", target.update_url)
        if target.reference is None:
            raise ConfigError(f"{where} update_url: reference has to say where the answer tells what was made")
    try:
        if target.reference is not None:
            json_path(target.reference)
    except ValueError as error:
        raise ConfigError(f"{where} reference: {error}") from error


def _check_headers(where: str, target: HttpTarget) -> None:
    for name, value in target.headers.items():
        if name.lower() in _SECRET_HEADERS or redact(f"{name}: {value}") != f"{name}: {value}":
            raise ConfigError(f"{where} headers: {name} is a secret; write token_env and token_header instead")
        if not (name.isascii() and name.replace("-", "").isalnum() and value.isascii() and value.isprintable()):
            raise ConfigError(f"{where} headers: {name} has characters that no header may have")


def _check_fields(where: str, target: HttpTarget) -> None:
    for setting, text in (("url", target.url), ("update_url", target.update_url or ""), *_texts("body", target.body)):
        for field in _FIELD.findall(text):
            if field not in FIELDS:
                raise ConfigError(f"{where} {setting}: there is no {{{field}}}{nearest(field, FIELDS)}")
        if redact(text) != text:
            raise ConfigError(f"{where} {setting} holds a secret; write token_env and token_header instead")


def _texts(setting: str, value: Any) -> Iterator[tuple[str, str]]:
    """Give all texts of a JSON value, with where they stand."""
    if isinstance(value, str):
        yield setting, value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _texts(f"{setting}.{key}", each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(setting, each)


def _check_smtp(where: str, target: Smtp) -> None:
    if target.security not in _SECURITIES:
        raise ConfigError(f"{where} security: {target.security!r} is not allowed; there is {', '.join(_SECURITIES)}")
    if target.user is not None and target.security == "none":
        raise ConfigError(f"{where} security: the password of user would be sent readable; write starttls or tls")
    if not target.to:
        raise ConfigError(f"{where} to is empty")
    for address in (target.sender, *target.to):
        if not address.isprintable() or not _ADDRESS.fullmatch(address):
            raise ConfigError(f"{where}: {address!r} is no e-mail address")


def _check_url(where: str, url: str) -> None:
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_web = False
    if not is_web:
        raise ConfigError(f"{where}: it is no URL of a web server; write such as https://api.example/v1/incidents")
    if parts.username or parts.password:
        raise ConfigError(f"{where} holds a user or a password; write token_env or token_command instead")
