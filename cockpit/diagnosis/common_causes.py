"""One problem for several workloads that fail from the same thing: a registry, a server, a secret.

Only what is told in the same words of the same thing is taken for the same: `cockpit.diagnosis.explanation.Shared`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from cockpit.diagnosis.explanation import Shared
from cockpit.diagnosis.finding import Evidence, SinceFrom
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.view import View
from cockpit.diagnosis.wording import counted, listed, one_line
from cockpit.sources.kubernetes.model import PODS

MOST_PROOFS = 3
"""Members of which more is told than the sentence that would stand for them alone."""


def grouped(problems: Iterable[Problem], view: View) -> list[Problem]:
    """Join the problems of several workloads that have the same cause.

    The key is that of the cause, so that it stays the same while workloads join and leave; once it was told, it stays
    for the last of them, too.
    """
    kept: list[Problem] = []
    sharing: dict[Shared, list[Problem]] = defaultdict(list)
    for problem in problems:
        if problem.shared is None:
            kept.append(problem)
        else:
            sharing[problem.shared].append(problem)
    for shared, members in sharing.items():
        alone = len({member.subject for member in members}) == 1
        if alone and _key(shared) not in view.facts.begun:
            kept.extend(members)
        else:
            kept.append(_together(shared, sorted(members, key=lambda member: member.order)))
    return kept


def _key(shared: Shared) -> str:
    return f"pods/common/{shared.key}"


def _together(shared: Shared, members: Sequence[Problem]) -> Problem:
    """Make one problem of several, the worst first; what each shows stays visible in it."""
    worst = members[0]
    names = list(dict.fromkeys(member.name for member in members))
    changes = {member.changed for member in members}
    begins = [(member.since, member.since_from) for member in members if member.since is not None]
    since, since_from = min(begins, default=(None, SinceFrom.SEEN))
    return Problem(
        cause=worst.cause,
        key=_key(shared),
        severity=worst.severity,
        subject=worst.subject,
        name=f"{counted(len(names), 'workload')} ({listed([one_line(name) for name in names])})",
        what=shared.text,
        evidence=(
            *(_sentence(member) for member in members),
            *(proof for member in members[:MOST_PROOFS] for proof in member.evidence),
        ),
        since=since,
        objects=tuple(
            dict.fromkeys((*(member.subject for member in members), *(ref for each in members for ref in each.objects)))
        ),
        actions=tuple(action for member in members for action in member.actions),
        pods=tuple(pod for member in members for pod in member.pods),
        changed=changes.pop() if len(changes) == 1 else None,
        consequences=tuple(dict.fromkeys(text for member in members for text in member.consequences)),
        covers=tuple(sorted(member.key for member in members)),
        since_from=since_from,
    )


def _sentence(member: Problem) -> Evidence:
    """Say what stands for a member where it is alone."""
    ref = member.pods[0].key if member.pods else member.subject.key
    changed = f", {member.changed.short}" if member.changed else ""
    return Evidence(PODS, ref, f"{member.name}: {member.what}{changed}")
