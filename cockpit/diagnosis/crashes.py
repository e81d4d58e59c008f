"""Why containers crash: what their last lines say, what killed them, and how much memory they may use."""

import re
from collections.abc import Sequence
from datetime import timedelta

from cockpit.diagnosis.crash_lines import LastWords, last_words
from cockpit.diagnosis.crash_sign import CrashCause
from cockpit.diagnosis.explanation import MOST_ASKED, Explanation, Shared, event_evidence
from cockpit.diagnosis.finding import Evidence, Suggestion, Verb
from cockpit.diagnosis.symptoms import Symptom
from cockpit.diagnosis.view import View, pod_ref, workload_of
from cockpit.diagnosis.wording import LONGEST_READ, end_of, memory, message_of, one_line, quoted, said_by
from cockpit.sources.kubernetes.crash_log import CRASH_LOGS, CrashLog
from cockpit.sources.kubernetes.model import METRICS, PODS, Container
from cockpit.sources.kubernetes.objects import Event

KILLED_WITHIN = timedelta(minutes=2)
"""So long before its end a container may have been asked to end: the grace period is 30 seconds if nobody says more."""
MOST_LINES = 50
LAST_LINES = 3
"""Lines at the end of a log that are shown whatever they say."""
MOST_LOGS = 3
"""Logs of a workload that are read for a cause; they mostly tell the same."""

_OWN = re.compile(r"localhost\b|127\.|0\.0\.0\.0|\[::1?\]")
"""Servers that are another one in each pod."""
_KILLED = (137, 143)
"""Exit codes of a container that was killed, or asked to end (128 + SIGKILL, 128 + SIGTERM)."""
_LIVENESS = "failed liveness probe"
_STARTUP = "failed startup probe"
_SET_ON = ("Deployment", "StatefulSet", "DaemonSet")
"""Workloads whose variables and resources can be set."""


def explain_crash(found: Sequence[Symptom], view: View) -> Explanation:
    """Explain why containers crash, or why an init container fails."""
    container = found[0].container
    if container is None:
        return Explanation()
    killing = _killed_by_probe(found, view)
    if killing is not None:
        probe = "startup" if _STARTUP in killing.message else "liveness"
        failing = view.events_of_pods((symptom.pod for symptom in found[:MOST_ASKED]), "Unhealthy")
        told = next((each for each in failing if each.message.lower().startswith(probe)), None)
        said = f": {_probe_answer(told)}" if told else ""
        proofs = tuple(event_evidence(event) for event in (killing, told) if event is not None)
        return Explanation(f"its {probe} probe fails{said}", end_of(container), proofs)
    log, words = _words(found, view)
    if words is None:
        return Explanation(said_by(container), end_of(container))
    evidence = _last_lines(log, words) if log else ()
    actions = _set_variable(found[0], words)
    why = words.text or (said_by(container) if log is None else words.line)
    shared = _shared(words, found[0].pod.namespace)
    return Explanation(why, end_of(container), evidence, actions=actions, shared=shared)


def _shared(words: LastWords, namespace: str) -> Shared | None:
    """Tell which server others may fail to reach as well. A name without a dot is another one in each namespace."""
    if words.cause not in (CrashCause.CONNECTION, CrashCause.DNS) or not words.name or _OWN.match(words.name):
        return None
    where = words.name if "." in words.name else f"{namespace}/{words.name}"
    return Shared(f"server/{where}/{words.text}", words.text)


def explain_out_of_memory(found: Sequence[Symptom], view: View) -> Explanation:
    """Compare what the container may use with what it asks for and what the pod uses now."""
    first = found[0]
    container = first.container
    if container is None:
        return Explanation()
    limit, request = container.resources.memory_limit, container.resources.memory_request
    if limit is None:
        # The kubelet tells as little of a limit that was never said as of a node that ran out: name both.
        why = "it has no memory limit, so the node ran out" if request is not None else ""
        return Explanation(why)
    asked = f", request {memory(request)}" if request is not None else ""
    evidence = [Evidence(PODS, first.pod.key, f"{container.name}: memory limit {memory(limit)}{asked}")]
    used = view.facts.usage.usage.get(first.pod.key) if view.facts.usage is not None else None
    if used is not None:
        evidence.append(Evidence(METRICS, first.pod.key, f"the pod uses {memory(used.memory_bytes)} now"))
    target = workload_of(first.pod)
    why = f"{one_line(container.name, 60)} may use {memory(limit)}"
    actions: tuple[Suggestion, ...] = ()
    if target.kind in _SET_ON:
        parameters = {"container": container.name, "memory_limit": memory(2 * limit)}
        actions = (Suggestion(Verb.SET_RESOURCES, target, f"the limit of {memory(limit)} is too low", parameters),)
    return Explanation(
        f"limit {memory(limit)}" if len(first.pod.containers) == 1 else why, "", tuple(evidence), (), actions
    )


def _killed_by_probe(found: Sequence[Symptom], view: View) -> Event | None:
    """Find the event in which the kubelet says that it kills a container because of a probe."""
    for symptom in found[:MOST_ASKED]:
        if symptom.container is None or not _was_killed(symptom.container):
            continue
        ended_at = symptom.container.finished_at or symptom.container.last_finished_at
        for event in view.events(pod_ref(symptom.pod), "Killing", uid=symptom.pod.uid):
            is_old = ended_at is not None and event.last_at is not None and event.last_at < ended_at - KILLED_WITHIN
            if not is_old and (_LIVENESS in event.message or _STARTUP in event.message):
                return event
    return None


def _was_killed(container: Container) -> bool:
    code = container.last_exit_code if container.exit_code is None else container.exit_code
    return code in _KILLED or bool(container.signal)


def _probe_answer(event: Event) -> str:
    """Give what a probe was answered: the event begins with which probe failed."""
    return one_line(event.message.partition(": ")[2] or event.message)


def _words(found: Sequence[Symptom], view: View) -> tuple[CrashLog | None, LastWords | None]:
    """Give the last words of the first container whose end is explained, or of the first that said anything.

    Without a log, the message that a container may leave behind has to do (terminationMessagePolicy).
    """
    logs = view.facts.crash_logs.logs if view.facts.crash_logs is not None else {}
    containers = [(symptom.pod.key, symptom.container) for symptom in found if symptom.container is not None]
    keys = [f"{pod}/{container.name}" for pod, container in containers]
    said = [(log, last_words(log.lines)) for log in [logs[key] for key in keys if key in logs][:MOST_LOGS]]
    for log, words in said:
        if words is not None and words.cause not in (None, CrashCause.CRASH):
            return log, words
    first = next(((log, words) for log, words in said if words is not None), None)
    left = message_of(containers[0][1])[:LONGEST_READ].splitlines()[-MOST_LINES:]
    return first or (None, last_words(tuple(left)))


def _last_lines(log: CrashLog, words: LastWords) -> tuple[Evidence, ...]:
    """Quote the line that tells, and the last ones besides."""
    last = [quoted(line) for line in log.lines[-LAST_LINES:] if line.strip()]
    lines = dict.fromkeys((words.line, *last))
    return tuple(Evidence(CRASH_LOGS, f"{log.pod}/{log.container}", line) for line in lines)


def _set_variable(symptom: Symptom, words: LastWords) -> tuple[Suggestion, ...]:
    target = workload_of(symptom.pod)
    if words.cause is not CrashCause.ENVIRONMENT or not words.name or symptom.container is None:
        return ()
    if target.kind not in _SET_ON:
        return ()
    parameters = {"container": symptom.container.name, "name": words.name}
    return (Suggestion(Verb.SET_ENV, target, words.text, parameters),)
