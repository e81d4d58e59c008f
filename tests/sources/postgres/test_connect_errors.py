"""What servers, libpq and poolers say, and what it means to a person."""

import psycopg
import pytest

from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.postgres.errors import source_error
from cockpit.sources.postgres.target import Target

SHOP = Target("shop-db", {"host": "db-1", "user": "app", "dbname": "shop"})
AT = 'connection failed: connection to server at "10.0.0.7", port 5432 failed: '


def failure(text: str, target: Target = SHOP) -> SourceError:
    return source_error(psycopg.OperationalError(text), target)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (TroubleKind.REFUSED, "sorry, too many clients already"),
        (TroubleKind.REFUSED, "remaining connection slots are reserved for non-replication superuser connections"),
        (TroubleKind.REFUSED, "remaining connection slots are reserved for roles with the SUPERUSER attribute"),
        (
            TroubleKind.REFUSED,
            'remaining connection slots are reserved for roles with privileges of "pg_use_reserved_connections"',
        ),
        (TroubleKind.REFUSED, "remaining connection slots are reserved for roles with privileges of rds_reserved"),
        (TroubleKind.REFUSED, 'too many connections for role "app"'),
        (TroubleKind.REFUSED, 'too many connections for database "shop"'),
        (TroubleKind.REFUSED, "the database system is starting up"),
        (TroubleKind.REFUSED, "the database system is shutting down"),
        (TroubleKind.REFUSED, "the database system is in recovery mode"),
        (TroubleKind.REFUSED, "the database system is not yet accepting connections"),
        (TroubleKind.REFUSED, "the database system is not accepting connections"),
        (TroubleKind.REFUSED, 'could not write lock file "postmaster.pid": No space left on device'),
        (TroubleKind.REFUSED, "out of memory"),
        (TroubleKind.REFUSED, "could not fork new process for connection: Cannot allocate memory"),
        (TroubleKind.REFUSED, "no more connections allowed (max_client_conn)"),
        (TroubleKind.REFUSED, "client connections exceeded (max_user_connections)"),
        (TroubleKind.REFUSED, "query_wait_timeout"),
        (TroubleKind.REFUSED, "server login has been failing, cached error: sorry, too many clients already"),
        (TroubleKind.EXPIRED, 'password authentication failed for user "app"'),
        (TroubleKind.EXPIRED, 'PAM authentication failed for user "app"'),
        (TroubleKind.EXPIRED, 'LDAP authentication failed for user "app"'),
        (TroubleKind.EXPIRED, 'Peer authentication failed for user "app"'),
        (TroubleKind.EXPIRED, 'certificate authentication failed for user "app"'),
        (TroubleKind.EXPIRED, 'role "app" does not exist'),
        (TroubleKind.EXPIRED, "SASL authentication failed"),
        (TroubleKind.EXPIRED, "no such user: app"),
        (TroubleKind.EXPIRED, "server login has been failing, cached error: password authentication failed"),
        (TroubleKind.EXPIRED, "fe_sendauth: no password supplied"),
        (TroubleKind.DENIED, 'no pg_hba.conf entry for host "10.0.0.9", user "app", database "shop", SSL encryption'),
        (TroubleKind.DENIED, 'pg_hba.conf rejects connection for host "10.0.0.9", user "app", no encryption'),
        (TroubleKind.DENIED, 'role "app" is not permitted to log in'),
        (TroubleKind.DENIED, 'permission denied for database "shop"'),
        (TroubleKind.MISSING, 'database "shop" does not exist'),
        (TroubleKind.MISSING, "no such database: shop"),
        (TroubleKind.MISSING, 'definition of service "shop" not found'),
        (TroubleKind.MISSING, 'root certificate file "/etc/rds.pem" does not exist'),
        (TroubleKind.TIMEOUT, "timeout expired"),
        (TroubleKind.TIMEOUT, "connection timeout expired"),
        (TroubleKind.UNREACHABLE, "Connection refused\n\tIs the server running on that host?"),
        (TroubleKind.UNREACHABLE, "No route to host"),
        (TroubleKind.UNREACHABLE, "Network is unreachable"),
        (TroubleKind.UNREACHABLE, "server closed the connection unexpectedly"),
        (TroubleKind.UNREACHABLE, "SSL error: certificate verify failed"),
        (TroubleKind.UNREACHABLE, "server does not support SSL, but SSL was required"),
        (TroubleKind.UNREACHABLE, "pgbouncer cannot connect to server"),
        (TroubleKind.UNREACHABLE, "server login has been failing, try again later (server_login_retry)"),
        (TroubleKind.UNREACHABLE, "client_login_timeout (server down)"),
        (TroubleKind.UNREACHABLE, "server conn crashed?"),
        (TroubleKind.UNREACHABLE, "pgbouncer database is disabled"),
    ],
)
def test_without_a_code_the_words_decide(kind: TroubleKind, words: str) -> None:
    told = failure(f"{AT}FATAL:  {words}")
    assert (told.kind, told.message) == (kind, f"db-1:5432/shop: {' '.join(words.split())}")


