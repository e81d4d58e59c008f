"""Workloads whose logs tell of more and more errors."""

from collections import defaultdict
from collections.abc import Iterator

from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.facts import LOG_RATES
from cockpit.diagnosis.finding import Evidence, FindingSeverity, SinceFrom
from cockpit.diagnosis.policy import Policy
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.view import View, workload_of
from cockpit.diagnosis.wording import quoted
from cockpit.logs.rates import LogRate, together
from cockpit.sources.kubernetes.model import Pod
from cockpit.sources.kubernetes.objects import ObjectRef


def problems(view: View) -> Iterator[Problem]:
    """Find the workloads whose followed logs tell of several times as many errors as before."""
    if view.facts.log_rates is None or not view.facts.log_rates.rates:
        return
    wanted = {rate.name.partition("/")[0] for rate in view.facts.log_rates.rates}
    named = [pod for pod in view.pods.values() if pod.name in wanted]
    by_name = {pod.name: pod for pod in sorted(named, key=lambda pod: (pod.key, pod.workload.kind, pod.workload.name))}
    rates: dict[ObjectRef, list[LogRate]] = defaultdict(list)
    pods: dict[ObjectRef, dict[str, Pod]] = defaultdict(dict)
    for rate in view.facts.log_rates.rates:
        pod = by_name.get(rate.name.partition("/")[0])
        if pod is not None:
            rates[workload_of(pod)].append(rate)
            pods[workload_of(pod)][pod.key] = pod
    for subject, streams in rates.items():
        rate = together(subject.name, streams)
        if rises(rate, view.policy):
            yield _problem(subject, rate, tuple(pods[subject].values()), view)


def rises(rate: LogRate, policy: Policy) -> bool:
    """Tell whether there are clearly more errors than before; of a stream without a past, nobody can tell."""
    return (
        rate.errors_before is not None
        and rate.errors >= policy.errors_per_minute
        and 100 * rate.errors >= policy.error_percent * rate.lines
        and rate.errors >= policy.errors_rise * rate.errors_before
    )


def _problem(subject: ObjectRef, rate: LogRate, pods: tuple[Pod, ...], view: View) -> Problem:
    before = f"{rate.errors_before:.0f}" if rate.errors_before is not None else "unknown"
    return Problem(
        cause=Cause.LOG_ERRORS,
        key=f"logs/{Cause.LOG_ERRORS}/{subject.namespace}/{subject.kind}/{subject.name}",
        severity=FindingSeverity.DOUBTFUL,
        subject=subject,
        name=view.name(subject),
        what=f"{rate.errors:.0f} error lines a minute, {before} before",
        why=quoted(rate.newest_error),
        evidence=(
            Evidence(LOG_RATES, rate.name, f"{rate.errors:.0f} of {rate.lines:.0f} lines a minute state an error"),
        ),
        since=rate.errors_since,
        since_from=SinceFrom.LOG_LINE,
        pods=pods,
    )
