"""What the person wants: flags before environment before `cockpit.toml` before defaults, as one frozen `Config`."""

import difflib
import tomllib
from collections.abc import Mapping
from datetime import tzinfo
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any

import msgspec
import platformdirs

from cockpit.diagnosis.policy import Policy
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

_PATHS = (("kubernetes", "kubeconfig"), ("incident", "directory"), ("logs", "directory"))
_TOML_NAMES = {
    "`bool`": "true or false",
    "`str`": "text",
    "`str | null`": "text",
    "`int`": "a whole number",
    "`float`": "a number with a fraction",
    "`array`": "a list",
    "`object`": "a table",
}
_ZONES = "allowed are 'UTC', 'local' and IANA names such as 'Europe/Vienna'"

Positive = Annotated[int, msgspec.Meta(ge=1)]
Tables = dict[str, dict[str, Any]]


class ConfigError(Exception):
    """The configuration cannot be used. The message names file or variable, key, and what is allowed."""


class Flags(msgspec.Struct, frozen=True):
    """What was typed on the command line; None and False: not typed."""

    config: Path | None = None
    kubeconfig: Path | None = None
    context: str | None = None
    namespace: str | None = None
    all_namespaces: bool = False
    profile: str | None = None


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
    """`[protected]`: contexts to be careful with, as shell patterns."""

    contexts: tuple[str, ...] = ("*prod*",)

    def covers(self, context: str) -> bool:
        """Tell whether a context is protected; upper and lower case are the same."""
        return any(fnmatchcase(context.lower(), pattern.lower()) for pattern in self.contexts)


class IncidentConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[incident]`: where the incident files are kept."""

    directory: Path = msgspec.field(default_factory=lambda: platformdirs.user_state_path("cockpit") / "incidents")


class LogsConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[logs]`: how much of a log is kept, and with how many lines it begins."""

    memory_mb: Positive = 32
    """The newest lines are kept in memory."""
    spool_mb: Annotated[int, msgspec.Meta(ge=0)] = 2048
    """Those before them are kept on the disk while the program runs; 0: nowhere."""
    directory: Path = msgspec.field(default_factory=lambda: platformdirs.user_cache_path("cockpit") / "logs")
    """Where on the disk."""
    tail_lines: Positive = 1000


class AwsConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[aws]`: as whom to look; also passed to the login helper of a kubeconfig."""

    profile: str | None = None
    region: str | None = None
    """None: the profile's."""
    endpoint_url: str | None = None
    """Where all services are asked instead of at AWS (a VPC endpoint, a practice server)."""
    log_groups: tuple[str, ...] = ()
    """CloudWatch log groups that are offered first."""


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that can be chosen. The defaults work with no configuration at all."""

    ui: UiConfig = UiConfig()
    kubernetes: KubernetesConfig = KubernetesConfig()
    protected: ProtectedConfig = ProtectedConfig()
    incident: IncidentConfig = msgspec.field(default_factory=IncidentConfig)
    logs: LogsConfig = msgspec.field(default_factory=LogsConfig)
    aws: AwsConfig = AwsConfig()
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
    try:
        config = _convert(tables)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {_in_toml_words(str(error))}") from error
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
        "aws": {"profile": flags.profile} if flags.profile else {},
    }


def _lay_over(lower: Tables, upper: Tables) -> None:
    """Let `upper` win, key by key. A namespace and all namespaces push each other out."""
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
            raise ConfigError(f"{path}: there is no table [{table}]{_nearest(table, Config.__struct_fields__)}")
        if not isinstance(values, dict):
            raise ConfigError(f"{path}: {table} is a table; write [{table}] and its settings below it")
        known = msgspec.structs.fields(Config)[Config.__struct_fields__.index(table)].type.__struct_fields__
        for key in values:
            if key not in known:
                raise ConfigError(f"{path}: [{table}] has no setting {key!r}{_nearest(key, known)}")


def _nearest(name: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; there is {', '.join(known)}"


def _convert(tables: Tables) -> Config:
    return msgspec.convert(tables, Config, dec_hook=_to_path)


def _to_path(_: type, value: Any) -> Path:
    if not isinstance(value, str):
        raise ValueError("Expected `str`")  # noqa: TRY004  (msgspec turns a ValueError into its ValidationError)
    return Path(value)


def _in_toml_words(error: str) -> str:
    """Say msgspec's "Expected `bool`, got `int` - at `$.ui.mouse`" as the file spells it."""
    problem, _, where = error.partition(" - at ")
    table, _, key = where.strip("`").removeprefix("$.").partition(".")
    for python_name, toml_name in _TOML_NAMES.items():
        problem = problem.replace(python_name, toml_name)
    return f"[{table}] {key.removesuffix('[...]')}: {problem[0].lower()}{problem[1:]}"


def _check_zone(where: str, zone: str) -> None:
    try:
        zone_called(zone)
    except ValueError as error:
        raise ConfigError(f"{where}: {error}; {_ZONES}") from error
