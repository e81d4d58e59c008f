"""Named PromQL queries and firing alerts."""

from typing import Any

import pytest
from support.estate import Estate
from support.outside_looks import ago, found_on_web, only_on_web, series, trouble
from support.ward import NOW

from cockpit.diagnosis.diagnose import diagnose
from cockpit.diagnosis.facts import Facts, Outside
from cockpit.diagnosis.finding import Finding, FindingSeverity
from cockpit.diagnosis.policy import Policy
from cockpit.reading import TroubleKind
from cockpit.sources.web.model import Alert, AlertmanagerLook, PrometheusLook, QueryResult, Samples

WRONG, DOUBTFUL, NOTICE = FindingSeverity.WRONG, FindingSeverity.DOUBTFUL, FindingSeverity.NOTICE


def samples(*values: float, **labels: str) -> Samples:
    made = series(*values)
    return Samples(labels, made.times, made.values)


def queried(*those: Samples, **facts: Any) -> dict[str, dict[str, PrometheusLook]]:
    limits: dict[str, Any] = {"unit": "%", "above": 5.0, "critical_above": 20.0, **facts}
    result = QueryResult("error_rate", "sum(rate(errors[5m]))", series=those, **limits)
    return {"prometheus": {"main": PrometheusLook("http://prometheus", (result,))}}


def test_numbers_within_their_thresholds_and_no_data_are_no_finding() -> None:
    assert found_on_web(**queried(samples(*[4] * 9))) == []
    assert found_on_web(**queried()) == []
    assert found_on_web(**queried(samples(4, 4, 4, 4, 99))) == []
    assert found_on_web(**queried(samples(*[99] * 9), above=None, critical_above=None)) == []


def test_the_worst_series_is_told_with_its_threshold_and_unit() -> None:
    those = (samples(*[7.5] * 9, job="api"), samples(*[3] * 9, job="web"), samples(*[30] * 3, job="pay", __name__="x"))
    finding = only_on_web(**queried(*those))
    assert finding.title == "error_rate: is 30 % in job=pay and 1 more series: critical above 20 %"
    assert (finding.key, finding.severity, finding.scenario, finding.since) == (
        "web/metric/main/error_rate",
        WRONG,
        "metric",
        ago(minutes=4),
    )
    assert [proof.fact for proof in finding.evidence] == [
        "job=pay: 30 %, critical above 20 %",
        "job=api: 7.5 %, doubtful above 5 %",
    ]


def test_the_limit_that_is_named_is_the_one_that_the_newest_number_exceeds() -> None:
    grown = only_on_web(**queried(samples(1, 1, 7, 9, 30)))
    assert (grown.title, grown.severity) == ("error_rate: is 30 %: critical above 20 %", WRONG)
    assert grown.since == ago(minutes=4)
    assert only_on_web(**queried(samples(1, 7, 30, 9, 8))).title == "error_rate: is 8 %: doubtful above 5 %"
    assert found_on_web(**queried(samples(1, 1, 1, 9, 30))) == []
    less = {"above": None, "critical_above": None, "below": 100.0, "critical_below": 10.0}
    assert only_on_web(**queried(samples(50, 50, 5), **less)).severity is WRONG


def test_too_little_is_judged_as_well_as_too_much() -> None:
    limits = {"above": None, "critical_above": None, "below": 100.0, "critical_below": 10.0, "unit": "/s"}
    assert only_on_web(**queried(samples(*[50] * 9), **limits)).title == "error_rate: is 50/s: doubtful below 100/s"
    assert only_on_web(**queried(samples(*[0] * 9), **limits)).severity is WRONG


def test_a_query_that_is_not_answered_is_a_notice() -> None:
    finding = only_on_web(**queried(trouble="parse error: unexpected character"))
    assert (finding.severity, finding.scenario) == (NOTICE, "unreadable")
    assert finding.title.endswith("does not answer the query error_rate: parse error: unexpected character")


@pytest.mark.parametrize(("field", "kind"), [("prometheus", "Prometheus"), ("alertmanagers", "Alertmanager")])
def test_what_cannot_be_read_is_told_with_its_remedy(field: str, kind: str) -> None:
    denied = trouble(TroubleKind.EXPIRED, "401 Unauthorized", remedy="vault login")
    known: dict[str, Any] = {field: {"main": Outside(None, denied)}}
    (finding,) = diagnose(Facts(**known), NOW, Policy())
    assert finding.title == f"{kind} main: does not know us: log in again: 401 Unauthorized"
    assert (finding.severity, finding.evidence[-1].fact) == (DOUBTFUL, "try: vault login")


def alert(name: str, severity: str = "warning", fingerprint: str = "1", **facts: Any) -> Alert:
    labels = {"alertname": name, **({"severity": severity} if severity else {}), **facts.pop("labels", {})}
    return Alert(fingerprint, name, labels, **{"starts_at": ago(minutes=5), **facts})


def firing(*alerts: Alert) -> list[Finding]:
    return found_on_web(alertmanagers={"main": AlertmanagerLook("http://alertmanager", alerts)})


@pytest.mark.parametrize(
    ("label", "severity"),
    [
        ("critical", WRONG),
        ("page", WRONG),
        ("Warning", DOUBTFUL),
        ("info", NOTICE),
        ("none", NOTICE),
        ("odd", DOUBTFUL),
        ("", DOUBTFUL),
    ],
)
def test_the_label_says_how_bad_an_alert_is(label: str, severity: FindingSeverity) -> None:
    (finding,) = firing(alert("HighLatency", label))
    assert (finding.severity, finding.scenario) == (severity, "alert")


def test_alerts_of_one_name_are_told_once_by_the_worst() -> None:
    first = alert("HighLatency", labels={"job": "web"}, starts_at=ago(minutes=9))
    worst = alert("HighLatency", "critical", "2", labels={"job": "api"}, annotations={"summary": "p99 is 7 s"})
    (finding,) = firing(first, worst)
    assert finding.title == "alert HighLatency: fires 2 times (critical): p99 is 7 s"
    assert (finding.key, finding.since) == ("web/alert/main/HighLatency", ago(minutes=9))
    assert finding.evidence[0].fact == "HighLatency: job=api, p99 is 7 s"


def test_what_nobody_is_told_of_and_what_always_fires_is_left_out() -> None:
    silenced, inhibited = alert("A", silenced_by=("1",)), alert("B", inhibited_by=("2",))
    assert firing(silenced, inhibited, alert("Watchdog", "none"), alert("DeadMansSwitch", "critical")) == []


def test_an_alert_about_a_workload_that_is_in_trouble_is_told_with_it(estate: Estate) -> None:
    crashed = estate.container(state="waiting", reason="CrashLoopBackOff", ready=False, restarts=8, last_exit_code=1)
    about = alert("KubePodCrashLooping", labels={"namespace": "shop", "pod": "api-1"})
    other = alert("KubeDeploymentReplicasMismatch", labels={"namespace": "shop", "deployment": "web"})
    look = Outside(AlertmanagerLook("http://alertmanager", (about, other)))
    found = estate.find(estate.ill("api-1", crashed), alertmanagers={"main": look})
    assert [finding.scenario for finding in found] == ["crash-loop", "alert"]
    assert found[0].title.endswith("; alert KubePodCrashLooping: fires (warning)")
