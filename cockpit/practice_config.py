"""The configuration with which `cockpit gameday` opens the cockpit: the practice world, and nothing else."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cockpit.aws_config import AwsAccount, AwsConfig
from cockpit.config import Config, PostgresConfig
from cockpit.gameday.aws.facts import NO_FILE, NOWHERE, practice_environment
from cockpit.gameday.web.facts import WebFacts
from cockpit.incident.names import GAMEDAYS
from cockpit.web_config import (
    AlertmanagerConfig,
    HealthConfig,
    PrometheusConfig,
    QueryConfig,
    StatusConfig,
    WebConfig,
)

if TYPE_CHECKING:
    from cockpit.gameday.command import Facts

PRACTICE = "practice"
"""What the account, the Prometheus and the Alertmanager are called."""
QUERIES = {
    "error rate": QueryConfig("100 * service:errors:ratio_rate1m", unit="%", above=2, critical_above=10),
    "latency p95": QueryConfig("service:latency_seconds:p95", unit="s", above=1, critical_above=5),
    "requests": QueryConfig("service:requests:rate1m", unit="/s", below=10),
    "database saturation": QueryConfig("100 * database:connections:saturation", unit="%", above=80, critical_above=95),
    "storage used": QueryConfig("100 * database:storage_used:ratio", unit="%", above=85, critical_above=95),
}
"""What a runbook would have people look at first."""
WORKLOADS = {"shop": "shop/deployment/web", "shop-tls": "shop/deployment/web", "api": "shop/deployment/api"}
"""Who answers at the health endpoints."""
_HASTY = 5
"""Seconds between two looks: nobody practises for as long as a real incident lasts."""


def practice_config(config: Config, facts: "Facts") -> Config:
    """Look at the practice world alone, and keep its record apart from those of real incidents."""
    server = facts.postgres
    databases = {server.name: PostgresConfig(dsn=server.dsn, emergency=server.emergency)} if server else {}
    record = replace(config.incident, directory=config.incident.directory / GAMEDAYS, shared=None)
    # A trouble begins with the screen, and nobody practises for the five minutes that a real one may last unnoticed.
    hasty = replace(config.thresholds, idle_in_transaction_minutes=1, statement_minutes=1)
    return replace(config, incident=record, postgres=databases, thresholds=hasty, aws=_aws(facts), web=_web(facts.web))


def practice_aws_environment(environ: Mapping[str, str], facts: "Facts") -> dict[str, str]:
    """Give an environment in which boto3 knows the practice AWS alone; without one, it reaches nobody."""
    if facts.aws is None:
        nowhere = practice_environment(environ, NO_FILE)
        return {
            **nowhere,
            "AWS_ENDPOINT_URL": NOWHERE,
            "AWS_ACCESS_KEY_ID": PRACTICE,
            "AWS_SECRET_ACCESS_KEY": PRACTICE,
        }
    return practice_environment(environ, facts.aws.config)


def _aws(facts: "Facts") -> AwsConfig:
    if facts.aws is None:
        return AwsConfig(enabled=False)
    account = AwsAccount(region=facts.aws.region, endpoint_url=facts.aws.endpoint_url)
    return AwsConfig(enabled=True, accounts={PRACTICE: account})


def _web(facts: WebFacts | None) -> WebConfig:
    if facts is None:
        return WebConfig()
    ca_file = None if facts.ca_file is None else str(facts.ca_file)

    def health(name: str, url: str) -> HealthConfig:
        good = HealthConfig(url=url, every_seconds=_HASTY, json="status", equals="ok")
        return replace(good, ca_file=ca_file, workload=WORKLOADS.get(name))

    return WebConfig(
        health={name: health(name, url) for name, url in facts.health.items()},
        prometheus={PRACTICE: PrometheusConfig(url=facts.prometheus, every_seconds=_HASTY, queries=QUERIES)},
        alertmanager={PRACTICE: AlertmanagerConfig(url=facts.alertmanager, every_seconds=_HASTY)},
        status={"paywell": StatusConfig(url=facts.status, every_seconds=2 * _HASTY)},
    )
