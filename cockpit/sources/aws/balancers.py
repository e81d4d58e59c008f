"""Application, network and gateway balancers and their target groups, as ELB version 2 describes them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cockpit.aws_config import AwsAccount
from cockpit.sources.aws.asking import Ask
from cockpit.sources.aws.model import Balancer, BalancerKind, TargetGroup
from cockpit.sources.aws.selection import Found, matches, tagged, up_to

_A_PAGE = 400
_ARNS_A_CALL = 20
"""What DescribeTags takes at once."""
_KINDS = {kind.value: kind for kind in BalancerKind}
_PROTOCOLS_WITH_A_PATH = ("HTTP", "HTTPS")


def read_balancers(ask: Ask, where: AwsAccount, most: int) -> Found:
    """Read the balancers that are chosen, those first that are not active. Blocks.

    Raises:
        AwsError: they cannot be read.
    """
    seen = [
        _balancer(told)
        for page in ask.pages("elbv2", "DescribeLoadBalancers", token="NextMarker", PageSize=_A_PAGE)  # noqa: S106
        for told in page["LoadBalancers"]
    ]
    named = [each for each in seen if matches(where.balancers, each.name)]
    if where.tags:
        bearers = read_tagged(ask, "elbv2", [each.arn for each in named], where.tags)
        named = [each for each in named if each.arn in bearers]
    chosen = up_to(most, named, lambda each: (each.state == "active", each.name))
    return Found(tuple(sorted(chosen, key=lambda each: each.name)), len(named), len(seen))


def read_tagged(ask: Ask, service: str, names: Sequence[str], tags: Mapping[str, str]) -> set[str]:
    """Give those of the balancers that bear the tags. Blocks.

    Args:
        ask: whom to ask.
        service: `elbv2`, where balancers are named by ARN, or `elb`.
        names: of the balancers.
        tags: all that are wanted.

    Raises:
        AwsError: the tags cannot be read.
    """
    argument, key = ("ResourceArns", "ResourceArn") if service == "elbv2" else ("LoadBalancerNames", "LoadBalancerName")
    bearers = set()
    for first in range(0, len(names), _ARNS_A_CALL):
        asked: dict[str, Any] = {argument: list(names[first : first + _ARNS_A_CALL])}
        answer = ask.call(service, "DescribeTags", **asked)
        described = answer["TagDescriptions"]
        bearers |= {str(told[key]) for told in described if tagged(tags, told.get("Tags", ()))}
    return bearers


def read_groups(ask: Ask) -> tuple[TargetGroup, ...]:
    """Read all target groups, without their targets. Blocks.

    Raises:
        AwsError: they cannot be read.
    """
    groups = (
        _group(told)
        for page in ask.pages("elbv2", "DescribeTargetGroups", token="NextMarker", PageSize=_A_PAGE)  # noqa: S106
        for told in page["TargetGroups"]
    )
    return tuple(sorted(groups, key=lambda group: group.name))


def groups_of(groups: Iterable[TargetGroup], balancers: Iterable[Balancer], *, chosen: bool) -> tuple[TargetGroup, ...]:
    """Keep the target groups of the balancers that are shown, and unless those were chosen, what is in no use."""
    shown = {balancer.arn for balancer in balancers}
    return tuple(group for group in groups if shown.intersection(group.balancers) or not (chosen or group.balancers))


def scheme_and_host(told: Mapping[str, Any]) -> dict[str, Any]:
    """Give what all kinds of balancers call the same."""
    return {"public": told.get("Scheme") == "internet-facing", "host": str(told.get("DNSName") or "")}


def _balancer(told: Mapping[str, Any]) -> Balancer:
    state = told.get("State") or {}
    return Balancer(
        arn=str(told["LoadBalancerArn"]),
        name=str(told.get("LoadBalancerName", "")),
        kind=_KINDS.get(str(told.get("Type")), BalancerKind.APPLICATION),
        state=str(state.get("Code", "")),
        state_reason=str(state.get("Reason") or ""),
        zones=tuple(str(zone.get("ZoneName", "")) for zone in told.get("AvailabilityZones", ())),
        **scheme_and_host(told),
    )


def _group(told: Mapping[str, Any]) -> TargetGroup:
    return TargetGroup(
        arn=str(told["TargetGroupArn"]),
        name=str(told.get("TargetGroupName", "")),
        balancers=tuple(told.get("LoadBalancerArns", ())),
        protocol=str(told.get("Protocol") or ""),
        port=told.get("Port"),
        target_type=str(told.get("TargetType") or "instance"),
        check=_check(told),
    )


def _check(told: Mapping[str, Any]) -> str:
    """Say what the health check asks: `HTTP :8080/healthz wants 200 every 10 s`."""
    if not told.get("HealthCheckEnabled", True):
        return "none"
    protocol, port = str(told.get("HealthCheckProtocol") or ""), told.get("HealthCheckPort")
    if port in (None, "traffic-port"):
        port = told.get("Port")
    with_path = protocol in _PROTOCOLS_WITH_A_PATH or told.get("HealthCheckPath")
    path = told.get("HealthCheckPath") or "/" if with_path else ""
    matcher = told.get("Matcher") or {}
    codes = matcher.get("HttpCode") or matcher.get("GrpcCode")
    wants = f" wants {codes}" if codes and path else ""
    every = told.get("HealthCheckIntervalSeconds")
    return f"{protocol} {f':{port}' if port else ''}{path}{wants}{f' every {every} s' if every else ''}".strip()
