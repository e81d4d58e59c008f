"""What the person wants: flags before environment before `cockpit.toml` before defaults, as one frozen `Config`."""

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from datetime import tzinfo
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any

import msgspec
import platformdirs

from cockpit.aws_config import AwsConfig
from cockpit.config_error import ConfigError, check_keys, in_toml_words, named_tables, nearest, read_table
from cockpit.diagnosis.policy import Policy
from cockpit.message_check import check_messages
from cockpit.message_config import MessageTarget
from cockpit.outside_check import check_aws, check_web
from cockpit.sources.postgres import conninfo
from cockpit.web_config import WebConfig
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

Positive = Annotated[int, msgspec.Meta(ge=1)]
Tables = dict[str, dict[str, Any]]

_DSN = "--dsn"
_NO_PASSWORD = "passwords are kept in ~/.pgpass or in a service file (pg_service.conf), where libpq finds them"  # noqa: S105


class Flags(msgspec.Struct, frozen=True):
    """What was typed on the command line; None and False: not typed."""

    config: Path | None = None
    kubeconfig: Path | None = None
    context: str | None = None
    namespace: str | None = None
    all_namespaces: bool = False
    profile: str | None = None
    region: str | None = None
    dsn: tuple[str, ...] = ()
    runbook: Path | None = None


class UiConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[ui]`: how the screen looks and answers."""

    theme: str = "dark"
    zone: str = "UTC"
    """`UTC`, `local`, or an IANA name."""
    mouse: bool = False
    keys: dict[str, str] = {}
    """Keys by the id of the binding, several separated by commas."""

    @property
    def tzinfo(self) -> tzinfo:
        """The zone for times on the screen."""
        return zone_called(self.zone)


class KubernetesConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[kubernetes]`: where to look; None means what the kubeconfig says."""

    kubeconfig: Path | None = None
    context: str | None = None
    namespace: str | None = None
    all_namespaces: bool = False


class ProtectedConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[protected]`: contexts and databases to be careful with, as shell patterns in upper or lower case."""

    contexts: tuple[str, ...] = ("*prod*",)
    databases: tuple[str, ...] = ("*prod*",)
    """Of what a server is called here, its service, its host and its database."""

    def covers(self, context: str) -> bool:
        """Tell whether a context is protected."""
        return _is_like(context, self.contexts)

    def covers_database(self, *names: str) -> bool:
        """Tell whether a Postgres server with these names is protected."""
        return any(_is_like(name, self.databases) for name in names)


class IncidentConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[incident]`: where the incident files are kept, and what the cockpit writes into them by itself."""

    directory: Path = msgspec.field(default_factory=lambda: platformdirs.user_state_path("cockpit") / "incidents")
    found_after_seconds: Annotated[float, msgspec.Meta(ge=0)] = 10
    """For how long something has to be wrong before it is written down: a pod that is just starting is not."""
    over_after_seconds: Annotated[float, msgspec.Meta(ge=0)] = 15
    """For how long it has to be well before it counts as over: a crash loop pauses between two attempts."""
    shared: str | None = None
    """A PostgreSQL through which other hosts take part: a connection string or URI of libpq, without a password, or a
    service."""


class LogsConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[logs]`: how much of a log is kept, and with how many lines it begins."""

    memory_mb: Positive = 32
    """The newest lines are kept in memory."""
    spool_mb: Annotated[int, msgspec.Meta(ge=0)] = 2048
    """Those before them are kept on the disk while the program runs; 0: nowhere."""
    directory: Path = msgspec.field(default_factory=lambda: platformdirs.user_cache_path("cockpit") / "logs")
    """Where on the disk."""
    tail_lines: Positive = 1000


class RunbookConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[runbook]`: what the checklist and the severities are read from."""

    file: Path | None = None
    """Markdown; its policy may stand beside it, in a TOML file of the same name. None: the generic runbook."""


class PostgresConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[postgres.NAME]`: a Postgres server. What is left out comes from PG* variables, service file and pgpass."""

    dsn: str = ""
    """A connection string or URI of libpq, without a password."""
    service: str | None = None
    """Of pg_service.conf."""
    host: str | None = None
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] | None = None
    user: str | None = None
    database: str | None = None
    sslmode: str | None = None
    iam: bool = False
    """Log in with an IAM token of RDS; profile and region are those of `[aws]`."""
    emergency: str | None = None
    """A connection string or a service for one connection, opened on confirmation when all others are refused."""
    protected: bool | None = None
    """None: what the patterns of `[protected]` say."""


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that can be chosen. The defaults work with no configuration at all."""

    ui: UiConfig = UiConfig()
    kubernetes: KubernetesConfig = KubernetesConfig()
    protected: ProtectedConfig = ProtectedConfig()
    incident: IncidentConfig = msgspec.field(default_factory=IncidentConfig)
    logs: LogsConfig = msgspec.field(default_factory=LogsConfig)
    aws: AwsConfig = AwsConfig()
    postgres: dict[str, PostgresConfig] = {}
    """By the name that people call the server."""
    web: WebConfig = WebConfig()
    runbook: RunbookConfig = RunbookConfig()
    messages: dict[str, MessageTarget] = {}
    """Where messages can be sent to, by the name that people call it."""
    thresholds: Policy = Policy()
    """`[thresholds]`: from when on something counts as wrong."""


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
    _check_servers(path, tables.get("postgres", {}))
    check_aws(path, tables.get("aws", {}))
    check_web(path, tables.get("web", {}))
    check_messages(path, tables.get("messages", {}))
    _check_shared(path, tables.get("incident", {}))
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
        parameters = _check_dsn(_DSN, dsn)
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


def _check_servers(path: Path, servers: Mapping[str, Any]) -> None:
    """Check `[postgres.*]` server by server, so that a mistake is told with the name of the server."""
    for table, server in named_tables(path, "postgres", servers, "server"):
        secret = next((key for key in server if key in conninfo.SECRETS), None)
        if secret:
            raise ConfigError(f"{path}: [{table}] {secret}: {_NO_PASSWORD}")
        settings = read_table(path, table, server, PostgresConfig)
        _check_dsn(f"{path}: [{table}] dsn", settings.dsn)
        _check_dsn(f"{path}: [{table}] emergency", settings.emergency or "")


def _check_shared(path: Path, incident: Mapping[str, Any]) -> None:
    """Check where the incident log is shared; what is no text is told with the other settings."""
    shared = incident.get("shared")
    if isinstance(shared, str):
        if not shared.strip():
            raise ConfigError(f"{path}: [incident] shared is empty; leave it out where nothing is shared")
        _check_dsn(f"{path}: [incident] shared", shared)


def _check_dsn(where: str, dsn: str) -> dict[str, str]:
    """Read a connection string, but refuse secrets: files are copied, and everybody sees a command line."""
    try:
        parameters = conninfo.read(dsn)
    except ValueError as error:
        raise ConfigError(f"{where} cannot be read: {error}") from error
    for keyword in parameters:
        if keyword in conninfo.SECRETS:
            seen = ", which everybody sees in the list of processes" if where == _DSN else ""
            raise ConfigError(f"{where} holds a secret ({keyword}){seen}; {_NO_PASSWORD}")
        if keyword not in conninfo.KEYWORDS:
            near = difflib.get_close_matches(keyword, conninfo.KEYWORDS, n=1)
            meant = f"; did you mean {near[0]!r}?" if near else ""
            raise ConfigError(f"{where}: libpq has no parameter {keyword!r}{meant}")
    return parameters


def _convert(tables: Tables) -> Config:
    return msgspec.convert(tables, Config, dec_hook=_to_path)


def _to_path(_: type, value: Any) -> Path:
    if not isinstance(value, str):
        raise ValueError("Expected `str`")  # noqa: TRY004  (msgspec turns a ValueError into its ValidationError)
    return Path(value)


def _is_like(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name.lower(), pattern.lower()) for pattern in patterns)


def _check_zone(where: str, zone: str) -> None:
    try:
        zone_called(zone)
    except ValueError as error:
        raise ConfigError(f"{where}: {error}; {_ZONES}") from error
