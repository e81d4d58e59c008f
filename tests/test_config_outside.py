"""What the configuration says of AWS and the web, and what it says when that cannot be used."""

from pathlib import Path

import pytest

from cockpit.aws_config import AwsAccount
from cockpit.config import Config, Flags
from cockpit.config_error import ConfigError
from cockpit.config_load import load
from cockpit.web_config import AlertmanagerConfig, HealthConfig, PrometheusConfig, QueryConfig, StatusConfig

EVERYTHING = """
[aws]
enabled = true
[aws.accounts.shop]
profile = "shop"
region = "eu-central-1"
endpoint_url = "http://127.0.0.1:5000"
instances = ["shop-*"]
balancers = ["*-edge"]
tags = { team = "shop" }
[aws.accounts.billing]
region = "us-east-1"
[web.health.shop]
url = "https://shop.example/healthz?deep=1"
every_seconds = 5
timeout_seconds = 2.5
slow_seconds = 1
status = [200, 204]
json = 'checks["data.base"].status'
equals = "up"
headers = { Accept = "application/json" }
token_file = "shop.token"
ca_file = "/etc/ca.pem"
workload = "shop/deployment/api"
[web.health.web]
url = "http://127.0.0.1:8080/"
body = "^ok"
[web.prometheus.main]
url = "https://prometheus.example/prom"
user = "cockpit"
password_env = "PROM_PASSWORD"
[web.prometheus.main.queries.errors]
promql = "rate(errors[5m])"
unit = "%"
above = 1
critical_above = 5
[web.alertmanager.main]
url = "https://alerts.example"
filter = ['team="shop"']
protected = true
[web.status.payments]
url = "https://status.example"
components = ["API*"]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cockpit.toml"


def read(file: Path, text: str, flags: Flags | None = None) -> Config:
    file.write_text(text)
    return load(flags or Flags(), {"COCKPIT_CONFIG": str(file)})


def complaint(file: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        read(file, text)
    return str(caught.value)


def test_everything_can_be_written_in_the_file(file: Path) -> None:
    config = read(file, EVERYTHING)
    assert dict(config.aws.looked_at()) == {
        "shop": AwsAccount(
            profile="shop",
            region="eu-central-1",
            endpoint_url="http://127.0.0.1:5000",
            instances=("shop-*",),
            balancers=("*-edge",),
            tags={"team": "shop"},
        ),
        "billing": AwsAccount(region="us-east-1"),
    }
    assert config.web.health == {
        "shop": HealthConfig(
            url="https://shop.example/healthz?deep=1",
            every_seconds=5,
            timeout_seconds=2.5,
            slow_seconds=1,
            status=(200, 204),
            json='checks["data.base"].status',
            equals="up",
            headers={"Accept": "application/json"},
            token_file=str(file.parent / "shop.token"),
            ca_file="/etc/ca.pem",
            workload="shop/deployment/api",
        ),
        "web": HealthConfig(url="http://127.0.0.1:8080/", body="^ok"),
    }
    errors = QueryConfig("rate(errors[5m])", unit="%", above=1, critical_above=5)
    assert config.web.prometheus == {
        "main": PrometheusConfig(
            url="https://prometheus.example/prom",
            user="cockpit",
            password_env="PROM_PASSWORD",
            queries={"errors": errors},
        )
    }
    assert config.web.alertmanager == {
        "main": AlertmanagerConfig(url="https://alerts.example", filter=('team="shop"',), protected=True)
    }
    assert config.web.status == {"payments": StatusConfig("https://status.example", components=("API*",))}


def test_a_region_that_was_typed_takes_the_place_of_the_accounts_of_the_file(file: Path) -> None:
    typed = read(file, EVERYTHING, Flags(profile="ops", region="eu-west-1"))
    assert dict(typed.aws.looked_at()) == {"aws": AwsAccount(profile="ops", region="eu-west-1")}
    profile = read(file, EVERYTHING, Flags(profile="ops"))
    assert profile.aws.profile == "ops"
    assert profile.aws.accounts.keys() == {"shop", "billing"}


HEALTH = "[web.health.shop]\nurl = 'https://shop.example'\n"
PROMETHEUS = "[web.prometheus.main]\nurl = 'https://p'\n"
QUERY = f"{PROMETHEUS}[web.prometheus.main.queries.errors]\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[aws]\nregoin = 'x'", "[aws] has no setting 'regoin'; did you mean 'region'?"),
        ("[aws]\nmost = 0", "[aws] most: expected a whole number >= 1"),
        ("[aws]\nendpoint_url = 'localhost:5000'", "[aws] endpoint_url is no URL of a web server"),
        ("[aws]\naccounts = 3", "[aws.accounts] holds a table for each region or account; write [aws.accounts.NAME]"),
        (
            "[aws.accounts]\nregion = 'x'",
            "[aws.accounts] holds a table for each region or account; write [aws.accounts.NAME]",
        ),
        ("[aws.accounts.'a/b']", "'a/b' cannot be the name of a region or account; it may have letters"),
        ("[aws.accounts.shop]\nprofil = 'x'", "[aws.accounts.shop] has no setting 'profil'; did you mean 'profile'?"),
        ("[aws.accounts.shop]\nregion = 3", "[aws.accounts.shop] region: expected text, got a whole number"),
        ("[aws.accounts.shop]\nendpoint_url = 'x'", "[aws.accounts.shop] endpoint_url is no URL"),
        ("[web.helth.a]\nurl = 'x'", "[web] has no setting 'helth'; did you mean 'health'?"),
        ("[web]\nhealth = 'x'", "[web.health] holds a table for each health endpoint; write [web.health.NAME]"),
        ("[web.health]\nurl = 'https://a'", "[web.health] holds a table for each health endpoint"),
        ("[web.health.'a/b']\nurl = 'https://a'", "'a/b' cannot be the name of a health endpoint"),
        ("[web.health.shop]\nbody = 'ok'", "[web.health.shop] url is missing"),
        (f"{HEALTH}timeout = 3", "[web.health.shop] has no setting 'timeout'; did you mean 'timeout_seconds'?"),
        (f"{HEALTH}timeout_seconds = 0", "[web.health.shop] timeout_seconds: expected a number with a fraction > 0"),
        (f"{HEALTH}status = ['200']", "[web.health.shop] status[0]: expected a whole number, got text"),
        (f"{HEALTH}status = [20]", "[web.health.shop] status: 20 is not the status of an answer; allowed are 200"),
        (f"{HEALTH}body = 'a'\njson = 'b'", "[web.health.shop] body and json exclude each other; keep one of them"),
        (f"{HEALTH}equals = 'up'", "[web.health.shop] equals: json has to say where in the body to look"),
        (f"{HEALTH}body = '('", "[web.health.shop] body is not a regular expression: missing )"),
        (f"{HEALTH}json = 'a..b'", "[web.health.shop] json: '..b' is no step into JSON; write such as checks."),
        (f"{HEALTH}json = ''", "[web.health.shop] json: it says nowhere to look"),
        (f"{HEALTH}method = 'DELETE'", "[web.health.shop] method: 'DELETE' is not allowed; there is GET, HEAD"),
        (f"{HEALTH}method = 'head'\nbody = 'x'", "[web.health.shop] method: an answer to HEAD has no body"),
        (f"{HEALTH}workload = 'api'", "[web.health.shop] workload: write NAMESPACE/KIND/NAME"),
        (f"{HEALTH}token_env = 'A'\nuser = 'b'", "[web.health.shop] token_env and user exclude each other"),
        (f"{HEALTH}password_env = 'A'", "[web.health.shop] password_env: there is no user to whom the password"),
        (f"{HEALTH}headers = {{'A B' = 'c'}}", "[web.health.shop] headers: 'A B' is not the name of a header"),
        (f'{HEALTH}headers = {{A = "b\\r\\nC: d"}}', "[web.health.shop] headers: the value of A has characters"),
        ("[web.prometheus.main]\nurl = 'https://p'", "[web.prometheus.main] has no queries; write [web.prometheus."),
        (f"{PROMETHEUS}queries = 3", "[web.prometheus.main.queries] holds a table for each query"),
        (f"{QUERY}unit = '%'", "[web.prometheus.main.queries.errors] promql is missing"),
        (f"{QUERY}promql = ' '", "[web.prometheus.main.queries.errors] promql is empty"),
        (f"{QUERY}promq = 'up'", "[web.prometheus.main.queries.errors] has no setting 'promq'; did you mean 'promql'?"),
        (f"{QUERY}promql = 'up'\nabove = 5\ncritical_above = 1", "critical_above is less than above"),
        (f"{QUERY}promql = 'up'\nbelow = 1\ncritical_below = 5", "critical_below is more than below"),
        ("[web.alertmanager.main]\nurl = 'alerts:9093'", "[web.alertmanager.main] url is no URL of a web server"),
        ("[web.status.pay]\nurl = 'https://s'\ntoken_env = 'A'", "[web.status.pay] has no setting 'token_env'"),
    ],
)
def test_a_mistake_is_told_with_file_table_and_what_is_allowed(file: Path, text: str, says: str) -> None:
    told = complaint(file, text)
    assert told.startswith(str(file))
    assert says in told


@pytest.mark.parametrize(
    "url",
    ["shop.example", "ftp://shop.example", "https://", "https:///x", "http://[::1", "http://a:99999", "http://a b/"],
)
def test_a_bad_url_is_told(file: Path, url: str) -> None:
    assert "[web.health.shop] url is no URL of a web server" in complaint(file, f"[web.health.shop]\nurl = '{url}'")


@pytest.mark.parametrize(
    "text",
    [
        "[web.health.shop]\nurl = 'https://anna:hunter2@shop.example'",
        "[web.alertmanager.main]\nurl = 'https://:hunter2@shop.example'",
        "[aws]\nendpoint_url = 'http://hunter2@localhost'",
        f"{HEALTH}password = 'hunter2'",
        f"{HEALTH}token = 'hunter2'",
        f"{HEALTH}headers = {{Authorization = 'Bearer hunter2'}}",
    ],
)
def test_a_secret_in_the_file_is_refused_and_not_repeated(file: Path, text: str) -> None:
    told = complaint(file, text)
    assert "hunter2" not in told
    assert "password_env" in told or "token_env" in told
