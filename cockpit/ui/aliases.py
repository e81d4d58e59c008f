"""Other names that a person types for commands and kinds: those of kubectl and k9s."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

COMMAND_ALIASES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "app.leave": ("q", "q!", "quit", "exit"),
        "incident.close": ("close",),
        "app.help": ("h", "help"),
        "scope.namespace": ("ns", "namespace", "namespaces"),
        "scope.context": ("ctx", "context", "contexts"),
        "action.forwards": ("pf", "portforward", "portforwards", "port-forward"),
        "view.overview": ("home", "pulse", "pulses"),
        "view.logs": ("log", "logs"),
        "view.postgres": ("pg", "psql", "db"),
        "view.aws": ("rds", "alb", "elb", "cloudwatch"),
        "view.web": ("alerts", "metrics", "health"),
    }
)
"""By the id of the key."""

_KUBECTL: Final[Mapping[str, tuple[tuple[str, str], ...]]] = MappingProxyType(
    {
        "Pods": (("po", "pod"),),
        "Workloads": (
            ("deploy", "deployment"),
            ("sts", "statefulset"),
            ("ds", "daemonset"),
            ("rs", "replicaset"),
        ),
        "Nodes": (("no", "node"),),
        "Services": (("svc", "service"), ("ep", "endpoint")),
        "Ingresses": (("ing", "ingress"),),
        "Jobs": (("job", "job"),),
        "Autoscalers": (("hpa", "horizontalpodautoscaler"),),
        "Claims": (("pvc", "persistentvolumeclaim"),),
        "Certificates": (("cert", "certificate"),),
        "Events": (("ev", "event"),),
        "Secrets": (("sec", "secret"),),
        "Config maps": (("cm", "configmap"),),
        "Network policies": (("netpol", "networkpolicy"),),
        "Cron jobs": (("cj", "cronjob"),),
        "Quotas": (("quota", "resourcequota"),),
        "Disruption budgets": (("pdb", "poddisruptionbudget"),),
        "Volumes": (("pv", "persistentvolume"),),
        "Namespaces": (("ns", "namespace"),),
    }
)
"""The short and the long name in kubectl of what is listed under a title."""


def short_names(title: str) -> str:
    """Give the short names of what is listed under a title: `deploy, sts, ds, rs`."""
    return ", ".join(short for short, _ in _KUBECTL.get(title, ()))


def _plural(name: str) -> str:
    if name.endswith("y"):
        return f"{name[:-1]}ies"
    return f"{name}es" if name.endswith("s") else f"{name}s"


KIND_ALIASES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        title: tuple(alias for short, name in names for alias in (short, name, _plural(name)))
        for title, names in _KUBECTL.items()
    }
)
"""By the title of the kind."""
