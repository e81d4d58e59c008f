"""How a pod looks as a row."""

from datetime import datetime

from cockpit.sources.kubernetes.model import Health, Pod, Usage
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.format import age, cpu, memory
from cockpit.ui.widgets.rows import Cell, Column

COLUMNS = (
    Column("health", "", 1),
    Column("namespace", "NAMESPACE", 14, importance=2),
    Column("name", "NAME", 18, grows=True),
    Column("ready", "READY", 5),
    Column("status", "STATUS", 18),
    Column("restarts", "RESTARTS", 9, right=True),
    Column("age", "AGE", 5, right=True, importance=1),
    Column("cpu", "CPU", 6, right=True, importance=3),
    Column("memory", "MEM", 7, right=True, importance=3),
    Column("node", "NODE", 16, importance=4),
)

_TONES: dict[Health, Tone] = {
    Health.WRONG: "wrong",
    Health.DOUBTFUL: "doubtful",
    Health.CHANGING: "changing",
    Health.WELL: "",
    Health.DONE: "dim",
}


def columns(*, one_namespace: bool, metrics: bool) -> tuple[Column, ...]:
    """Choose the columns that say something: no namespace where there is one only, no use where nobody measures."""
    hidden = ({"namespace"} if one_namespace else set()) | (set() if metrics else {"cpu", "memory"})
    return tuple(column for column in COLUMNS if column.key not in hidden)


def cells(pod: Pod, shown: tuple[Column, ...], usage: Usage | None, now: datetime) -> tuple[Cell, ...]:
    """Draw a pod under the columns `shown`."""
    tone = _TONES[pod.health]
    ready_tone: Tone = tone if pod.ready < pod.total else ("dim" if pod.health is Health.DONE else "")
    rise = f"{pod.restarts_rise}↑ " if pod.restarts_rise else ""
    drawn = {
        "health": Cell({Health.WRONG: "●", Health.DOUBTFUL: "◐", Health.CHANGING: "○"}.get(pod.health, " "), tone),
        "namespace": Cell(pod.namespace),
        "name": Cell(pod.name, "dim" if pod.health is Health.DONE else ""),
        "ready": Cell(f"{pod.ready}/{pod.total}", ready_tone),
        "status": Cell(pod.status, tone),
        "restarts": Cell(f"{rise}{pod.restarts}", "doubtful" if pod.restarts_rise else ""),
        "age": Cell(age(pod.created, now)),
        "cpu": Cell(cpu(usage.cpu_millicores if usage else None)),
        "memory": Cell(memory(usage.memory_bytes if usage else None)),
        "node": Cell(pod.node or "-"),
    }
    return tuple(drawn[column.key] for column in shown)
