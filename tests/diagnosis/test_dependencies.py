"""What a database server, a service of others or another workload does to a workload is told with it."""

from typing import Any

import msgspec
import pytest
from support.estate import Estate
from support.outside_looks import GIBI, ago, alarm, aws, check, health, instance, series
from support.postgres_looks import ACTIVE, IDLE, backend, backends, look

from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.facts import Outside, PostgresFacts
from cockpit.diagnosis.finding import Finding, Suggestion, Verb
from cockpit.diagnosis.outside import explained, problem
from cockpit.logs.rates import LogRate, LogRates
from cockpit.sources.aws.model import DbMetric
from cockpit.sources.kubernetes.model import Workload
from cockpit.sources.kubernetes.objects import ObjectRef
from cockpit.sources.postgres.model import LockWait, PostgresLook
from cockpit.sources.web.model import Alert, AlertmanagerLook, Component, HealthLook, Outcome, StatusLook

FULL = look(*backends(97, IDLE))
API_LOG = LogRate("api-1/api", 100, 1, 100, 1, newest_error="payments: 503 from api.paywell.example")


def failing(body: str = "", *, seconds: float = 20, workload: str = "shop/deployment/api") -> Outside[HealthLook]:
    failed = check(Outcome.WRONG_BODY, message="status is degraded", body=body)
    return Outside(health(failed, bad_since=ago(seconds=seconds), workload=workload))


def firing(**labels: str) -> dict[str, Any]:
    alert = Alert("1", "Watched", {"alertname": "Watched", **labels}, starts_at=ago(minutes=1))
    return {"alertmanagers": {"main": Outside(AlertmanagerLook("http://alertmanager", (alert,)))}}


def with_server(estate: Estate, seen: PostgresLook, *things: Any, **facts: Any) -> list[Finding]:
    return estate.find(estate.pod("api-1"), *things, postgres={"shop-db": PostgresFacts(seen)}, **facts)


def of_provider(estate: Estate, **facts: Any) -> list[Finding]:
    down = Component("API", "major_outage")
    page = StatusLook("https://status.paywell.test", "Paywell", "major", "Outage", components=(down,))
    return estate.find(estate.pod("api-1"), status_pages={"paywell": Outside(page)}, **facts)


def with_provider(estate: Estate, **facts: Any) -> list[str]:
    return [finding.key for finding in of_provider(estate, **facts)]


def test_a_client_of_a_server_without_connections_is_not_well_because_of_it(estate: Estate) -> None:
    (finding,) = with_server(estate, FULL, health={"api": failing()})
    assert finding.key == "postgres/connections/shop-db"
    assert finding.title.endswith("; health api: answers, but says that it is not well")


def test_who_is_no_client_of_it_is_not_well_for_a_reason_of_its_own(estate: Estate) -> None:
    web = estate.pod("web-1", workload=Workload("Deployment", "web"), ip="10.0.0.9")
    found = with_server(estate, FULL, web, health={"web": failing(workload="shop/deployment/web")})
    assert {finding.key for finding in found} == {"postgres/connections/shop-db", "web/health/web"}


def test_who_waits_for_a_lock_is_not_well_because_of_who_holds_it(estate: Estate) -> None:
    waits = (LockWait(1, (4711,), ago(minutes=1), "relation", "AccessShareLock", "orders"),)
    waiting = backend(1, ACTIVE, since=ago(minutes=1), wait_event_type="Lock")
    seen = look(waiting, backend(4711, ACTIVE, client_address="10.9.9.9", application="report"), waits=waits)
    (finding,) = with_server(estate, seen, health={"api": failing()})
    assert finding.key == "postgres/locks/shop-db/4711"
    long_before = with_server(estate, seen, health={"api": failing(seconds=600)})
    assert len(long_before) == 2


def test_an_alert_that_names_a_server_in_trouble_is_told_with_it(estate: Estate) -> None:
    (finding,) = with_server(estate, FULL, **firing(instance="shop-db"))
    assert finding.title.endswith("; alert Watched: fires")
    assert len(with_server(estate, FULL, **firing(instance="other-db"))) == 2


def test_an_alert_that_names_an_instance_whose_storage_runs_out_is_told_with_it(estate: Estate) -> None:
    low = instance(metrics={DbMetric.FREE_STORAGE: series(*[4 * GIBI] * 9)})
    (finding,) = estate.find(aws={"shop": Outside(aws(instances=(low,)))}, **firing(dbinstance_identifier="shop-db"))
    assert finding.key == "aws/storage/RDS/shop/shop-db"
    assert finding.title.endswith("; alert Watched: fires")


