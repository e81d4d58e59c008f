"""Classic balancers, as the first version of ELB describes them: each has one group of targets, of its own name."""

from collections.abc import Mapping
from typing import Any

from cockpit.aws_config import AwsAccount
from cockpit.sources.aws.asking import Ask
from cockpit.sources.aws.balancers import read_tagged, scheme_and_host
from cockpit.sources.aws.model import Balancer, BalancerKind, Target, TargetGroup, TargetState
from cockpit.sources.aws.selection import Found, matches, up_to

_A_PAGE = 400
_STATES = {"InService": TargetState.HEALTHY, "OutOfService": TargetState.UNHEALTHY}
_NOT_JUDGED_YET = "registration is still in progress"
_NO_REASON = "N/A"


def read_classic(ask: Ask, where: AwsAccount, most: int) -> tuple[Found, tuple[TargetGroup, ...]]:
    """Read the classic balancers that are chosen, and a group for each. Blocks.

    Raises:
        AwsError: they cannot be read.
    """
    told_by_name = {
        str(told["LoadBalancerName"]): told
        for page in ask.pages("elb", "DescribeLoadBalancers", token="NextMarker", PageSize=_A_PAGE)  # noqa: S106
        for told in page["LoadBalancerDescriptions"]
    }
    names = [name for name in told_by_name if matches(where.balancers, name)]
    if where.tags:
        bearers = read_tagged(ask, "elb", names, where.tags)
        names = [name for name in names if name in bearers]
    chosen = up_to(most, names, lambda name: (name,))
    balancers = tuple(_balancer(told_by_name[name]) for name in chosen)
    return Found(balancers, len(names), len(told_by_name)), tuple(_group(told_by_name[name]) for name in chosen)


def read_classic_targets(ask: Ask, name: str) -> tuple[Target, ...]:
    """Read how the instances behind a classic balancer are. Blocks.

    Raises:
        AwsError: it cannot be read.
    """
    answer = ask.call("elb", "DescribeInstanceHealth", LoadBalancerName=name)
    return tuple(_target(told) for told in answer["InstanceStates"])


def _balancer(told: Mapping[str, Any]) -> Balancer:
    name = str(told["LoadBalancerName"])
    zones = tuple(map(str, told.get("AvailabilityZones", ())))
    return Balancer(name, name, BalancerKind.CLASSIC, "active", zones=zones, **scheme_and_host(told))


def _group(told: Mapping[str, Any]) -> TargetGroup:
    name = str(told["LoadBalancerName"])
    listener = next((each.get("Listener") or {} for each in told.get("ListenerDescriptions", ())), {})
    check = told.get("HealthCheck") or {}
    target, every = str(check.get("Target") or ""), check.get("Interval")
    protocol, _, place = target.partition(":")
    return TargetGroup(
        arn=name,
        name=name,
        balancers=(name,),
        protocol=str(listener.get("InstanceProtocol") or listener.get("Protocol") or ""),
        port=listener.get("InstancePort"),
        check=f"{protocol} :{place}{f' every {every} s' if every else ''}" if target else "",
    )


def _target(told: Mapping[str, Any]) -> Target:
    description = str(told.get("Description") or "")
    state = _STATES.get(str(told.get("State")), TargetState.UNAVAILABLE)
    if state is TargetState.UNHEALTHY and _NOT_JUDGED_YET in description:
        state = TargetState.INITIAL
    if state is TargetState.HEALTHY:
        return Target(str(told["InstanceId"]), None, None, state)
    reason = str(told.get("ReasonCode") or "")
    return Target(
        id=str(told["InstanceId"]),
        port=None,
        zone=None,
        state=state,
        reason="" if reason == _NO_REASON else reason,
        description="" if description == _NO_REASON else description,
    )
