"""What the person wants, as one frozen `Config`."""

from collections.abc import Iterable
from datetime import tzinfo
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated

import msgspec
import platformdirs

from cockpit.aws_config import AwsConfig
from cockpit.diagnosis.policy import Policy
from cockpit.message_config import MessageTarget
from cockpit.web_config import WebConfig
from cockpit.zone import zone_called

Positive = Annotated[int, msgspec.Meta(ge=1)]


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


def _is_like(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name.lower(), pattern.lower()) for pattern in patterns)