def test_an_alarm_on_the_connections_of_an_instance_is_told_with_those_of_its_server(estate: Estate) -> None:
    host = "shop-db.abc.us-west-2.rds.amazonaws.com"
    seen = look(*backends(97, IDLE), server={"host": host, "address": "10.1.2.3", "port": 5432})
    dimensions = {"DBInstanceIdentifier": "shop-db"}

    def watching(metric: str) -> dict[str, Any]:
        watched = alarm("watched", metric=metric, dimensions=dimensions)
        return {"aws": {"shop": Outside(aws(instances=(instance(),), alarms=(watched,)))}}

    (finding,) = with_server(estate, seen, **watching("AWS/RDS DatabaseConnections"))
    assert finding.title.endswith("; alarm watched: is in ALARM")
    assert len(with_server(estate, seen, **watching("AWS/RDS ReadLatency"))) == 2


def test_what_a_log_says_of_a_service_of_others_explains_the_health_of_the_workload(estate: Estate) -> None:
    logs = LogRates((API_LOG,))
    assert with_provider(estate, health={"api": failing()}, log_rates=logs) == ["web/third-party/paywell"]
    loud = msgspec.structs.replace(API_LOG, errors=50, errors_since=ago(minutes=1), newest_error_at=ago(seconds=9))
    assert with_provider(estate, log_rates=LogRates((loud,))) == ["web/third-party/paywell"]


def test_an_outage_of_others_is_not_mended_by_a_restart_and_leads_to_its_scenario(estate: Estate) -> None:
    loud = msgspec.structs.replace(API_LOG, errors=50, errors_since=ago(minutes=1), newest_error_at=ago(seconds=9))
    logs = LogRates((loud,))
    (alone,) = estate.find(estate.pod("api-1"), log_rates=logs)
    assert [each.verb for each in alone.actions] == [Verb.RESTART]
    (finding,) = of_provider(estate, log_rates=logs)
    assert (finding.actions, finding.scenario) == ((), "third-party")
    assert ObjectRef("Deployment", "shop", "api") in finding.objects


def test_a_release_just_before_an_outage_of_others_can_still_be_taken_back() -> None:
    subject = ObjectRef("Deployment", "shop", "api")
    outage = problem(Cause.THIRD_PARTY, "web/third-party/paywell", subject, "Paywell", "API major outage")
    back = Suggestion(Verb.ROLLBACK, subject, "it came with revision 3", {"revision": "2"})
    effect = problem(Cause.HEALTH, "web/health/api", subject, "health api", "fails", actions=(back,))
    assert explained(outage, effect).actions == (back,)


def test_a_service_of_others_stands_before_what_only_may_come_of_it(estate: Estate) -> None:
    assert with_provider(estate, health={"api": failing()}) == ["web/third-party/paywell", "web/health/api"]


def test_an_alert_that_names_a_service_of_others_is_told_with_it(estate: Estate) -> None:
    assert with_provider(estate, **firing(provider="paywell")) == ["web/third-party/paywell"]


@pytest.mark.parametrize(
    "body",
    [
        '{"status": "degraded", "checks": {"db": {"status": "ok"}, "api": {"status": "down"}}}',
        '{"status": "fail", "checks": {"api:responseTime": [{"status": "fail"}]}}',
        '{"status": "DOWN", "components": {"api": {"status": "DOWN"}}}',
    ],
)
def test_a_health_endpoint_that_names_a_workload_in_trouble_is_told_with_it(estate: Estate, body: str) -> None:
    crashed = estate.container(state="waiting", reason="CrashLoopBackOff", ready=False, restarts=8, last_exit_code=1)
    pod = estate.ill("api-1", crashed, not_ready_since=ago(seconds=30))
    (finding,) = estate.find(pod, health={"shop": failing(body, workload="")})
    assert finding.title.endswith("; health shop: answers, but says that it is not well")


@pytest.mark.parametrize("body", ["", "api is down", "[1]", '{"checks": {"api": "ok"}}', '{"checks": {"web": "down"}}'])
def test_one_that_names_none_is_told_by_itself(estate: Estate, body: str) -> None:
    crashed = estate.container(state="waiting", reason="CrashLoopBackOff", ready=False, restarts=8, last_exit_code=1)
    pod = estate.ill("api-1", crashed, not_ready_since=ago(seconds=30))
    assert len(estate.find(pod, health={"shop": failing(body, workload="")})) == 2