def test_a_host_that_no_name_server_knows_cannot_be_reached() -> None:
    told = failure("failed to resolve host 'db-1': [Errno -2] Name or service not known")
    assert (told.kind, told.remedy) == (TroubleKind.UNREACHABLE, "pg_isready -d host=db-1")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (psycopg.errors.TooManyConnections, TroubleKind.REFUSED),
        (psycopg.errors.DiskFull, TroubleKind.REFUSED),
        (psycopg.errors.OutOfMemory, TroubleKind.REFUSED),
        (psycopg.errors.CannotConnectNow, TroubleKind.REFUSED),
        (psycopg.errors.UndefinedTable, TroubleKind.REFUSED),
        (psycopg.errors.InvalidPassword, TroubleKind.EXPIRED),
        (psycopg.errors.InvalidAuthorizationSpecification, TroubleKind.EXPIRED),
        (psycopg.errors.InsufficientPrivilege, TroubleKind.DENIED),
        (psycopg.errors.InvalidCatalogName, TroubleKind.MISSING),
        (psycopg.errors.QueryCanceled, TroubleKind.TIMEOUT),
        (psycopg.errors.LockNotAvailable, TroubleKind.TIMEOUT),
        (psycopg.errors.AdminShutdown, TroubleKind.UNREACHABLE),
        (psycopg.errors.CrashShutdown, TroubleKind.UNREACHABLE),
        (psycopg.errors.IdleSessionTimeout, TroubleKind.UNREACHABLE),
        (psycopg.errors.ConnectionTimeout, TroubleKind.TIMEOUT),
    ],
)
def test_a_code_decides_in_whatever_language_the_server_speaks(error: type[psycopg.Error], kind: TroubleKind) -> None:
    assert source_error(error("c'est la vie"), SHOP).kind is kind


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (psycopg.OperationalError("zut"), TroubleKind.UNREACHABLE),
        (psycopg.DataError("timestamp too large"), TroubleKind.MALFORMED),
        (OSError("bad file descriptor"), TroubleKind.UNREACHABLE),
        (ImportError("no pq wrapper available"), TroubleKind.MISSING),
        (ValueError(""), TroubleKind.MALFORMED),
    ],
)
def test_whatever_else_happens_is_told(error: Exception, kind: TroubleKind) -> None:
    told = source_error(error, SHOP)
    assert told.kind is kind
    assert told.message.removeprefix("db-1:5432/shop: ")


def test_at_the_limit_one_goes_in_by_the_way_for_emergencies() -> None:
    told = failure(
        "FATAL:  sorry, too many clients already", Target("shop-db", SHOP.parameters, emergency="shop-admin")
    )
    assert told.remedy is not None
    assert told.remedy.startswith("psql service=shop-admin -c 'SELECT usename")


def test_who_has_to_log_in_is_told_how() -> None:
    words = 'FATAL:  PAM authentication failed for user "app"'
    by_iam = Target("shop-db", SHOP.parameters, iam=True, profile="ops")
    assert failure(words).remedy == "psql 'host=db-1 user=app dbname=shop' -W -c 'SELECT 1'"
    assert failure(words, by_iam).remedy == "aws sso login --profile ops"


def test_where_encryption_is_what_lacks_the_command_has_it() -> None:
    told = failure('FATAL:  no pg_hba.conf entry for host "10.0.0.9", user "app", database "shop", no encryption')
    assert told.remedy == "psql 'host=db-1 user=app dbname=shop sslmode=require' -c 'SELECT 1'"


def test_of_several_tries_the_last_is_told_once() -> None:
    last = f"{AT}Connection refused"
    told = failure(f"{last}\nMultiple connection attempts failed. All failures were:\n- host: 'db-1': {last}")
    assert told.message == "db-1:5432/shop: Connection refused"


def test_what_a_server_says_is_made_fit_to_be_shown() -> None:
    told = failure("FATAL:  \x1b[31mred\x1b[0m\nand " + "long" * 100)
    assert told.message.startswith("db-1:5432/shop: red and long")
    assert len(told.message) < 330
