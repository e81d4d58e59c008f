"""What went wrong between us and a Postgres server, for a person: which kind of trouble, and what to type.

While connecting, psycopg hands on no SQLSTATE, so that the server's words have to do. Words are those of PostgreSQL 13
to 18, of libpq, and of pgbouncer 1.12 to 1.24, all in English: before a session has settings, servers may speak other
languages, and then the SQLSTATE or nothing tells.
"""

import re
import shlex
from collections.abc import Callable
from typing import NamedTuple

from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.postgres.password_file import ignored_file
from cockpit.sources.postgres.target import Target
from cockpit.text import clean

_LONGEST_MESSAGE = 300
_LONGEST_READ = 3000
_WHO_HOLDS_THEM = (
    "SELECT usename, application_name, client_addr, state, count(*)"
    " FROM pg_stat_activity GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC LIMIT 20"
)
_PREFIX = re.compile(
    r"^(?:connection failed: )?(?:connection to server (?:at .*?, port \d+|on socket \".*?\") failed: )?"
    r"(?:(?:FATAL|ERROR|PANIC):\s+)?",
    re.DOTALL,
)
_SEVERAL = "Multiple connection attempts failed"
"""psycopg repeats all of them behind the last one."""


class PostgresError(SourceError):
    """A Postgres server or the way to it failed."""

    def __init__(
        self, kind: TroubleKind, message: str, remedy: str | None = None, *, sqlstate: str | None = None
    ) -> None:
        """Keep the SQLSTATE beside what every source error says; None: the server was not reached, or did not say."""
        super().__init__(kind, message, remedy)
        self.sqlstate = sqlstate


Remedy = Callable[[Target], str | None]


def source_error(error: Exception, target: Target) -> SourceError:
    """Say what an error of psycopg means.

    Args:
        error: what psycopg raised, or whatever else came out of a connection.
        target: where it was raised.
    """
    sqlstate: str | None = getattr(error, "sqlstate", None)
    words = _words(error)
    message = words if sqlstate else f"{target.place()}: {words}"
    rule = next((rule for rule in _RULES if rule.covers(sqlstate, words)), None)
    if rule is None:
        kind = TroubleKind.REFUSED if sqlstate else _kind_of(error)
        return PostgresError(kind, message, sqlstate=sqlstate)
    return PostgresError(rule.kind, message, rule.remedy(target), sqlstate=sqlstate)


def is_of_pooler(error: SourceError, target: Target) -> bool:
    """Tell whether it was a pooler that did not let us through: it is the one to be asked then."""
    return error.remedy == show_pools(target)


def show_pools(target: Target) -> str:
    """Give the command that asks the pooler at the target's address who waits."""
    return target.psql("-c", "SHOW POOLS", dbname="pgbouncer")


def _words(error: Exception) -> str:
    """Give what the server says, without what libpq and psycopg put around it."""
    primary = getattr(getattr(error, "diag", None), "message_primary", None)
    text = clean((primary or str(error) or type(error).__name__).partition(_SEVERAL)[0][:_LONGEST_READ])
    words = _PREFIX.sub("", " ".join(text.split()), count=1)
    return words if len(words) <= _LONGEST_MESSAGE else f"{words[: _LONGEST_MESSAGE - 1]}…"


def _kind_of(error: Exception) -> TroubleKind:
    name = type(error).__name__
    if name == "ConnectionTimeout":
        return TroubleKind.TIMEOUT
    if name in ("OperationalError", "InterfaceError") or isinstance(error, OSError):
        return TroubleKind.UNREACHABLE
    if isinstance(error, ImportError):
        return TroubleKind.MISSING
    return TroubleKind.MALFORMED


def _nothing(_: Target) -> None:
    return None


def _probe(target: Target) -> str:
    return target.probe()


def _look_inside(target: Target) -> str:
    """Go in by a reserved slot: with the connection string for emergencies, else as the superuser."""
    emergency = target.in_emergency()
    if emergency is not None:
        return emergency.psql("-c", _WHO_HOLDS_THEM)
    return target.psql("-c", _WHO_HOLDS_THEM, user="postgres")


def _log_in(target: Target) -> str:
    if target.iam:
        return "aws sso login" + (f" --profile {target.profile}" if target.profile else "")
    return target.psql("-W", "-c", "SELECT 1")


