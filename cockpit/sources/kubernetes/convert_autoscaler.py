"""From the API's autoscaler to the one that the panes and rules know."""

from collections.abc import Iterator

from cockpit.sources.kubernetes import wire_workloads as wire
from cockpit.sources.kubernetes.convert_meta import conditions_of, meta_of
from cockpit.sources.kubernetes.objects import Autoscaler, Owner
from cockpit.sources.kubernetes.wire_meta import Reference

_UNKNOWN = "unknown"


def autoscaler_of(raw: wire.Autoscaler) -> Autoscaler:
    """Convert a HorizontalPodAutoscaler."""
    spec, status = raw.spec, raw.status
    target = spec.scale_target_ref or Reference()
    return Autoscaler(
        meta=meta_of(raw.metadata),
        target=Owner(target.kind or "", target.name or ""),
        least=1 if spec.min_replicas is None else spec.min_replicas,
        most=spec.max_replicas or 0,
        current=status.current_replicas or 0,
        desired=status.desired_replicas or 0,
        metrics=tuple(_metrics(raw)),
        last_scaled_at=status.last_scale_time,
        conditions=conditions_of(status.conditions),
    )


def _metrics(raw: wire.Autoscaler) -> Iterator[str]:
    """Write each metric as `cpu 93% of 80%`. The API gives the amounts in the order of the metrics asked for."""
    amounts = raw.status.current_metrics or []
    for index, metric in enumerate(raw.spec.metrics or ()):
        source = _source(metric)
        if source is None:
            yield metric.type or _UNKNOWN
            continue
        present = _source(amounts[index]) if index < len(amounts) else None
        if present is not None and _name(present) != _name(source):
            present = None
        yield f"{_name(source)} {_current(present, source)} of {_wanted(source.target)}"


def _source(metric: wire.Metric) -> wire.MetricSource | None:
    return metric.resource or metric.container_resource or metric.pods or metric.object or metric.external


def _name(source: wire.MetricSource) -> str:
    name = source.name or (source.metric.name if source.metric else None) or _UNKNOWN
    return f"{name} of {source.container}" if source.container else name


def _wanted(target: wire.MetricAmount | None) -> str:
    if target is None:
        return _UNKNOWN
    if target.average_utilization is not None:
        return f"{target.average_utilization}%"
    return target.average_value or target.value or _UNKNOWN


def _current(present: wire.MetricSource | None, asked: wire.MetricSource) -> str:
    """Write the present amount in the terms in which the metric was asked for."""
    current, target = present.current if present else None, asked.target
    if current is None or target is None:
        return _UNKNOWN
    if target.average_utilization is not None:
        return _UNKNOWN if current.average_utilization is None else f"{current.average_utilization}%"
    return (current.average_value if target.average_value is not None else current.value) or _UNKNOWN
