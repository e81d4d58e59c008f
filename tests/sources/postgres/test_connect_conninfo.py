"""Connection strings are read as libpq reads them."""

import pytest
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import Conninfo

from cockpit.sources.postgres import conninfo


@pytest.mark.parametrize(
    "text",
    [
        "",
        "host=db-1 port=5432 dbname=shop user=app",
        "  host = db-1   dbname='my shop' ",
        r"user='it\'s me' password=a\ b\\c",
        "dbname='' host=db",
        r"options='-c search_path=a,b'",
        "postgresql://",
        "postgres://db",
        "postgresql://app@db-1:6432/shop?sslmode=require&connect_timeout=5",
        "postgresql://app:p%40ss%2Fw@db/shop",
        "postgresql://[::1]:5432/shop",
        "postgresql://a,b:5433,c/shop?target_session_attrs=any",
        "postgresql:///shop?host=/var/run/postgresql",
        "postgresql://db/shop?ssl=true",
        "postgresql://db/shop?application_name=a+b%20c",
    ],
)
def test_a_connection_string_means_what_it_means_to_libpq(text: str) -> None:
    read = conninfo.parse(text)
    assert {keyword: value for keyword, value in read.items() if value} == {
        keyword: str(value) for keyword, value in conninfo_to_dict(text).items() if value
    }


def test_every_parameter_of_libpq_is_known() -> None:
    known = {option.keyword.decode() for option in Conninfo.get_defaults()}
    assert known - conninfo.KEYWORDS == {"replication"}


def test_what_libpq_hides_is_a_secret() -> None:
    hidden = {option.keyword.decode() for option in Conninfo.get_defaults() if option.dispchar == b"*"}
    assert hidden <= conninfo.SECRETS


@pytest.mark.parametrize(
    "text",
    ["host", "host=db hunter2", "password='hunter2", "postgresql://u:hunter2/x@db/s", "postgresql://u@db:hunter2"],
)
def test_what_cannot_be_read_is_not_repeated(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w") as caught:
        conninfo.parse(text)
    assert "hunter2" not in str(caught.value)


def test_a_password_that_was_not_escaped_is_not_taken_for_the_host() -> None:
    assert conninfo.parse("postgresql://app:p@ss@db/shop") == {
        "user": "app",
        "password": "p@ss",
        "host": "db",
        "dbname": "shop",
    }


@pytest.mark.parametrize("value", ["plain", "with space", "it's", "back\\slash", "", "-c a=b"])
def test_what_is_written_can_be_read(value: str) -> None:
    parameters = {"host": "db", "options": value, "user": "app"}
    assert conninfo.parse(conninfo.write(parameters)) == parameters
    assert conninfo_to_dict(conninfo.write(parameters))["options"] == value


def test_a_bare_word_is_a_service() -> None:
    assert conninfo.read("shop-admin") == {"service": "shop-admin"}
    assert conninfo.read("host=db") == {"host": "db"}
    assert conninfo.read("postgres://db") == {"host": "db"}
