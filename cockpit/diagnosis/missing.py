"""Which config map, secret or key a pod waits for, and why else it cannot be created on its node."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.explanation import MOST_ASKED, Explanation, Shared, event_evidence
from cockpit.diagnosis.symptoms import Symptom, is_being_created
from cockpit.diagnosis.view import View, pod_ref
from cockpit.diagnosis.wording import LONGEST_READ, message_of, one_line, said_by
from cockpit.sources.kubernetes.model import Pod
from cockpit.sources.kubernetes.objects import Event, ObjectRef

_HINDRANCES = ("FailedMount", "FailedAttachVolume", "FailedCreatePodSandBox", "NetworkNotReady", "FailedMapVolume")
"""Reasons of events that tell why a pod is not created on its node."""
_KINDS = {"secret": "Secret", "configmap": "ConfigMap", "serviceaccount": "ServiceAccount"}
_NOT_FOUND = re.compile(
    r"(?i)\b(secrets?|configmaps?|serviceaccount|service account) \"?([\w./-]{1,253}?)\"? not found"
)
_NO_KEY = re.compile(r"(?i)couldn'?t find key ([\w./-]{1,253}) in (secret|configmap) (?:[\w.-]{1,63}/)?([\w.-]{1,253})")
_NO_MOUNTED_KEY = re.compile(r"(?i)references non-existent (secret|config) key: ([\w./-]{1,253})")
_VOLUME = re.compile(r"for volume \"([^\"]{1,253})\"")
_NOT_EXECUTABLE = re.compile(r"exec: \"([^\"]{1,253})\": (executable file not found in \$PATH|permission denied|stat )")


class Missing(NamedTuple):
    """Something that a pod needs and that is not there."""

    text: str
    refs: tuple[ObjectRef, ...] = ()


def recognise(message: str, namespace: str) -> Missing | None:
    """Find in a message of the kubelet what is missing."""
    message = message[:LONGEST_READ]
    if match := _NOT_FOUND.search(message):
        kind = match[1].lower().replace(" ", "").rstrip("s")
        name = match[2].rpartition("/")[2]
        return Missing(f"{kind} {name} is missing", (ObjectRef(_KINDS.get(kind, kind), namespace, name),))
    if match := _NO_KEY.search(message):
        kind = match[2].lower()
        return Missing(f"{kind} {match[3]} has no key {match[1]}", (ObjectRef(_KINDS[kind], namespace, match[3]),))
    if match := _NO_MOUNTED_KEY.search(message):
        kind = "secret" if match[1].lower() == "secret" else "configmap"
        volume = _VOLUME.search(message)
        of = f" of volume {volume[1]}" if volume else ""
        return Missing(f"the {kind}{of} has no key {match[2]}")
    if match := _NOT_EXECUTABLE.search(message):
        denied = match[2] == "permission denied"
        return Missing(f"{match[1]} " + ("may not be executed" if denied else "is not in the image"))
    return None


def missing_symptom(pod: Pod, view: View) -> Symptom | None:
    """Recognise a pod that waits for a config map or secret which is not there, before it has waited for long."""
    if not is_being_created(pod) or view.now - pod.created <= view.policy.unscheduled:
        return None
    events = view.events(pod_ref(pod), "FailedMount", uid=pod.uid)
    if not events or recognise(events[0].message, pod.namespace) is None:
        return None
    container = next((each for each in pod.containers if each.state == "waiting"), None)
    return Symptom(Cause.CONFIG, pod, pod.not_ready_since or pod.created, container)


def explain_config(found: Sequence[Symptom], view: View) -> Explanation:
    """Explain why containers cannot start: what they need is not there, or the node cannot run them."""
    first = found[0]
    if first.container is None:
        return Explanation()
    for message in (message_of(first.container), first.container.last_message):
        missing = recognise(message, first.pod.namespace)
        if missing is not None:
            return Explanation(missing.text, objects=missing.refs, shared=_shared(missing))
    event = _hindrance(found, view)
    if event is not None:
        missing = recognise(event.message, first.pod.namespace)
        proofs = (event_evidence(event),)
        if missing is None:
            return Explanation(one_line(event.message), evidence=proofs)
        return Explanation(missing.text, evidence=proofs, objects=missing.refs, shared=_shared(missing))
    return Explanation(said_by(first.container) or one_line(first.container.reason))


def _shared(missing: Missing) -> Shared | None:
    """Tell what others may wait for as well; a program that is not in an image is missing there only."""
    if not missing.refs:
        return None
    ref = missing.refs[0]
    return Shared(f"missing/{ref.kind}/{ref.key}/{missing.text}", f"cannot start: {missing.text}")


def explain_creation(found: Sequence[Symptom], view: View) -> Explanation:
    """Explain why pods are not created on their node: volumes, network, or an image that takes long."""
    event = _hindrance(found, view)
    if event is not None:
        return Explanation(one_line(event.message), evidence=(event_evidence(event),))
    pulling = view.events_of_pods((symptom.pod for symptom in found[:MOST_ASKED]), "Pulling", "Pulled")
    if pulling and pulling[0].reason == "Pulling":
        return Explanation(one_line(pulling[0].message), evidence=(event_evidence(pulling[0]),))
    pod = found[0].pod
    return Explanation(one_line(pod.message) or one_line(pod.status))


def _hindrance(found: Sequence[Symptom], view: View) -> Event | None:
    events = view.events_of_pods((symptom.pod for symptom in found[:MOST_ASKED]), *_HINDRANCES)
    # The mount's time-out comes after what explains it, and says less.
    return next((event for event in events if "timed out waiting" not in event.message), events[0] if events else None)
