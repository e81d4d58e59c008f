"""Whether `[aws]` and `[web]` of the configuration can be used; a mistake is told with table and setting."""

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cockpit.aws_config import AwsAccount
from cockpit.config_error import ConfigError, check_keys, named_tables, read_table
from cockpit.regex import PatternError, compile_re2
from cockpit.sources.web.body_check import json_path
from cockpit.web_config import (
    Access,
    AlertmanagerConfig,
    HealthConfig,
    PrometheusConfig,
    QueryConfig,
    StatusConfig,
    WebConfig,
)

_METHODS = ("GET", "HEAD", "OPTIONS", "POST")
_FILES = ("token_file", "ca_file")
_WHAT: Mapping[str, tuple[str, type[HealthConfig | PrometheusConfig | AlertmanagerConfig | StatusConfig]]] = {
    "health": ("health endpoint", HealthConfig),
    "prometheus": ("Prometheus", PrometheusConfig),
    "alertmanager": ("Alertmanager", AlertmanagerConfig),
    "status": ("status page", StatusConfig),
}
_WORKLOAD_PARTS = 3


def check_aws(path: Path, aws: dict[str, Any]) -> None:
    """Check the accounts of `[aws]`, and where AWS is asked.

    Raises:
        ConfigError: something cannot be used.
    """
    _check_endpoint(path, "aws", aws)
    for table, settings in named_tables(path, "aws.accounts", aws.get("accounts", {}), "region or account"):
        read_table(path, table, settings, AwsAccount)
        _check_endpoint(path, table, settings)


def check_web(path: Path, web: dict[str, Any]) -> None:
    """Check `[web]`, and have its files looked for beside the configuration.

    Raises:
        ConfigError: something cannot be used.
    """
    check_keys(path, "web", web, WebConfig.__struct_fields__)
    for kind, (what, type_) in _WHAT.items():
        for table, settings in named_tables(path, f"web.{kind}", web.get(kind, {}), what):
            if type_ is PrometheusConfig:
                _check_queries(path, table, settings)
            config = read_table(path, table, settings, type_)
            _check_url(f"{path}: [{table}] url", config.url)
            if isinstance(config, Access):
                _check_access(f"{path}: [{table}]", config)
            if isinstance(config, HealthConfig):
                _check_health(f"{path}: [{table}]", config)
            for key in _FILES:
                if settings.get(key):
                    settings[key] = str(path.parent / Path(settings[key]).expanduser())


def _check_endpoint(path: Path, table: str, settings: dict[str, Any]) -> None:
    url = settings.get("endpoint_url")
    if isinstance(url, str):
        _check_url(f"{path}: [{table}] endpoint_url", url)


def _check_url(where: str, url: str) -> None:
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    else:
        if "@" in parts.netloc:
            raise ConfigError(f"{where} holds a user or password; write user = … and password_env = … beside it")
    if not good or not url.isprintable() or " " in url:
        raise ConfigError(f"{where} is no URL of a web server; write such as https://shop.example/healthz")


def _check_access(where: str, access: Access) -> None:
    ways = [name for name in ("token_env", "token_file", "user") if getattr(access, name)]
    if len(ways) > 1:
        raise ConfigError(f"{where} {' and '.join(ways)} exclude each other; keep one of them")
    if access.password_env and not access.user:
        raise ConfigError(f"{where} password_env: there is no user to whom the password belongs")


def _check_health(where: str, config: HealthConfig) -> None:
    if config.body is not None and config.json is not None:
        raise ConfigError(f"{where} body and json exclude each other; keep one of them")
    if config.equals is not None and config.json is None:
        raise ConfigError(f"{where} equals: json has to say where in the body to look")
    if config.method.upper() not in _METHODS:
        raise ConfigError(f"{where} method: {config.method!r} is not allowed; there is {', '.join(_METHODS)}")
    if config.method.upper() == "HEAD" and (config.body is not None or config.json is not None):
        raise ConfigError(f"{where} method: an answer to HEAD has no body to look into")
    if wrong := [each for each in config.status if not HTTPStatus.OK <= each < 600]:
        raise ConfigError(f"{where} status: {wrong[0]} is not the status of an answer; allowed are 200 to 599")
    parts = (config.workload or "a/b/c").split("/")
    if len(parts) != _WORKLOAD_PARTS or not all(parts):
        raise ConfigError(f"{where} workload: write NAMESPACE/KIND/NAME, such as shop/deployment/api")
    _check_body(where, config)
    _check_headers(where, config)


def _check_body(where: str, config: HealthConfig) -> None:
    try:
        if config.body is not None:
            compile_re2(config.body, ignore_case=False)
        if config.json is not None:
            json_path(config.json)
    except PatternError as error:
        raise ConfigError(f"{where} body is not a regular expression: {error}") from error
    except ValueError as error:
        raise ConfigError(f"{where} json: {error}") from error


def _check_headers(where: str, config: HealthConfig) -> None:
    for name, value in config.headers.items():
        if name.lower() in ("authorization", "proxy-authorization", "cookie"):
            raise ConfigError(f"{where} headers: {name} is a secret; write token_env, token_file or user instead")
        if not (name.isascii() and name.replace("-", "").replace("_", "").isalnum()):
            raise ConfigError(f"{where} headers: {name!r} is not the name of a header")
        if not (value.isascii() and value.isprintable()):
            raise ConfigError(f"{where} headers: the value of {name} has characters that no header may have")


def _check_queries(path: Path, table: str, settings: dict[str, Any]) -> None:
    if not settings.get("queries"):
        raise ConfigError(f"{path}: [{table}] has no queries; write [{table}.queries.NAME] and promql = … below it")
    for name, values in named_tables(path, f"{table}.queries", settings["queries"], "query"):
        query = read_table(path, name, values, QueryConfig)
        where = f"{path}: [{name}]"
        if not query.promql.strip():
            raise ConfigError(f"{where} promql is empty")
        if query.above is not None and query.critical_above is not None and query.critical_above < query.above:
            raise ConfigError(f"{where} critical_above is less than above")
        if query.below is not None and query.critical_below is not None and query.critical_below > query.below:
            raise ConfigError(f"{where} critical_below is more than below")