def _mend_password_file(target: Target) -> str:
    ignored = ignored_file(target.parameters)
    return f"chmod 600 {shlex.quote(str(ignored))}" if ignored else _log_in(target)


def _list_databases(target: Target) -> str:
    return target.psql("-l", dbname="postgres")


def _encrypted(target: Target) -> str:
    return target.psql("-c", "SELECT 1", sslmode="require")


def _sizes(target: Target) -> str:
    return target.psql("-c", "SELECT datname, pg_size_pretty(pg_database_size(datname)) FROM pg_database")


class _Rule(NamedTuple):
    kind: TroubleKind
    states: str
    words: str
    remedy: Remedy = _nothing

    def covers(self, sqlstate: str | None, words: str) -> bool:
        if sqlstate is None or sqlstate == _ANY_ERROR_OF_PGBOUNCER:
            return re.search(self.words, words, re.IGNORECASE) is not None
        return sqlstate in self.states.split()


_ANY_ERROR_OF_PGBOUNCER = "08P01"
_NEVER = "(?!)"

# The first that covers an error decides. pgbouncer hands on what the server said behind words of its own, so that
# the server's words come first.
_RULES = (
    _Rule(
        TroubleKind.REFUSED,
        "53300",
        r"too many clients already|remaining connection slots are reserved|too many connections for (?:role|database)"
        r"|\brds_reserved\b|exceeded connection limit",
        _look_inside,
    ),
    _Rule(
        TroubleKind.REFUSED,
        "",
        r"no more connections allowed|query_wait_timeout|max_(?:client_conn|user_connections|db_connections)",
        show_pools,
    ),
    _Rule(
        TroubleKind.REFUSED,
        "57P03",
        r"the database system is (?:starting up|shutting down|in recovery mode)|not (?:yet )?accepting connections",
        _probe,
    ),
    _Rule(TroubleKind.REFUSED, "53100", r"no space left on device|disk full", _sizes),
    _Rule(TroubleKind.REFUSED, "53200 53000 53400", r"out of (?:shared )?memory|could not fork new process", _probe),
    _Rule(TroubleKind.EXPIRED, "", r"no password supplied|passfile|password file", _mend_password_file),
    _Rule(
        TroubleKind.EXPIRED,
        "28P01 28000",
        r"auth(?:entication)? failed|role \".*\" does not exist|no such user|empty password returned"
        r"|certificate (?:required|expired|revoked)|alert unknown ca",
        _log_in,
    ),
    _Rule(TroubleKind.DENIED, "", r"no pg_hba\.conf entry .*no encryption", _encrypted),
    _Rule(TroubleKind.DENIED, "", r"no pg_hba\.conf entry|pg_hba\.conf rejects|is not permitted to log in"),
    _Rule(TroubleKind.DENIED, "42501", r"permission denied for"),
    _Rule(
        TroubleKind.MISSING,
        "3D000",
        r"database \".*\" does not exist|no such database|database does not exist",
        _list_databases,
    ),
    _Rule(TroubleKind.MISSING, "", r"definition of service|service file|invalid connection option|invalid .* value"),
    _Rule(
        TroubleKind.MISSING,
        "",
        r"root certificate file .* does not exist|could not (?:read|load) (?:root )?certificate|private key file",
    ),
    _Rule(TroubleKind.TIMEOUT, "57014 55P03", _NEVER),
    _Rule(TroubleKind.TIMEOUT, "", r"timeout expired", _probe),
    _Rule(TroubleKind.UNREACHABLE, "", r"\bssl\b|certificate"),
    _Rule(
        TroubleKind.UNREACHABLE,
        "57P01 57P02 57P04 57P05 25P03 25P04 08000 08001 08003 08004 08006 08007",
        r"could not translate host name|name or service not known|connection refused|no route to host|unreachable"
        r"|connection (?:reset|timed out)|broken pipe|closed the connection|no such file or directory"
        r"|the connection is (?:lost|closed)|lost synchronization|failed to resolve host|terminating connection"
        r"|cannot connect to server|server login (?:has been failing|failed)|server conn crashed|client_login_timeout"
        r"|client_idle_timeout|server_lifetime|pgbouncer|database .* is (?:disabled|paused)|shutting down",
        _probe,
    ),
)
