"""What is measured on the web is as bad as the finding about it: what draws it can ask for that."""

import pytest
from support.outside_looks import check, found_on_web, health, series
from support.ward import NOW

from cockpit.diagnosis.finding import Finding, FindingSeverity
from cockpit.diagnosis.web import health as endpoints
from cockpit.diagnosis.web import metrics
from cockpit.sources.web.model import Check, Outcome, PrometheusLook, QueryResult, Samples, Timing


def worst(found: list[Finding]) -> FindingSeverity | None:
    return min((finding.severity for finding in found), default=None)


@pytest.mark.parametrize("shape", [(0, 0, 0, 0, 1), (0, 0, 1, 1, 1), (1, 1, 1, 0, 0), (1, 1), ()])
@pytest.mark.parametrize("value", [7, 30])
def test_a_series_of_prometheus_is_as_bad_as_its_finding(shape: tuple[int, ...], value: float) -> None:
    points = series(*(value * bad for bad in shape))
    samples = Samples({}, points.times, points.values)
    result = QueryResult("errors", "rate(errors[1m])", series=(samples,), above=5, critical_above=20)
    found = found_on_web(prometheus={"main": PrometheusLook("http://prometheus", (result,))})
    assert metrics.severity_of(result, samples, NOW) == worst(found)


@pytest.mark.parametrize(
    "checks",
    [
        (check(), check()),
        (check(), check(Outcome.SERVER_ERROR)),
        (check(Outcome.SERVER_ERROR), check(Outcome.SERVER_ERROR)),
        (check(Outcome.LOGIN), check(Outcome.LOGIN)),
        tuple(check(timing=Timing(total=4.0)) for _ in range(2)),
        tuple(check(timing=Timing(total=4.0)) for _ in range(3)),
    ],
)
def test_a_health_endpoint_is_as_bad_as_its_finding(checks: tuple[Check, ...]) -> None:
    look = health(checks[-1], checks, slow_after=2.0)
    assert endpoints.severity_of(look, NOW) == worst(found_on_web(health={"shop": look}))
