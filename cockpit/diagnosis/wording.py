"""How findings are put into words. What pods and servers wrote is cut short and freed of what cannot be printed."""

from collections.abc import Sequence

from cockpit.diagnosis.symptoms import Cause, Symptom
from cockpit.sources.kubernetes.model import Container

LONGEST_MESSAGE = 160
"""Characters that are kept of a message from outside."""

_VERBS = {
    Cause.CRASH_LOOP: ("crash-loops", "crash-loop"),
    Cause.OOM: ("runs out of memory (OOMKilled)", "run out of memory (OOMKilled)"),
    Cause.IMAGE_PULL: ("cannot pull {image}", "cannot pull {image}"),
    Cause.CONFIG: ("cannot start", "cannot start"),
    Cause.INIT: ("waits for init container {container}", "wait for init container {container}"),
    Cause.PENDING: ("is pending", "are pending"),
    Cause.FAILED: ("failed", "failed"),
    Cause.EVICTED: ("ended by the cluster ({reason})", "ended by the cluster ({reason})"),
    Cause.NOT_READY: ("is not ready", "are not ready"),
    Cause.RESTARTS: ("restarted {restarts} times", "restarted {restarts} times"),
}
"""What one pod does, and what several do."""


def describe(cause: Cause, found: Sequence[Symptom], total: int, *, lone: bool) -> str:
    """Say what ails a workload: `3 of 3 pods crash-loop, exit 1`.

    Args:
        cause: What ails the pods.
        found: The pods that it ails, at least one.
        total: How many pods the workload has.
        lone: The workload is the pod itself, so that there is nothing to count.
    """
    one = len(found) == 1
    first = found[0]
    counted = "" if lone else _count(cause, len(found), total)
    return f"{counted}{_verb(cause, first, one=one)}{_detail(cause, first)}"


def fact(symptom: Symptom) -> str:
    """Say what one pod shows: `worker: CrashLoopBackOff, exit 1, 8 restarts`."""
    pod, container = symptom.pod, symptom.container
    if container is None:
        message = one_line(pod.message)
        return f"{pod.status}, {pod.ready}/{pod.total} ready" + (f": {message}" if message else "")
    parts = [container.reason or container.state, end_of(container)]
    if container.restarts:
        parts.append(f"{container.restarts} restarts" if container.restarts > 1 else "1 restart")
    message = _explanation(container)
    return f"{container.name}: {', '.join(filter(None, parts))}" + (f": {message}" if message else "")


def end_of(container: Container) -> str:
    """Say how a container's newest finished run ended: `exit 1`, `signal 9`; empty when none has."""
    if container.signal:
        return f"signal {container.signal}"
    code = container.last_exit_code if container.exit_code is None else container.exit_code
    return "" if code is None else f"exit {code}"


def one_line(text: str) -> str:
    """Make a message from outside fit into a sentence."""
    line = " ".join(text[: 2 * LONGEST_MESSAGE].split())
    if not line.isprintable():
        line = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in line)
    return line if len(line) <= LONGEST_MESSAGE else f"{line[: LONGEST_MESSAGE - 3]}..."


def _count(cause: Cause, count: int, total: int) -> str:
    if cause in (Cause.FAILED, Cause.EVICTED):
        return "1 pod " if count == 1 else f"{count} pods "
    return f"{count} of {total} {'pod' if total == 1 else 'pods'} "


def _verb(cause: Cause, first: Symptom, *, one: bool) -> str:
    verb = _VERBS[cause][0 if one else 1]
    container = first.container
    return verb.format(
        image=one_line(container.image) if container else "",
        container=container.name if container else "",
        reason=one_line(first.pod.reason),
        restarts=first.pod.restarts,
    )


def _detail(cause: Cause, first: Symptom) -> str:
    """Add what explains the cause, as far as the API tells it."""
    pod, container = first.pod, first.container
    if cause in (Cause.EVICTED, Cause.PENDING):
        why, end = one_line(pod.message) or (pod.status if cause is Cause.PENDING else ""), ""
    elif container is None or cause is Cause.IMAGE_PULL:
        why, end = "", ""
    else:
        why = _explanation(container) or (container.reason if cause is Cause.CONFIG else "")
        end = "" if cause in (Cause.OOM, Cause.CONFIG) else end_of(container)
    return (f", {end}" if end else "") + (f": {why}" if why else "")


def _explanation(container: Container) -> str:
    """Give what the container or the kubelet says; that it backs off from a crash loop explains nothing."""
    if container.state == "running" or container.reason == "CrashLoopBackOff":
        return one_line(container.last_message)
    return one_line(container.message)
