"""Puts the configuration together: flags before environment before `cockpit.toml` before defaults."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import platformdirs

from cockpit.config import Config, Flags
from cockpit.config_error import ConfigError, check_keys, in_toml_words, nearest
from cockpit.message_check import check_messages
from cockpit.outside_check import check_aws, check_web
from cockpit.server_check import DSN, check_dsn, check_servers, check_shared
from cockpit.sources.postgres import conninfo
from cockpit.zone import zone_called

FILE_NAME = "cockpit.toml"
CONFIG_VARIABLE = "COCKPIT_CONFIG"
VARIABLES = {
    "COCKPIT_THEME": ("ui", "theme"),
    "COCKPIT_ZONE": ("ui", "zone"),
    "COCKPIT_CONTEXT": ("kubernetes", "context"),
    "COCKPIT_NAMESPACE": ("kubernetes", "namespace"),
    "COCKPIT_INCIDENT_DIRECTORY": ("incident", "directory"),
}
"""Environment variables and what they set. KUBECONFIG and AWS_PROFILE keep their usual meaning besides."""

_PATHS = (("kubernetes", "kubeconfig"), ("incident", "directory"), ("logs", "directory"), ("runbook", "file"))
_ZONES = "allowed are 'UTC', 'local' and IANA names such as 'Europe/Vienna'"

Tables = dict[str, dict[str, Any]]


def default_path() -> Path:
    """Tell where `cockpit.toml` is looked for when nobody says otherwise."""
    return platformdirs.user_config_path("cockpit") / FILE_NAME


def config_path(flags: Flags, environ: Mapping[str, str]) -> Path | None:
    """Tell which configuration file is used; None when there is none, which is normal."""
    named = flags.config or environ.get(CONFIG_VARIABLE)
    if named:
        return Path(named).expanduser()
    path = default_path()
    return path if path.is_file() else None


def load(flags: Flags, environ: Mapping[str, str]) -> Config:
    """Put the configuration together.

    Raises:
        ConfigError: A file cannot be read, or it or a variable says something that is not allowed.
    """
    path = config_path(flags, environ)
    merged: Tables = {}
    for layer in (_from_file(path) if path else {}, _from_environment(environ), _from_flags(flags)):
        _lay_over(merged, layer)
    return _convert(merged)


def _from_file(path: Path) -> Tables:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigError(f"{path}: line {line} is not UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}") from error
    _check_names(path, tables)
    check_servers(path, tables.get("postgres", {}))
    check_aws(path, tables.get("aws", {}))
    check_web(path, tables.get("web", {}))
    check_messages(path, tables.get("messages", {}))
    check_shared(path, tables.get("incident", {}))
    try:
        config = _convert(tables)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {in_toml_words(str(error))}") from error
    _check_zone(f"{path}: [ui] zone", config.ui.zone)
    if config.kubernetes.namespace and config.kubernetes.all_namespaces:
        raise ConfigError(f"{path}: [kubernetes] namespace and all_namespaces exclude each other; keep one of them")
    for table, key in _PATHS:
        if key in tables.get(table, {}):
            tables[table][key] = str(path.parent / Path(tables[table][key]).expanduser())
    return tables


def _from_environment(environ: Mapping[str, str]) -> Tables:
    tables: Tables = {}
    for variable, (table, key) in VARIABLES.items():
        if value := environ.get(variable):
            tables.setdefault(table, {})[key] = str(Path(value).expanduser()) if (table, key) in _PATHS else value
    if zone := environ.get("COCKPIT_ZONE"):
        _check_zone("COCKPIT_ZONE", zone)
    return tables


def _from_flags(flags: Flags) -> Tables:
    kubernetes = {
        "kubeconfig": str(flags.kubeconfig.expanduser()) if flags.kubeconfig else None,
        "context": flags.context,
        "namespace": flags.namespace,
        "all_namespaces": flags.all_namespaces,
    }
    return {
        "kubernetes": {key: value for key, value in kubernetes.items() if value},
        "aws": {key: value for key, value in (("profile", flags.profile), ("region", flags.region)) if value},
        "runbook": {"file": str(flags.runbook.expanduser())} if flags.runbook else {},
        "postgres": _from_dsns(flags.dsn),
    }


def _from_dsns(dsns: Iterable[str]) -> dict[str, Any]:
    """Name the servers of `--dsn` by what their connection strings tell."""
    servers: dict[str, Any] = {}
    for dsn in dsns:
        parameters = check_dsn(DSN, dsn)
        base = name = conninfo.name_of(parameters)
        while name in servers:
            name = f"{base}-{len(servers) + 1}"
        servers[name] = {"dsn": dsn}
    return servers


def _lay_over(lower: Tables, upper: Tables) -> None:
    """Let `upper` win, key by key. It pushes out what it excludes: all namespaces or one, servers, AWS accounts."""
    if upper.get("postgres"):
        lower.pop("postgres", None)
    if "region" in upper.get("aws", {}):
        lower.get("aws", {}).pop("accounts", None)
    scope = upper.get("kubernetes", {})
    if "namespace" in scope:
        lower.get("kubernetes", {}).pop("all_namespaces", None)
    if "all_namespaces" in scope:
        lower.get("kubernetes", {}).pop("namespace", None)
    for table, values in upper.items():
        lower.setdefault(table, {}).update(values)


def _check_names(path: Path, tables: Mapping[str, Any]) -> None:
    """Refuse what is not known: a setting with a typing error would be ignored silently."""
    for table, values in tables.items():
        if table not in Config.__struct_fields__:
            raise ConfigError(f"{path}: there is no table [{table}]{nearest(table, Config.__struct_fields__)}")
        if not isinstance(values, dict):
            raise ConfigError(f"{path}: {table} is a table; write [{table}] and its settings below it")
        if table not in ("postgres", "messages"):
            known = msgspec.structs.fields(Config)[Config.__struct_fields__.index(table)].type.__struct_fields__
            check_keys(path, table, values, known)


def _convert(tables: Tables) -> Config:
    return msgspec.convert(tables, Config, dec_hook=_to_path)


def _to_path(_: type, value: Any) -> Path:
    if not isinstance(value, str):
        raise ValueError("Expected `str`")  # noqa: TRY004  (msgspec turns a ValueError into its ValidationError)
    return Path(value)


def _check_zone(where: str, zone: str) -> None:
    try:
        zone_called(zone)
    except ValueError as error:
        raise ConfigError(f"{where}: {error}; {_ZONES}") from error
