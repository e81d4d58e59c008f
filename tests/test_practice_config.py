"""In a game day the cockpit looks at the practice world and at nothing of the person's own."""

from pathlib import Path

from cockpit.config import Config, IncidentConfig
from cockpit.gameday.command import AwsFacts, Endpoint, Facts
from cockpit.gameday.web.facts import WebFacts
from cockpit.practice_config import practice_aws_environment, practice_config

MINE = {"HOME": "/home/ana", "AWS_PROFILE": "production", "AWS_SESSION_TOKEN": "secret", "AWS_REGION": "us-east-1"}
AWS = AwsFacts("http://127.0.0.1:4566", "eu-central-1", Path("/tmp/world/aws.ini"))
WEB = WebFacts(
    {"shop": "http://127.0.0.1:1/healthz", "shop-tls": "https://127.0.0.1:2/healthz"},
    "http://127.0.0.1:3",
    "http://127.0.0.1:4",
    "http://127.0.0.1:5",
    Path("/tmp/world/authority.pem"),
)


def facts(aws: AwsFacts | None = AWS, web: WebFacts | None = WEB) -> Facts:
    server = Endpoint("http://127.0.0.1:9", "127.0.0.1", 9)
    return Facts("steady", Path("/tmp/world/kubeconfig"), "practice", "shop", server, 1, aws=aws, web=web)


def test_what_is_practised_is_not_shared() -> None:
    config = Config(incident=IncidentConfig(shared="postgresql://db-1/incidents"))
    assert practice_config(config, facts()).incident.shared is None


def test_the_one_account_is_the_practice_one() -> None:
    config = practice_config(Config(), facts()).aws
    assert config.enabled
    ((name, account),) = config.looked_at()
    assert (name, account.endpoint_url, account.region) == ("practice", "http://127.0.0.1:4566", "eu-central-1")
    assert account.profile is config.profile is None


def test_boto3_finds_the_practice_credentials_and_none_of_the_persons() -> None:
    environment = practice_aws_environment(MINE, facts())
    assert environment["AWS_CONFIG_FILE"] == environment["AWS_SHARED_CREDENTIALS_FILE"] == "/tmp/world/aws.ini"
    assert environment["HOME"] == "/home/ana"
    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION"} & environment.keys()


def test_without_a_practice_aws_boto3_reaches_nobody() -> None:
    without = facts(aws=None)
    assert practice_config(Config(), without).aws.enabled is False
    environment = practice_aws_environment(MINE, without)
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:9"
    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN"} & environment.keys()


def test_the_services_on_the_web_are_looked_at_with_the_authority_of_the_world() -> None:
    web = practice_config(Config(), facts()).web
    assert {name: health.url for name, health in web.health.items()} == WEB.health
    assert web.health["shop-tls"].ca_file == "/tmp/world/authority.pem"
    assert web.health["shop"].workload == "shop/deployment/web"
    assert web.prometheus["practice"].queries["error rate"].above == 2
    assert (web.alertmanager["practice"].url, web.status["paywell"].url) == (WEB.alertmanager, WEB.status)
    assert not practice_config(Config(), facts(web=None)).web.health
