"""The versions of the shared log, and how it is made where there is none."""

from importlib import resources

from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.postgres.connecting import Connection

SCHEMA_VERSION = 1
_LOCK = 0x494E4331
"""Number of the advisory lock that keeps two from making it at once (`INC1`)."""


def prepare(connection: Connection) -> None:
    """Make the shared log if there is none, and prove that this program knows the one that is there.

    Raises:
        SourceError: It is of a newer version, or the database cannot keep every text.
        psycopg.Error: It may not be read, or not be made.
    """
    if not is_there(connection):
        _make(connection)
    check_version(connection)


def check_version(connection: Connection) -> None:
    """Prove that this program knows the shared log that is there.

    Raises:
        SourceError: It is of a newer version.
        psycopg.Error: It may not be read.
    """
    row = connection.execute("SELECT max(version) FROM cockpit.version").fetchone()
    version = (row and row[0]) or 0
    if version > SCHEMA_VERSION:
        raise SourceError(
            TroubleKind.REFUSED,
            f"the shared log was made by a newer cockpit (schema {version}; this one knows {SCHEMA_VERSION})",
            "pip install --upgrade incident-cockpit",
        )


def is_there(connection: Connection) -> bool:
    """Tell whether there is a shared log.

    Raises:
        psycopg.Error: It cannot be found out.
    """
    row = connection.execute("SELECT to_regclass('cockpit.version') IS NOT NULL").fetchone()
    return bool(row and row[0])


def check_encoding(connection: Connection) -> None:
    """Prove that the database can keep every text.

    Raises:
        SourceError: It cannot.
    """
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        message = f"the shared log needs a database in UTF8; this one is in {encoding}"
        raise SourceError(TroubleKind.REFUSED, message, "createdb --encoding UTF8 --template template0 NAME")


def _make(connection: Connection) -> None:
    check_encoding(connection)
    with connection.transaction():
        connection.execute("SET LOCAL lock_timeout = '3s'")
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        if not is_there(connection):
            connection.execute("CREATE SCHEMA IF NOT EXISTS cockpit")
            script = resources.files(__package__).joinpath(f"schema_{SCHEMA_VERSION}.sql").read_bytes()
            connection.execute(script)
