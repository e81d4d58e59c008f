"""What the header says of the sources: sixteen of them without noise."""

from datetime import UTC, datetime, timedelta
from typing import Any

from cockpit.reading import Reading, Trouble, TroubleKind
from cockpit.ui.source_states import source_spans

NOW = datetime(2026, 11, 21, 14, 23, 7, tzinfo=UTC)


def live(source: str) -> Reading[Any]:
    return Reading(source=source, data=1, taken_at=NOW)


def troubled(source: str, kind: TroubleKind, data: int | None = None) -> Reading[Any]:
    trouble = Trouble(kind, "no", NOW - timedelta(minutes=3))
    return Reading(source=source, data=data, taken_at=NOW if data else None, trouble=trouble)


def said(*readings: Reading[Any]) -> str:
    return "".join(span.text for span in source_spans(readings, NOW, UTC)).rstrip()


PODS, METRICS = live("kubernetes/pods"), live("kubernetes/metrics")


def test_while_all_is_well_the_kinds_say_nothing() -> None:
    assert said(METRICS, PODS, live("kubernetes/nodes"), live("kubernetes/events")) == "metrics live  pods live"


def test_what_loads_or_is_not_there_is_no_news() -> None:
    off = Reading[Any](source="kubernetes/certificates", off=True, trouble=troubled("", TroubleKind.MISSING).trouble)
    assert said(PODS, Reading(source="kubernetes/nodes"), off) == "pods live"


def test_what_is_read_on_demand_says_nothing_while_it_is_well() -> None:
    assert said(PODS, live("kubernetes/secrets"), live("kubernetes/node-metrics")) == "pods live"


def test_kinds_that_may_not_be_read_are_counted() -> None:
    denied = [troubled(f"kubernetes/{kind}", TroubleKind.DENIED) for kind in ("nodes", "events", "crash-logs")]
    assert said(PODS, *denied) == "pods live  k8s 3 denied"


def test_different_troubles_are_counted_apart() -> None:
    readings = (
        troubled("kubernetes/nodes", TroubleKind.DENIED),
        troubled("kubernetes/events", TroubleKind.UNREACHABLE, data=1),
        troubled("kubernetes/jobs", TroubleKind.REFUSED),
        troubled("kubernetes/services", TroubleKind.EXPIRED),
    )
    assert said(PODS, *readings) == "pods live  k8s 1 denied, 1 expired, 1 failing, 1 stale"
    tones = {span.text.split()[-1]: span.tone for span in source_spans(readings, NOW, UTC)[1:-1]}
    assert tones == {"denied": "doubtful", "expired": "doubtful", "failing": "wrong", "stale": "doubtful"}


def test_the_trouble_of_the_pods_is_told_once() -> None:
    """When the server is away, nothing can be read; one word says it."""
    down = TroubleKind.UNREACHABLE
    lost = (troubled("kubernetes/nodes", down, data=1), troubled("kubernetes/jobs", TroubleKind.DENIED))
    assert said(*lost, troubled("kubernetes/pods", down, data=1)) == "pods stale since 14:20:07  k8s 1 denied"


def test_aws_and_the_web_say_nothing_while_they_are_well() -> None:
    assert said(PODS, live("aws/prod"), live("web/health/shop"), Reading(source="web/status/github")) == "pods live"


def test_what_is_wrong_with_aws_and_the_web_is_counted_apart() -> None:
    readings = (
        troubled("aws/prod", TroubleKind.EXPIRED, data=1),
        live("aws/data"),
        troubled("web/health/shop", TroubleKind.UNREACHABLE),
        troubled("web/prometheus/main", TroubleKind.TIMEOUT, data=1),
    )
    assert said(PODS, *readings) == "pods live  aws 1 expired  web 1 failing, 1 stale"
