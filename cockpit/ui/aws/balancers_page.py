"""Load balancers, the worst first: the balancer's own faults beside those of the application."""

from collections.abc import Iterator, Sequence
from typing import Final

from cockpit.sources.aws.model import Balancer, BalancerKind, BalancerMetric, Series, TargetGroup
from cockpit.ui.aws import limits
from cockpit.ui.aws.aws_view import AwsView, gap_notes, nothing_words
from cockpit.ui.aws.figures import UNMEASURED, chart, figure, newest, point_age
from cockpit.ui.aws.rds_page import latency
from cockpit.ui.paged.facts import LABEL_CELLS, fact, facts, heading
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
from cockpit.ui.widgets.amounts import count
from cockpit.ui.widgets.format import age
from cockpit.ui.widgets.line import Span
from cockpit.ui.widgets.rows import Cell, Column, Row
from cockpit.ui.widgets.text_view import TextLine

ORDERS: Final = ("worst first", "by name", "requests", "5xx", "p99")
SERVICES: Final = ("elasticloadbalancing", "elb", "elbv2", "cloudwatch")
KINDS: Final = {
    BalancerKind.APPLICATION: "ALB",
    BalancerKind.NETWORK: "NLB",
    BalancerKind.GATEWAY: "GWLB",
    BalancerKind.CLASSIC: "CLB",
}
_CHART_CELLS: Final = 10
_DETAIL_CELLS: Final = 30
_MOST_NOTES: Final = 4
COLUMNS: Final = (
    SIGN,
    Column("name", "NAME", 14, grows=True),
    Column("kind", "KIND", 4, importance=3),
    Column("state", "STATE", 12, importance=2),
    Column("requests", "REQ/MIN", 7, right=True),
    Column("elb", "ELB 5XX", 7, right=True),
    Column("target", "TGT 5XX", 7, right=True),
    Column("chart", "5XX 30 MIN", _CHART_CELLS, importance=5),
    Column("p50", "P50", 6, right=True, importance=1),
    Column("p99", "P99", 6, right=True),
    Column("targets", "TARGETS", 9, right=True),
    Column("rejected", "REJECT", 6, right=True, importance=4),
    Column("errors", "CONN ERR", 8, right=True, importance=4),
    Column("point", "POINT", 5, right=True, importance=1),
)


def draw(view: AwsView, choices: Choices) -> Page:
    """List the balancers."""
    balancers = view.look.balancers
    wanted = [each for each in balancers if accepts(choices, lambda: _words(each))]  # noqa: B023  (called at once)
    wanted.sort(key=lambda each: _rank(each, view, ORDERS[choices.order]), reverse=choices.reverse)
    nothing = nothing_words(
        view, "no load balancer in this region", SERVICES[:3], "elasticloadbalancing:DescribeLoadBalancers"
    )
    return Page(
        COLUMNS,
        [_row(each, view) for each in wanted],
        f"{amount_of(len(wanted), len(balancers))} · {ORDERS[choices.order]}{' reversed' if choices.reverse else ''}",
        [*gap_notes(view, *SERVICES), *_open_notes(view)],
        nothing_matches(choices, len(balancers), nothing),
    )


def detail(view: AwsView, key: str) -> Detail | None:
    """Tell all about a balancer."""
    balancer = next((each for each in view.look.balancers if each.name == key), None)
    return None if balancer is None else Detail(key, [*_facts(balancer, view), *_charts(balancer, view)])


def targets_words(groups: Sequence[TargetGroup]) -> str:
    """Write how many targets are healthy: `2/4`; `?`: nobody has asked yet."""
    counted = limits.healthy(groups)
    return "?" if counted is None else UNMEASURED if not groups else f"{counted[0]}/{counted[1]}"


def open_groups(view: AwsView, balancer: Balancer) -> list[TargetGroup]:
    """Give the groups that fail open: all of their targets are unhealthy, and get requests all the same."""
    return [each for each in view.groups_of(balancer) if limits.fails_open(each, balancer.kind)]


def _rank(balancer: Balancer, view: AwsView, order: str) -> tuple[float, str]:
    metrics = balancer.metrics
    faults = (newest(metrics, metric) or 0.0 for metric in (BalancerMetric.ELB_5XX, BalancerMetric.TARGET_5XX))
    figures = {
        "worst first": float(badness(limits.of_balancer(balancer, view))),
        "by name": 0.0,
        "requests": -(newest(metrics, BalancerMetric.REQUESTS) or 0.0),
        "5xx": -sum(faults),
        "p99": -(newest(metrics, BalancerMetric.P99) or 0.0),
    }
    return figures[order], balancer.name


def _words(balancer: Balancer) -> str:
    return f"{balancer.name} {KINDS[balancer.kind]} {balancer.kind.value} {balancer.state} {balancer.host}"


