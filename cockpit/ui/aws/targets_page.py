"""Where the balancers send requests: each target with what its state means, and the pod that it is."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from msgspec.structs import replace

from cockpit.diagnosis.view import workload_of
from cockpit.sources.aws.model import Target, TargetGroup, TargetState
from cockpit.sources.kubernetes.model import Pod
from cockpit.ui.aws import limits
from cockpit.ui.aws.aws_view import AwsView, gap_notes, nothing_words
from cockpit.ui.aws.balancers_page import SERVICES
from cockpit.ui.aws.reasons import meaning
from cockpit.ui.paged.facts import fact, facts, moment
from cockpit.ui.paged.page import (
    SIGN,
    Choices,
    Detail,
    Page,
    accepts,
    amount_of,
    badness,
    nothing_matches,
    sign,
)
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.rows import BuiltRows, Cell, Column, Row
from cockpit.ui.widgets.text_view import TextLine

ORDERS: Final = ("worst first", "by group")
COLUMNS: Final = (
    SIGN,
    Column("group", "TARGET GROUP", 13, grows=True),
    Column("target", "TARGET", 19),
    Column("zone", "ZONE", 10, importance=5),
    Column("state", "STATE", 9),
    Column("pod", "POD", 20, importance=3),
    Column("workload", "WORKLOAD", 10, importance=4),
    Column("meaning", "MEANS", 28, grows=True, importance=1),
)


class Place(NamedTuple):
    """A target in its group; None: the group has none, or nobody has asked yet."""

    group: TargetGroup
    target: Target | None
    key: str
    tone: Tone


def draw(view: AwsView, choices: Choices) -> Page:
    """List the targets of all groups."""
    places = list(_places(view))
    wanted = [each for each in places if accepts(choices, lambda: _words(each, view))]  # noqa: B023  (called at once)
    by_group = ORDERS[choices.order] == "by group"
    wanted.sort(key=(lambda each: each.key) if by_group else _worst_first, reverse=choices.reverse)
    bad = sum(each.tone == "wrong" for each in places)
    nothing = nothing_words(
        view, "no target group in this region", SERVICES[:3], "elasticloadbalancing:DescribeTargetGroups"
    )
    return Page(
        COLUMNS,
        BuiltRows([each.key for each in wanted], lambda at: _row(wanted[at], view)),
        f"{amount_of(len(wanted), len(places))} · {bad} unhealthy · {ORDERS[choices.order]}",
        gap_notes(view, *SERVICES[:3]),
        nothing_matches(choices, len(places), nothing),
        {each.key: each for each in wanted},
    )


def first_of(view: AwsView, group: str) -> str:
    """Give the key of the worst row of a group; empty when there is none."""
    places = [each for each in _places(view) if each.group.name == group]
    return min(places, key=_worst_first).key if places else ""


def detail(view: AwsView, key: str) -> Detail | None:
    """Tell all about a target and its group."""
    place = next((each for each in _places(view) if each.key == key), None)
    if place is None:
        return None
    lines: list[TextLine] = [] if place.target is None else list(_target(place.group, place.target, view))
    return Detail(key, [*lines, *_group(place.group, view)])


def pods_behind(group: TargetGroup, target: Target, view: AwsView) -> Sequence[Pod]:
    """Give the pods behind a target of a group, if they are all of one workload."""
    return view.backing.pods([replace(group, targets=(target,))])


def _names_behind(place: Place, target: Target, view: AwsView) -> tuple[str, str]:
    """Name the pod behind a target (of several behind the port of a node, the node), and its workload."""
    pods, node = pods_behind(place.group, target, view), view.backing.node(target)
    named = pods[0].name if len(pods) == 1 else f"node {node.meta.name}" if node is not None else ""
    return named, pods[0].workload.name if pods else ""


def _places(view: AwsView) -> Iterator[Place]:
    for group in view.look.groups:
        if group.read_at is None or not group.targets:
            yield Place(group, None, group.name, _tone_without_targets(group))
        for target in group.targets if group.read_at is not None else ():
            yield Place(group, target, f"{group.name} {_address(target)}", limits.of_target(target))


def _tone_without_targets(group: TargetGroup) -> Tone:
    return "dim" if group.read_at is None or not group.balancers else "doubtful"


def _worst_first(place: Place) -> tuple[int, str]:
    return badness(place.tone), place.key


def _words(place: Place, view: AwsView) -> str:
    target = place.target
    if target is None:
        return place.group.name
    behind = " ".join(_names_behind(place, target, view))
    return f"{place.key} {target.zone} {target.state.value} {target.reason} {behind}"


def _row(place: Place, view: AwsView) -> Row:
    tone, target = place.tone, place.target
    name = Cell(place.group.name, "strong")
    blank = Cell("")
    if target is None:
        why = "no target is registered"
        if place.group.read_at is None:
            why = "not asked for yet: groups take turns"
        elif not place.group.balancers:
            why = "no target, and no balancer uses it"
        return Row(place.key, (sign(tone), name, Cell(why, tone), *[blank] * (len(COLUMNS) - 3)))
    told = meaning(target)
    pod, workload = _names_behind(place, target, view)
    return Row(
        place.key,
        (
            sign(tone),
            name,
            Cell(_address(target)),
            Cell(target.zone or "", "dim"),
            Cell(target.state.value, tone if target.state is not TargetState.HEALTHY else ""),
            Cell(pod),
            Cell(workload),
            Cell(told, tone if tone in ("wrong", "doubtful") else "dim"),
        ),
    )


def _target(group: TargetGroup, target: Target, view: AwsView) -> Iterator[TextLine]:
    node, pods = view.backing.node(target), pods_behind(group, target, view)
    workload = str(workload_of(pods[0])) if pods else "none that is read stands behind it"
    yield from fact("state", target.state.value, limits.of_target(target))
    yield from facts(
        (
            ("reason", target.reason),
            ("which means", meaning(target)),
            ("in AWS' words", target.description),
            ("target", _address(target)),
            ("zone", target.zone or ""),
            ("node", node.meta.name if node is not None else ""),
            ("workload", workload),
            *((f"{'pod' if not nth else ''}", _pod(pod)) for nth, pod in enumerate(pods)),
        )
    )


def _address(target: Target) -> str:
    return f"{target.id}:{target.port}" if target.port else target.id


def _pod(pod: Pod) -> str:
    return f"{pod.key} on {pod.node}: {pod.status}, {pod.ready}/{pod.total} ready"


def _group(group: TargetGroup, view: AwsView) -> Iterator[TextLine]:
    yield []
    states = [target.state.value for target in group.targets]
    names = {balancer.arn: balancer.name for balancer in view.look.balancers}
    counted = ", ".join(f"{states.count(state)} {state}" for state in dict.fromkeys(states))
    yield from facts(
        (
            ("target group", group.name),
            ("its targets", counted or "none" if group.read_at else "not asked for yet"),
            ("asked for", moment(group.read_at, view.now, view.zone)),
            ("balancers", ", ".join(names.get(arn, arn) for arn in group.balancers) or "none: it is in no use"),
            ("kind", f"{group.target_type} {group.protocol}:{group.port}" if group.port else group.target_type),
            ("health check", group.check),
        )
    )
