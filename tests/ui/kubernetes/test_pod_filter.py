from datetime import UTC, datetime

import pytest

from cockpit.sources.kubernetes.model import Health, Pod, Workload
from cockpit.ui.kubernetes.pod_filter import FilterError, parse_filter

API = Pod(
    namespace="shop",
    name="api-7f9c4-x2k4p",
    uid="u",
    resource_version="1",
    status="CrashLoopBackOff",
    health=Health.WRONG,
    ready=0,
    total=1,
    restarts=3,
    restarts_rise=0,
    last_restart=None,
    created=datetime(2026, 11, 21, tzinfo=UTC),
    node="node-1",
    ip="10.1.2.3",
    workload=Workload("Deployment", "api"),
    labels={"app": "api", "tier": "front"},
    containers=(),
)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "api",
        "shop/api",
        "^api",
        "x2k4p$",
        "^shop/api-.*x2",
        "api.*crash",
        "crashloop",
        "CrashLoop",
        "node-1",
        "10.1.2.3",
        "Deployment/api",
        "!worker",
        "! worker",
        "-l app=api",
        "-lapp==api",
        "-l app=api,tier!=back",
        "-l tier",
        "-l !canary",
        "api -l app=api",
        "-l team!=x api",
    ],
)
def test_accepts(typed: str) -> None:
    assert parse_filter(typed).accepts(API)


@pytest.mark.parametrize(
    "typed", ["worker", "API", "!api", "-l app=web", "-l app!=api", "-l canary", "-l !tier", "worker -l app=api"]
)
def test_rejects(typed: str) -> None:
    assert not parse_filter(typed).accepts(API)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("api(", "missing"),
        ("-l =x", "label selector"),
        ("-l !a=b", "label selector"),
        ("*", "repet"),
        ("a\udc80", "surrogate"),
    ],
)
def test_what_cannot_be_understood_is_said(typed: str, said: str) -> None:
    with pytest.raises(FilterError, match=said):
        parse_filter(typed)


def test_a_pattern_that_makes_other_engines_hang_is_answered_at_once() -> None:
    assert not parse_filter("(a+)+$").accepts(API)
