"""Target groups whose targets fail, or that have none."""

from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from cockpit.diagnosis.aws.account_view import A_MINUTE, AccountView
from cockpit.diagnosis.aws.kinds import BALANCER, TARGET_GROUP
from cockpit.diagnosis.aws.reasons import reason_of
from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.finding import Evidence, FindingSeverity
from cockpit.diagnosis.lasting import beyond
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.view import workload_of
from cockpit.diagnosis.wording import counted, one_line, quoted
from cockpit.sources.aws.model import BalancerKind, Target, TargetGroup, TargetState
from cockpit.sources.kubernetes.model import Pod
from cockpit.sources.kubernetes.objects import ObjectRef

MOST_TOLD = 3

_GOING = (TargetState.DRAINING, TargetState.UNHEALTHY_DRAINING)
_MAY_SERVE = (TargetState.HEALTHY, TargetState.INITIAL, TargetState.UNAVAILABLE)


def problems(view: AccountView) -> Iterator[Problem]:
    """Tell of groups in use. Targets that are being registered, or are draining, are no fault."""
    for group in view.look.groups:
        severity = severity_of(group)
        if severity is None:
            continue
        if failing := _faulty(group):
            yield _failing(replace(group, targets=tuple(failing)), _staying(group), severity, view)
        else:
            yield _empty(group, severity, view)


def severity_of(group: TargetGroup) -> FindingSeverity | None:
    """Judge a group by its targets; None: it is well, in no use, or nobody has asked yet."""
    if group.read_at is None or not group.balancers:
        return None
    staying, failing = _staying(group), _faulty(group)
    if staying and not failing:
        return None
    wrong = bool(failing) and (not _serves(staying) or len(failing) == len(staying))
    return FindingSeverity.WRONG if wrong else FindingSeverity.DOUBTFUL


def _staying(group: TargetGroup) -> list[Target]:
    return [each for each in group.targets if each.state not in _GOING]


def _faulty(group: TargetGroup) -> list[Target]:
    return [each for each in _staying(group) if reason_of(each).fault]


def _serves(staying: Sequence[Target]) -> bool:
    """Tell whether any target may serve."""
    return any(each.state in _MAY_SERVE for each in staying)


def _failing(group: TargetGroup, staying: Sequence[Target], severity: FindingSeverity, view: AccountView) -> Problem:
    """Tell of a group of which only the failing targets are left."""
    failing = group.targets
    ref, pods = view.object(TARGET_GROUP, group.name), view.backing.pods([group])
    all_fail = len(failing) == len(staying)
    count = (
        f"all {counted(len(staying), 'target')}" if all_fail else f"{len(failing)} of {counted(len(staying), 'target')}"
    )
    what = f"{count.replace('all 1 target', 'its only target')} unhealthy"
    if pods:
        what += f" ({'pods' if len(pods) > 1 else 'a pod'} of {one_line(view.view.name(workload_of(pods[0])))})"
    reason, _ = Counter(reason_of(each).meaning for each in failing).most_common(1)[0]
    since = beyond(group.unhealthy, lambda value: value > 0, view.now)
    return view.problem(
        Cause.TARGETS,
        "targets",
        ref,
        what,
        why=_why(reason, failing),
        severity=severity,
        since=since.since if since is not None else None,
        began_within=A_MINUTE,
        evidence=tuple(_evidence(ref, group, view)),
        objects=(*_balancers(group, view), *_behind(group, pods, view)),
        pods=pods,
        consequences=(_without_any(group, view),) if not _serves(staying) else (),
    )


def _without_any(group: TargetGroup, view: AccountView) -> str:
    """Say what a balancer does without a healthy target (AWS documentation, Target group health)."""
    kinds = {view.balancers[arn].kind for arn in group.balancers if arn in view.balancers}
    if kinds == {BalancerKind.CLASSIC}:
        return "nobody answers"
    return "fail open: requests are still sent to all of them"


def _why(meaning: str, failing: Sequence[Target]) -> str:
    said = next((each.description for each in failing if each.description and reason_of(each).meaning == meaning), "")
    return f"{meaning} ({quoted(said, 80)})" if said else meaning


def _evidence(ref: ObjectRef, group: TargetGroup, view: AccountView) -> Iterator[Evidence]:
    for each in sorted(group.targets, key=lambda target: (target.id, target.port or 0))[:MOST_TOLD]:
        pods = view.backing.pods([replace(group, targets=(each,))])
        node = view.backing.node(each)
        who = f" (pod {pods[0].key})" if len(pods) == 1 else f" (node {node.meta.name})" if node is not None else ""
        place = f"{each.id}:{each.port}" if each.port is not None else each.id
        said = each.reason or each.description or "no reason is told"
        yield view.proof(ref.name, f"{place}{who} is {each.state.value}, {said}: {reason_of(each).meaning}")
    if group.check:
        yield view.proof(ref.name, f"the health check asks {group.check}")


def _balancers(group: TargetGroup, view: AccountView) -> list[ObjectRef]:
    names = [view.balancers[arn].name for arn in group.balancers if arn in view.balancers]
    return [view.object(BALANCER, name) for name in names[:MOST_TOLD]]


def _behind(group: TargetGroup, pods: Sequence[Pod], view: AccountView) -> list[ObjectRef]:
    nodes = [node for each in group.targets if (node := view.backing.node(each)) is not None]
    named = [ObjectRef("Node", "", node.meta.name) for node in nodes[:MOST_TOLD]]
    return [workload_of(pods[0]), *named] if pods else named


def _empty(group: TargetGroup, severity: FindingSeverity, view: AccountView) -> Problem:
    ref = view.object(TARGET_GROUP, group.name)
    draining = f", {len(group.targets)} draining" if group.targets else ""
    return view.problem(
        Cause.TARGETS,
        "targets",
        ref,
        f"has no target{draining}",
        why="requests that it should answer get 503",
        severity=severity,
        evidence=(view.proof(ref.name, f"no target is registered{draining}"),),
        objects=tuple(_balancers(group, view)),
    )
