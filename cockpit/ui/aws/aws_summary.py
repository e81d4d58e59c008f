"""What the overview says of AWS: who is in trouble, and nothing but the title while all is well."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from cockpit.sources.aws.model import Alarm, Balancer, BalancerMetric, DbInstance, DbMetric
from cockpit.ui.aws import limits
from cockpit.ui.aws.aws_held import AwsHeld
from cockpit.ui.aws.aws_view import AwsView
from cockpit.ui.aws.balancers_page import KINDS, open_groups, targets_words
from cockpit.ui.aws.figures import newest
from cockpit.ui.aws.rds_page import latency, load_words, storage_words
from cockpit.ui.paged.page import SIGNS, badness, dimmed
from cockpit.ui.paged.strip import Summary
from cockpit.ui.paged.trust import is_old, worst_reading
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.amounts import count, duration, size
from cockpit.ui.widgets.format import age
from cockpit.ui.widgets.line import Span

_MOST_LINES: Final = 5
_NAME_CELLS: Final = 18


class _Told(NamedTuple):
    """Something in trouble."""

    tone: Tone
    kind: str
    name: str
    words: Sequence[Span]


def summary(held: AwsHeld, now: datetime) -> Summary:
    """Say what an eye has to catch of all accounts."""
    names = held.names
    told = [(name, each) for name in names for each in _of_account(held, name, now)]
    told.sort(key=lambda each: badness(each[1].tone))
    readings = [reading for name in names if (reading := held.reading(name)) is not None]
    least = worst_reading(readings, now)
    state = held.state(least.source.partition("/")[2], now) if least is not None else []
    shown = told if len(told) <= _MOST_LINES else told[: _MOST_LINES - 1]
    lines = [_line(each, name if len(names) > 1 else "", old=is_old(held.reading(name), now)) for name, each in shown]
    if len(told) > len(shown):
        lines.append([Span(f"   and {len(told) - len(shown)} more: 5 shows all", "dim")])
    count, listed = _count([each for _, each in told])
    return Summary([*_title(held, now), *count], listed, state, lines)


def _title(held: AwsHeld, now: datetime) -> list[Span]:
    names = held.names
    if len(names) != 1:
        return [Span("AWS", "strong"), Span(f" {len(names)} accounts")]
    view = held.view(names[0], now)
    return [Span("AWS", "strong"), Span(f" {view.look.identity.region if view is not None else names[0]}")]


def _count(told: Sequence[_Told]) -> tuple[list[Span], list[Span]]:
    """Say how many are in trouble, and name the worst: on a small screen that is all there is."""
    if not told:
        return [], []
    tone: Tone = "wrong" if any(each.tone == "wrong" for each in told) else "doubtful"
    names = ", ".join(dict.fromkeys(each.name for each in told))
    return [Span(f" {SIGNS[tone]} {len(told)} in trouble", tone)], [Span(f" {names}")]


def _line(told: _Told, account: str, *, old: bool) -> list[Span]:
    place = f"{account} " if account else ""
    spans = [
        Span(f" {SIGNS.get(told.tone, '')} ", told.tone),
        Span(f"{told.kind:<6}", "dim"),
        Span(f"{place}{told.name:<{_NAME_CELLS}} ", "strong"),
        *told.words,
    ]
    return dimmed(spans) if old else spans


def _of_account(held: AwsHeld, name: str, now: datetime) -> Iterator[_Told]:
    view = held.view(name, now)
    if view is None:
        return
    for instance in view.look.instances:
        if (tone := limits.of_instance(instance, view)) in ("wrong", "doubtful"):
            yield _Told(tone, "RDS", instance.name, _instance(instance, view))
    for cluster in view.look.clusters:
        if (tone := limits.of_cluster(cluster)) in ("wrong", "doubtful"):
            writer = "" if cluster.writer else "  no writer"
            yield _Told(tone, "RDS", cluster.name, [Span(f"{cluster.status}{writer}", tone)])
    for balancer in view.look.balancers:
        tone = limits.of_balancer(balancer, view)
        if tone in ("wrong", "doubtful"):
            yield _Told(tone, KINDS[balancer.kind], balancer.name, _balancer(balancer, view))
    firing = [alarm for alarm in view.look.alarms if not alarm.insufficient]
    if firing:
        yield _Told("wrong", "alarm", firing[0].name, _alarms(firing, view))


def _instance(instance: DbInstance, view: AwsView) -> list[Span]:
    metrics = instance.metrics
    spans = [Span(instance.status, limits.of_status(instance.status))]
    cpu = newest(metrics, DbMetric.CPU)
    if cpu is not None:
        spans.append(Span(f"  cpu {cpu:.0f} %", limits.of_metric(instance, DbMetric.CPU, view)))
    if (connections := newest(metrics, DbMetric.CONNECTIONS)) is not None:
        spans.append(Span(f"  conn {count(connections)}"))
    if newest(metrics, DbMetric.FREE_STORAGE) is not None:
        spans.append(
            Span(f"  disk free {storage_words(instance)}", limits.of_metric(instance, DbMetric.FREE_STORAGE, view))
        )
    others = {
        DbMetric.FREE_MEMORY: f"memory free {size(newest(metrics, DbMetric.FREE_MEMORY))}",
        DbMetric.LOAD: f"load {load_words(instance)}",
        DbMetric.REPLICA_LAG: f"lag {duration(newest(metrics, DbMetric.REPLICA_LAG))}",
    }
    tones = {metric: limits.of_metric(instance, metric, view) for metric in others}
    return [*spans, *(Span(f"  {words}", tones[metric]) for metric, words in others.items() if tones[metric])]


def _balancer(balancer: Balancer, view: AwsView) -> list[Span]:
    metrics, groups = balancer.metrics, view.groups_of(balancer)
    spans = [Span(f"targets {targets_words(groups)}", limits.of_targets(groups))]
    if open_groups(view, balancer):
        spans.append(Span("  fails open", "wrong"))
    for metric, who in ((BalancerMetric.ELB_5XX, "its own"), (BalancerMetric.TARGET_5XX, "of targets")):
        if faults := newest(metrics, metric):
            spans.append(Span(f"  5xx {who} {count(faults)}/min", limits.of_count(balancer, metric, view)))
    if (p99 := newest(metrics, BalancerMetric.P99)) is not None:
        spans.append(Span(f"  p99 {latency(p99)}", limits.of_count(balancer, BalancerMetric.P99, view)))
    if limits.of_state(balancer):
        spans.append(Span(f"  {balancer.state}", limits.of_state(balancer)))
    return spans


def _alarms(firing: Sequence[Alarm], view: AwsView) -> list[Span]:
    """Tell of the first alarm, and name the others: they tell of what stands above them."""
    first, *others = firing
    names = ", ".join(alarm.name for alarm in others)
    since = f"for {age(first.since, view.now)}" if first.since else "ALARM"
    return [Span(since, "wrong"), Span(f"  and {names}" if others else f"  {first.reason}")]
