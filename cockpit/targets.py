"""Which Postgres servers are looked at: what the configuration and the environment say."""

from collections.abc import Iterable, Mapping

from cockpit.config import Config, PostgresConfig
from cockpit.sources.postgres import conninfo
from cockpit.sources.postgres.target import Target, parameters_of

DATABASE_URL = "DATABASE_URL"
_VARIABLES = {
    "PGSERVICE": "service",
    "PGHOST": "host",
    "PGHOSTADDR": "hostaddr",
    "PGPORT": "port",
    "PGDATABASE": "dbname",
    "PGUSER": "user",
}
"""What libpq reads from the environment anyway; we tell it to people."""
_SAY_WHERE = ("PGSERVICE", "PGHOST", "PGHOSTADDR", "PGDATABASE")
"""Without one of these, the environment says nothing: a user alone is no server."""


def targets(config: Config, environ: Mapping[str, str]) -> tuple[Target, ...]:
    """Tell which servers to look at: those of `--dsn`, else of `[postgres.*]`, else of the environment, if any.

    `load` has put the servers of `--dsn` in the place of those of the file. Of the environment, DATABASE_URL goes
    before libpq's own variables.
    """
    if config.postgres:
        return tuple(_configured(name, server, config) for name, server in config.postgres.items())
    return tuple(_from_environment(environ, config))


def _configured(name: str, server: PostgresConfig, config: Config) -> Target:
    parameters = parameters_of(server.dsn) if server.dsn else {}
    over = {
        "service": server.service,
        "host": server.host,
        "port": str(server.port) if server.port else None,
        "user": server.user,
        "dbname": server.database,
        "sslmode": server.sslmode,
    }
    parameters |= {keyword: value for keyword, value in over.items() if value}
    protected = _looks_protected(name, parameters, config) if server.protected is None else server.protected
    return Target(
        name,
        parameters,
        iam=server.iam,
        profile=config.aws.profile,
        region=config.aws.region,
        emergency=server.emergency,
        protected=protected,
    )


def _from_environment(environ: Mapping[str, str], config: Config) -> Iterable[Target]:
    url = environ.get(DATABASE_URL, "")
    if conninfo.is_uri(url):
        try:
            given = parameters_of(url)
        except ValueError:  # not ours to judge: it was set for another program
            return
        # Frameworks put settings of their own behind the question mark, which libpq would refuse.
        given = {keyword: value for keyword, value in given.items() if keyword in conninfo.KEYWORDS}
        yield _named(given, config, DATABASE_URL)
    elif any(environ.get(variable) for variable in _SAY_WHERE):
        given = {keyword: environ[variable] for variable, keyword in _VARIABLES.items() if environ.get(variable)}
        yield _named(given, config)


def _named(parameters: dict[str, str], config: Config, secret_variable: str | None = None) -> Target:
    name = conninfo.name_of(parameters)
    return Target(
        name, parameters, secret_variable=secret_variable, protected=_looks_protected(name, parameters, config)
    )


def _looks_protected(name: str, parameters: Mapping[str, str], config: Config) -> bool:
    told = (parameters.get(keyword, "") for keyword in ("service", "host", "dbname"))
    return config.protected.covers_database(name, *told)