def _row(balancer: Balancer, view: AwsView) -> Row:
    metrics, groups = balancer.metrics, view.groups_of(balancer)
    fails_open = bool(open_groups(view, balancer))
    return Row(
        balancer.name,
        (
            sign(limits.of_balancer(balancer, view)),
            Cell(balancer.name, "strong"),
            Cell(KINDS[balancer.kind]),
            Cell(balancer.state, limits.of_state(balancer) or "dim"),
            figure(metrics, BalancerMetric.REQUESTS, count, missing="0"),
            _faults(balancer, BalancerMetric.ELB_5XX, view),
            _faults(balancer, BalancerMetric.TARGET_5XX, view),
            Cell(_chart(balancer, view, _CHART_CELLS), "changing"),
            figure(metrics, BalancerMetric.P50, latency),
            figure(metrics, BalancerMetric.P99, latency, limits.of_count(balancer, BalancerMetric.P99, view)),
            Cell(f"{targets_words(groups)}{' open' if fails_open else ''}", limits.of_targets(groups)),
            _faults(balancer, BalancerMetric.REJECTED, view),
            _faults(balancer, BalancerMetric.CONNECTION_ERRORS, view),
            point_age(metrics, view.now),
        ),
    )


def _faults(balancer: Balancer, metric: BalancerMetric, view: AwsView) -> Cell:
    return figure(balancer.metrics, metric, count, limits.of_count(balancer, metric, view), missing="0")


def _chart(balancer: Balancer, view: AwsView, cells: int) -> str:
    """Draw the faults of both together, against the worst minute."""
    both: dict[object, float] = {}
    for metric in (BalancerMetric.ELB_5XX, BalancerMetric.TARGET_5XX):
        series = balancer.metrics.get(metric, Series())
        for at, value in zip(series.times, series.values, strict=True):
            both[at] = both.get(at, 0.0) + value
    if not any(both.values()):
        return ""
    times = sorted(both)  # type: ignore[type-var]
    return chart(Series(tuple(times), tuple(both[at] for at in times)), view.now, cells)  # type: ignore[arg-type]


def _open_notes(view: AwsView) -> list[list[Span]]:
    told = [
        [
            Span(f" ! {balancer.name} fails open", "wrong"),
            Span(f": none of the {len(group.targets)} targets of {group.name} is healthy; requests go to all of them"),
        ]
        for balancer in view.look.balancers
        for group in open_groups(view, balancer)
    ]
    return told[:_MOST_NOTES]


def _facts(balancer: Balancer, view: AwsView) -> Iterator[TextLine]:
    state = f"{balancer.state}{f': {balancer.state_reason}' if balancer.state_reason else ''}"
    yield from fact("state", state, limits.of_state(balancer))
    yield from facts(
        (
            ("kind", f"{balancer.kind.value}, {'open to the internet' if balancer.public else 'internal'}"),
            ("host", balancer.host),
            ("zones", ", ".join(balancer.zones)),
        )
    )
    yield from heading("target groups")
    for group in view.groups_of(balancer):
        yield [
            Span(f" {group.name:<{LABEL_CELLS}} ", "strong"),
            Span(f"{targets_words([group]):>7} healthy  "),
            Span(
                "fails open: requests go to all of them  " if limits.fails_open(group, balancer.kind) else "", "wrong"
            ),
            Span(group.check, "dim"),
        ]
    if not view.groups_of(balancer):
        yield [Span(" none", "dim")]


def _charts(balancer: Balancer, view: AwsView) -> Iterator[TextLine]:
    yield from heading("the last half hour")
    for metric, series in balancer.metrics.items():
        write = latency if metric in (BalancerMetric.P50, BalancerMetric.P99) else count
        missing = UNMEASURED if write is latency else "0"
        yield [
            Span(f" {_LABELS[metric]:<{LABEL_CELLS}} ", "dim"),
            Span(f"{missing if series.newest is None else write(series.newest):>10}  "),
            Span(f"{chart(series, view.now, _DETAIL_CELLS):<{_DETAIL_CELLS}}", "changing"),
            Span(f"  most {write(max(series.values))}, newest {age(series.newest_at, view.now)} ago", "dim")
            if series.values
            else Span(""),
        ]
    if not balancer.metrics:
        yield [Span(" no metrics were asked for", "dim")]


_LABELS: Final = {
    BalancerMetric.REQUESTS: "requests a minute",
    BalancerMetric.ELB_5XX: "5xx by the balancer",
    BalancerMetric.TARGET_5XX: "5xx by targets",
    BalancerMetric.P50: "response time p50",
    BalancerMetric.P99: "response time p99",
    BalancerMetric.CONNECTION_ERRORS: "connection errors",
    BalancerMetric.REJECTED: "rejected connections",
}
