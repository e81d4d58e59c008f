"""Nodes as rows: conditions, pressure, and what is used and asked of them against what they have."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from cockpit.sources.kubernetes.asked import asked_by
from cockpit.sources.kubernetes.model import Pod, Usage
from cockpit.sources.kubernetes.objects import Node, ObjectRef
from cockpit.sources.kubernetes.rollout import condition
from cockpit.ui.kubernetes.object_row import DONE, DOUBTFUL, WELL, WRONG, ObjectRow, tinted
from cockpit.ui.widgets.format import age, cpu, memory
from cockpit.ui.widgets.rows import Cell, Column

COLUMNS = (
    Column("name", "NAME", 22, grows=True),
    Column("status", "STATUS", 26),
    Column("cpu_used", "CPU USED", 10, right=True, importance=1),
    Column("memory_used", "MEM USED", 10, right=True, importance=1),
    Column("pods", "PODS", 9, right=True, importance=2),
    Column("cpu", "CPU ASKED", 16, right=True, importance=3),
    Column("memory", "MEM ASKED", 18, right=True, importance=3),
    Column("age", "AGE", 5, right=True, importance=1),
    Column("roles", "ROLES", 14, importance=4),
    Column("version", "VERSION", 10, importance=5),
)

_FULL = 0.95
"""Asked for more than this share, a node has no room for another pod of any size."""
_BUSY_CPU, _BUSY_MEMORY = 0.80, 0.85
"""Used more than this share, runbooks have people look closer."""


class NodeLoad(NamedTuple):
    """What the pods on a node ask for."""

    pods: int = 0
    cpu: int = 0
    memory: int = 0


def node_rows(
    nodes: Iterable[Node], pods: Iterable[Pod], usage: Mapping[str, Usage], now: datetime, *, all_namespaces: bool
) -> list[ObjectRow]:
    """Draw all nodes as of `now`.

    Args:
        nodes: the nodes.
        pods: the pods that are known.
        usage: what the nodes use, by name, as far as it is known.
        now: the present time.
        all_namespaces: whether these are all pods of the cluster; of some, what is asked would be a half-truth.
    """
    loads = node_loads(pods) if all_namespaces else {}
    return [
        _row(node, loads.get(node.meta.name, NodeLoad()), usage.get(node.meta.name), now, known=all_namespaces)
        for node in nodes
    ]


def node_loads(pods: Iterable[Pod]) -> Mapping[str, NodeLoad]:
    """Add up what the pods of each node ask for; those that have ended hold nothing."""
    loads: dict[str, NodeLoad] = defaultdict(NodeLoad)
    for pod in pods:
        if pod.node and not pod.ended:
            before = loads[pod.node]
            loads[pod.node] = NodeLoad(
                before.pods + 1,
                before.cpu + asked_by(pod, "cpu_request"),
                before.memory + asked_by(pod, "memory_request"),
            )
    return loads


def node_status(node: Node) -> tuple[str, int]:
    """Say what state a node is in, and how bad that is."""
    ready = condition(node.conditions, "Ready")
    pressures = [each.type for each in node.conditions if each.type != "Ready" and each.status == "True"]
    words: list[str] = []
    worst = WELL
    if ready is None or ready.status != "True":
        words.append("does not answer" if ready is None or ready.status == "Unknown" else "NotReady")
        worst = WRONG
    if pressures:
        words += pressures
        worst = WRONG
    if node.unschedulable:
        words.append("cordoned")
        worst = min(worst, DOUBTFUL)
    return ", ".join(words) or "Ready", worst


def _row(node: Node, load: NodeLoad, used: Usage | None, now: datetime, *, known: bool) -> ObjectRow:
    status, worst = node_status(node)
    cells = (
        Cell(node.meta.name),
        tinted(status, worst if worst < WELL else DONE),
        _used(None if used is None else used.cpu_millicores, node.cpu, cpu, _BUSY_CPU),
        _used(None if used is None else used.memory_bytes, node.memory, memory, _BUSY_MEMORY),
        Cell(f"{load.pods}/{node.pods}" if known else f"-/{node.pods}"),
        _share(load.cpu, node.cpu, f"{load.cpu}m/{node.cpu}m", known=known),
        _share(load.memory, node.memory, f"{_gibibytes(load.memory)}/{_gibibytes(node.memory)}Gi", known=known),
        Cell(age(node.meta.created, now)),
        Cell(",".join(node.roles), "dim"),
        Cell(node.version, "dim"),
    )
    return ObjectRow(ObjectRef("Node", "", node.meta.name), worst, cells, labels=node.meta.labels)


def _share(asked: int, there: int, text: str, *, known: bool) -> Cell:
    if not known or not there:
        return Cell("-", "dim")
    return tinted(f"{text} {100 * asked // there}%", DOUBTFUL if asked > _FULL * there else WELL)


def _used(amount: int | None, there: int, write: Callable[[int], str], busy: float) -> Cell:
    if amount is None or not there:
        return Cell("-", "dim")
    return tinted(f"{write(amount)} {100 * amount // there}%", DOUBTFUL if amount > busy * there else WELL)


def _gibibytes(size: int) -> str:
    return f"{size / 2**30:.1f}"
