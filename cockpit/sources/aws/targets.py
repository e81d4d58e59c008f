"""How the targets are. Each group is a call of its own: those that may be unwell come first, the others take turns."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from cockpit.clock import Clock
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.aws.asking import Ask
from cockpit.sources.aws.calls import MOST_CALLS
from cockpit.sources.aws.classic_balancers import read_classic_targets
from cockpit.sources.aws.model import Target, TargetGroup, TargetState

MOST_A_ROUND = 10
"""Groups asked for at once."""
_FOR_OTHERS = 6
"""Calls of a minute that are left for what else comes due in it."""
_IN_TURN = 3
"""Of a round, so many at least are for groups that seem well: a count of CloudWatch is minutes old."""
_UNWELL = (TargetState.UNHEALTHY, TargetState.UNHEALTHY_DRAINING, TargetState.INITIAL, TargetState.UNAVAILABLE)
_STATES = {state.value: state for state in TargetState}
_ARN = "arn:"
"""A classic balancer is named without one."""


class Health(NamedTuple):
    """The targets of a group, and when they were asked for."""

    targets: tuple[Target, ...]
    read_at: datetime


def next_groups(
    groups: Iterable[TargetGroup], known: Mapping[str, Health], unhealthy: Collection[str], most: int
) -> list[TargetGroup]:
    """Choose the groups to ask for: the longest ago first among those that may be unwell, and among the others.

    Args:
        groups: all of them; what no balancer uses is never asked for.
        known: what is known of them, by ARN.
        unhealthy: ARNs of those that CloudWatch counts unhealthy hosts of.
        most: so many are chosen.
    """
    used = sorted((group for group in groups if group.balancers), key=lambda group: _asked(group, known))
    unwell = suspects(used, known, unhealthy)
    arns = {group.arn for group in unwell}
    others = [group for group in used if group.arn not in arns]
    first = unwell[: max(1, most - min(_IN_TURN, len(others)))]
    return [*first, *others][: max(0, most)]


def suspects(
    groups: Iterable[TargetGroup], known: Mapping[str, Health], unhealthy: Collection[str]
) -> list[TargetGroup]:
    """Give the groups that may be unwell."""
    return [group for group in groups if group.arn in unhealthy or _seen_unwell(known.get(group.arn))]


def allowed(calls_last_minute: int, unwell: int) -> int:
    """Tell how many groups may be asked for now, so that all calls of a minute stay below `MOST_CALLS`.

    Args:
        calls_last_minute: what was asked for already, whatever it was.
        unwell: groups that may be unwell, of which one is always asked for.
    """
    left = MOST_CALLS - _FOR_OTHERS - calls_last_minute
    return max(min(1, unwell), min(MOST_A_ROUND, left))


def read_targets(ask: Ask, groups: Sequence[TargetGroup], clock: Clock) -> Mapping[str, Health | None]:
    """Read the targets of some groups, by ARN; None: the group is no longer there. Blocks.

    Raises:
        AwsError: one cannot be read.
    """
    found: dict[str, Health | None] = {}
    for group in groups:
        try:
            found[group.arn] = Health(_read(ask, group.arn), clock())
        except SourceError as error:
            if error.kind is not TroubleKind.MISSING:
                raise
            found[group.arn] = None
    return found


def _read(ask: Ask, arn: str) -> tuple[Target, ...]:
    if not arn.startswith(_ARN):
        return read_classic_targets(ask, arn)
    answer = ask.call("elbv2", "DescribeTargetHealth", TargetGroupArn=arn)
    return tuple(_target(told) for told in answer["TargetHealthDescriptions"])


def _target(told: Mapping[str, Any]) -> Target:
    target, health = told.get("Target") or {}, told.get("TargetHealth") or {}
    return Target(
        id=str(target.get("Id", "")),
        port=target.get("Port"),
        zone=target.get("AvailabilityZone"),
        state=_STATES.get(str(health.get("State")), TargetState.UNAVAILABLE),
        reason=str(health.get("Reason") or ""),
        description=str(health.get("Description") or ""),
    )


def _asked(group: TargetGroup, known: Mapping[str, Health]) -> tuple[float, str]:
    health = known.get(group.arn)
    return (health.read_at.timestamp() if health else 0.0, group.name)


def _seen_unwell(health: Health | None) -> bool:
    return health is not None and any(target.state in _UNWELL for target in health.targets)
