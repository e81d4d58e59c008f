"""Looks at AWS and the web, at a time that stands still; what is not said is as where all is well."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from cockpit.diagnosis.diagnose import diagnose
from cockpit.diagnosis.facts import Facts, Outside
from cockpit.diagnosis.finding import Finding
from cockpit.diagnosis.policy import Policy
from cockpit.reading import Trouble, TroubleKind
from cockpit.sources.aws.model import (
    Alarm,
    AwsLook,
    Balancer,
    BalancerKind,
    BalancerMetric,
    DbInstance,
    DbMetric,
    Identity,
    Series,
    Target,
    TargetGroup,
    TargetState,
)
from cockpit.sources.web.model import Check, HealthLook, Outcome, WebCertificate
from support.ward import NOW

MINUTE = timedelta(minutes=1)
GIBI = 2**30
ALB = "arn:aws:elasticloadbalancing:us-west-2:123456789012:loadbalancer/app/shop-alb/50dc6c49"
API = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/api/73e2d6bc"
HEALTHY, UNHEALTHY = TargetState.HEALTHY, TargetState.UNHEALTHY


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def series(*values: float, end: datetime | None = None) -> Series:
    """Make a series of one point a minute, the newest of two minutes ago."""
    end = end or NOW - 2 * MINUTE
    return Series(tuple(end - step * MINUTE for step in reversed(range(len(values)))), values)


def instance(name: str = "shop-db", metrics: Mapping[DbMetric, Series] | None = None, **facts: Any) -> DbInstance:
    """Make an instance with 100 GiB and 4 vCPUs, at an endpoint that is called after it."""
    defaults: dict[str, Any] = {
        "engine": "postgres",
        "version": "16.4",
        "instance_class": "db.r6g.xlarge",
        "status": "available",
        "storage_gib": 100,
        "vcpus": 4,
        "host": f"{name}.abc.us-west-2.rds.amazonaws.com",
        "port": 5432,
    }
    return DbInstance(name=name, metrics=metrics or {}, **{**defaults, **facts})


def balancer(metrics: Mapping[BalancerMetric, Series] | None = None, **facts: Any) -> Balancer:
    defaults = {"arn": ALB, "name": "shop-alb", "kind": BalancerKind.APPLICATION, "state": "active"}
    return Balancer(metrics=metrics or {}, **{**defaults, **facts})


def target(state: TargetState = HEALTHY, reason: str = "", id: str = "10.0.0.1", **facts: Any) -> Target:  # noqa: A002
    return Target(id=id, state=state, reason=reason, **{"port": 8080, "zone": "us-west-2a", **facts})


def group(*targets: Target, **facts: Any) -> TargetGroup:
    """Make a target group behind the balancer."""
    defaults: dict[str, Any] = {"arn": API, "name": "api", "balancers": (ALB,), "target_type": "ip", "read_at": NOW}
    return TargetGroup(targets=targets, **{**defaults, **facts})


def alarm(name: str, **facts: Any) -> Alarm:
    defaults = {"insufficient": False, "since": ago(minutes=5), "reason": "Threshold Crossed: 3 datapoints"}
    return Alarm(name=name, **{**defaults, **facts})


def aws(**parts: Any) -> AwsLook:
    return AwsLook(Identity("123456789012", "arn:aws:iam::123456789012:role/ops", "ops", "us-west-2"), **parts)


def trouble(kind: TroubleKind, message: str = "no", **facts: Any) -> Trouble:
    return Trouble(kind, message, **{"since": ago(minutes=5), **facts})


def found_in_aws(policy: Policy = Policy(), **parts: Any) -> list[Finding]:  # noqa: B008  (immutable)
    """Diagnose one account, called shop."""
    return diagnose(Facts(aws={"shop": Outside(aws(**parts))}), NOW, policy)


def only_in_aws(**parts: Any) -> Finding:
    """Diagnose one account in which one thing is wrong."""
    (finding,) = found_in_aws(**parts)
    return finding


def check(outcome: Outcome = Outcome.GOOD, **facts: Any) -> Check:
    return Check(**{"at": NOW, "outcome": outcome, "status": 200 if outcome is Outcome.GOOD else None, **facts})


def health(newest: Check | None = None, recent: Sequence[Check] | None = None, **facts: Any) -> HealthLook:
    """Make a look at an endpoint whose two newest checks went alike, and that was good before."""
    newest = newest or check()
    defaults: dict[str, Any] = {"url": "https://shop.example.test/healthz", "checks": 100, "good": 90}
    if newest.outcome is not Outcome.GOOD:
        defaults["bad_since"] = ago(minutes=3)
    return HealthLook(newest=newest, recent=tuple(recent or (newest, newest)), **{**defaults, **facts})


def certificate(**facts: Any) -> WebCertificate:
    defaults: dict[str, Any] = {"subject": "shop.example.test", "issuer": "R11", "expires_at": NOW + timedelta(days=60)}
    return WebCertificate(**{**defaults, **facts})


def found_on_web(**looks: Any) -> list[Finding]:
    """Diagnose looks by the field of `Facts` and a name: `health={"shop": look}`."""
    known: dict[str, Any] = {
        field: {name: Outside(look) for name, look in named.items()} for field, named in looks.items()
    }
    return diagnose(Facts(**known), NOW, Policy())


def only_on_web(**looks: Any) -> Finding:
    (finding,) = found_on_web(**looks)
    return finding
