"""A Postgres server and how it is reached: never a secret, only where it is."""

import os
import shlex
from collections.abc import Mapping

import msgspec

from cockpit.sources.postgres import conninfo

_PROBED = ("service", "host", "hostaddr", "port")
_DEFAULT_PORT = "5432"


class Target(msgspec.Struct, frozen=True):
    """A server and a database in it, as whom we go there, and where the password is."""

    name: str
    """What people call it: `shop-db`."""
    parameters: Mapping[str, str] = {}
    """Of libpq, by keyword, without any secret. What is missing libpq finds by itself: PG* variables, service file,
    pgpass."""
    secret_variable: str | None = None
    """The environment variable with the connection string that holds the password."""
    iam: bool = False
    """Log in with an IAM token of RDS instead of a password."""
    profile: str | None = None
    """Of AWS, for the token."""
    region: str | None = None
    """None: the one that the host's name tells, or the profile's."""
    emergency: str | None = None
    """A connection string or a service for one connection when all others are refused."""
    protected: bool = False
    """To be careful with."""

    def label(self) -> str:
        """Name it on one line: `shop-db`."""
        return self.name

    def place(self) -> str:
        """Say where it is: `db-1:5432/shop`, or `service shop/shop` when only the service file knows the host."""
        given = self.parameters
        hosts = (given.get("host") or given.get("hostaddr") or "").split(",")
        ports = (given.get("port") or _DEFAULT_PORT).split(",")
        ports += ports[-1:] * (len(hosts) - len(ports))
        where = ",".join(f"{host or 'localhost'}:{port}" for host, port in zip(hosts, ports, strict=False))
        if "service" in given and not any(hosts):
            where = f"service {given['service']}"
        return f"{where}/{given['dbname']}" if given.get("dbname") else where

    def way(self) -> str:
        """Say as whom we go where: `cockpit@db-1:5432/shop`."""
        user = self.parameters.get("user")
        return f"{user}@{self.place()}" if user else self.place()

    def probe(self) -> str:
        """Give the command that tells whether the server takes connections."""
        given = {keyword: self.parameters[keyword] for keyword in _PROBED if keyword in self.parameters}
        return f"pg_isready -d {shlex.quote(conninfo.write(given))}" if given else "pg_isready"

    def psql(self, *more: str, **other: str) -> str:
        """Give the command that goes there as we do, but for `other` parameters; it asks for a password if need be."""
        given = {**self.parameters, **other}
        return shlex.join(["psql", conninfo.write(given), *more])

    def in_emergency(self) -> "Target | None":
        """Give the target of the one connection for when we are refused, opened on confirmation; None: none is set."""
        if self.emergency is None:
            return None
        return msgspec.structs.replace(
            self, parameters=parameters_of(self.emergency), secret_variable=None, iam=False, emergency=None
        )

    def secrets(self, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
        """Fetch the parameters that nobody may see, to be handed to libpq and forgotten."""
        if self.secret_variable is None:
            return {}
        given = conninfo.parse(environ.get(self.secret_variable, ""))
        return {keyword: value for keyword, value in given.items() if keyword in conninfo.SECRETS}


def parameters_of(text: str) -> dict[str, str]:
    """Read a connection string, a URI or the bare name of a service, without what is secret in it.

    Raises:
        ValueError: It cannot be read.
    """
    return {keyword: value for keyword, value in conninfo.read(text).items() if keyword not in conninfo.SECRETS}
