"""Which servers are looked at, and that a target never holds a secret."""

from collections.abc import Mapping

import msgspec
import pytest

from cockpit.aws_config import AwsConfig
from cockpit.config import Config, PostgresConfig, ProtectedConfig
from cockpit.sources.postgres.target import Target
from cockpit.targets import targets

URL = "postgres://app:hunter2@db-1:6432/shop?pool=5&sslmode=require"


def only(config: Config, environ: Mapping[str, str] | None = None) -> Target:
    (target,) = targets(config, environ or {})
    return target


def shop(**settings: object) -> Config:
    return Config(postgres={"shop-db": msgspec.convert(settings, PostgresConfig)})


def test_nothing_says_anything() -> None:
    assert targets(Config(), {"PGUSER": "app", "PGPORT": "5433", "DATABASE_URL": "", "PGHOST": ""}) == ()


def test_a_server_of_the_configuration() -> None:
    target = only(shop(dsn="host=db-1 dbname=shop user=app", port=6432, user="cockpit", sslmode="require"))
    assert target.label() == "shop-db"
    assert target.place() == "db-1:6432/shop"
    assert target.parameters["user"] == "cockpit"
    assert target.parameters["sslmode"] == "require"


def test_the_configuration_goes_before_the_environment() -> None:
    assert only(shop(host="db-1"), {"DATABASE_URL": URL, "PGHOST": "elsewhere"}).place() == "db-1:5432"


def test_database_url_goes_before_the_variables_of_libpq() -> None:
    target = only(Config(), {"DATABASE_URL": URL, "PGHOST": "elsewhere"})
    assert (target.name, target.place()) == ("shop", "db-1:6432/shop")


def test_settings_that_a_framework_puts_into_database_url_are_left_out() -> None:
    assert "pool" not in only(Config(), {"DATABASE_URL": URL}).parameters


@pytest.mark.parametrize("url", ["mysql://root:hunter2@db/shop", "postgres://u:x/y@db/shop", "sqlite:///x.db"])
def test_a_database_url_of_something_else_is_not_ours(url: str) -> None:
    assert targets(Config(), {"DATABASE_URL": url}) == ()


@pytest.mark.parametrize(
    ("environ", "name", "place"),
    [
        ({"PGSERVICE": "shop-ro"}, "shop-ro", "service shop-ro"),
        ({"PGHOST": "db-2", "PGPORT": "5433"}, "db-2", "db-2:5433"),
        ({"PGHOST": "/run/postgresql"}, "run-postgresql", "/run/postgresql:5432"),
        ({"PGDATABASE": "shop", "PGUSER": "app"}, "shop", "localhost:5432/shop"),
        ({"PGHOST": "db-2", "PGDATABASE": "shop", "PGPASSWORD": "hunter2"}, "shop", "db-2:5432/shop"),
    ],
)
def test_a_server_of_the_variables_of_libpq(environ: dict[str, str], name: str, place: str) -> None:
    target = only(Config(), environ)
    assert (target.name, target.place()) == (name, place)


def test_several_hosts_are_all_told() -> None:
    assert only(shop(dsn="host=a,b port=5432,5433 dbname=shop")).place() == "a:5432,b:5433/shop"
    assert only(shop(dsn="host=a,b port=6000")).place() == "a:6000,b:6000"


def test_a_target_never_holds_the_password() -> None:
    target = only(Config(), {"DATABASE_URL": URL})
    for told in (repr(target), str(target), str(msgspec.to_builtins(target)), target.place(), target.psql()):
        assert "hunter2" not in told


def test_the_password_is_fetched_from_where_it_is() -> None:
    assert only(Config(), {"DATABASE_URL": URL}).secrets({"DATABASE_URL": URL}) == {"password": "hunter2"}
    assert only(shop(host="db-1")).secrets({"DATABASE_URL": URL}) == {}


@pytest.mark.parametrize(
    ("settings", "protected"),
    [
        ({"host": "shop-PROD.internal"}, True),
        ({"service": "prod"}, True),
        ({"host": "staging", "database": "production"}, True),
        ({"host": "staging"}, False),
        ({"host": "prod-1", "protected": False}, False),
        ({"host": "staging", "protected": True}, True),
    ],
)
def test_what_sounds_like_production_is_protected(settings: dict[str, object], protected: bool) -> None:
    assert only(shop(**settings)).protected is protected


def test_the_patterns_can_be_chosen() -> None:
    config = msgspec.structs.replace(shop(host="live-1"), protected=ProtectedConfig(databases=("live*",)))
    assert only(config).protected


def test_profile_and_region_are_those_of_aws() -> None:
    config = msgspec.structs.replace(shop(host="db", iam=True), aws=AwsConfig(profile="ops", region="eu-west-1"))
    target = only(config)
    assert (target.iam, target.profile, target.region) == (True, "ops", "eu-west-1")


def test_the_connection_for_emergencies_is_another_target() -> None:
    by_service = only(shop(host="db-1", iam=True, emergency="shop-admin")).in_emergency()
    by_string = only(shop(host="db-1", emergency="host=db-1 user=postgres")).in_emergency()
    assert by_service is not None
    assert by_string is not None
    assert (by_service.name, by_service.place(), by_service.iam) == ("shop-db", "service shop-admin", False)
    assert by_string.parameters["user"] == "postgres"
    assert only(shop(host="db-1")).in_emergency() is None


def test_commands_can_be_typed_as_they_are() -> None:
    target = only(shop(host="db-1", database="my shop"))
    assert target.probe() == "pg_isready -d host=db-1"
    assert target.psql("-c", "SELECT 1") == """psql 'host=db-1 dbname='"'"'my shop'"'"'' -c 'SELECT 1'"""
