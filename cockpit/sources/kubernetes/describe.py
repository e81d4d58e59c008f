"""An object in words, as `kubectl describe` gives it: what was asked for, what is, and what has happened. Pure.

It is made of the object as the API gave it, and of what is watched around it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from cockpit.redact import redact
from cockpit.sources.kubernetes.describe_containers import container_sections, volume_lines
from cockpit.sources.kubernetes.describe_fields import Section, field_lines, moment, pairs
from cockpit.sources.kubernetes.describe_neighbours import endpoint_lines, ingress_lines, requested_lines
from cockpit.sources.kubernetes.kind_names import EVENTS, NODE_EVENTS
from cockpit.sources.kubernetes.model import Pods
from cockpit.sources.kubernetes.object_text import NOT_READ
from cockpit.sources.kubernetes.objects import Event, Objects, Owner
from cockpit.sources.kubernetes.owners import owner_chain
from cockpit.text import clean

MOST_EVENTS = 50
_TOLD_ELSEWHERE = frozenset(
    ("template", "containers", "initContainers", "volumes", "conditions", "containerStatuses", "initContainerStatuses")
)
"""Parts of spec and status that have sections of their own."""
_LEFT_OUT: Mapping[str, frozenset[str]] = {
    "Ingress": frozenset(("rules", "defaultBackend")),
    "Node": frozenset(("images", "daemonEndpoints", "volumesInUse", "volumesAttached")),
}


class Around(NamedTuple):
    """What is watched around an object."""

    pods: Pods | None = None
    objects: Mapping[str, Objects[Any]] = {}
    """By name of the reading."""


def describe(given: Mapping[str, Any], around: Around) -> tuple[Section, ...]:
    """Describe an object as `read_object` gave it, without secrets that somebody wrote in plain. Times are UTC."""
    sections = (
        Section(clean(title), tuple(clean(redact(line)) for line in lines)) for title, lines in _sections(given, around)
    )
    return tuple(section for section in sections if section.lines)


def events_about(given: Mapping[str, Any], *listed: Objects[Event] | None) -> list[Event]:
    """Find the events about an object, those of now last; not those of a namesake that came before it."""
    kind, metadata = given.get("kind"), given.get("metadata") or {}
    wanted = (kind, metadata.get("namespace", ""), metadata.get("name"))
    found = [
        event
        for events in listed
        for event in (events.objects.values() if events else ())
        if (event.kind, event.namespace, event.name) == wanted and _same(event.uid, metadata.get("uid"), kind)
    ]
    return sorted(found, key=lambda event: event.last_at or event.meta.created)


def _sections(given: Mapping[str, Any], around: Around) -> Iterator[Section]:
    kind, metadata = str(given.get("kind") or "Object"), given.get("metadata") or {}
    spec, status = given.get("spec") or {}, given.get("status") or {}
    left_out = _TOLD_ELSEWHERE | _LEFT_OUT.get(kind, frozenset())
    yield Section(kind, _identity(metadata, around))
    yield Section("Conditions", tuple(_conditions(status.get("conditions") or ())))
    yield Section("Status", field_lines(status, left_out))
    yield from container_sections(given)
    yield from _neighbours(kind, given, around)
    yield Section("Asked for", field_lines(spec, left_out))
    yield Section("Volumes", volume_lines(given))
    yield Section("Data", tuple(_data(kind, given)))
    yield Section("Labels", pairs(metadata.get("labels") or {}))
    yield Section("Annotations", pairs(metadata.get("annotations") or {}))
    events = events_about(given, around.objects.get(EVENTS), around.objects.get(NODE_EVENTS))
    yield Section("Events", tuple(map(_event, events[-MOST_EVENTS:])))


def _identity(metadata: Mapping[str, Any], around: Around) -> tuple[str, ...]:
    namespace = metadata.get("namespace") or ""
    owners = metadata.get("ownerReferences") or ()
    owner = next((owner for owner in owners if owner.get("controller")), owners[0] if owners else None)
    first = Owner(owner.get("kind", ""), owner.get("name", ""), owner.get("uid", "")) if owner else None
    chain = owner_chain(first, namespace, around.objects)
    return pairs(
        {
            "name": metadata.get("name"),
            "namespace": namespace,
            "owner": " ← ".join(f"{each.kind}/{each.name}" for each in chain),
            "created": moment(metadata.get("creationTimestamp")),
            "deletion asked for": moment(metadata.get("deletionTimestamp")),
            "finalizers": ", ".join(metadata.get("finalizers") or ()),
            "uid": metadata.get("uid"),
            "version": metadata.get("resourceVersion"),
        }
    )


def _conditions(conditions: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    width = max((len(str(condition.get("type"))) for condition in conditions), default=0)
    for condition in conditions:
        since = moment(condition.get("lastTransitionTime"))
        why = ": ".join(filter(None, (condition.get("reason"), condition.get("message"))))
        words = (f"{condition.get('type'):<{width}}", f"{condition.get('status'):<7}", since and f"since {since}", why)
        yield "  ".join(filter(None, words)).rstrip()


def _neighbours(kind: str, given: Mapping[str, Any], around: Around) -> Iterator[Section]:
    namespace, name = given["metadata"].get("namespace", ""), given["metadata"].get("name", "")
    if kind == "Node":
        yield Section("Requested", requested_lines(given, around.pods))
    elif kind == "Service":
        yield Section("Endpoints", endpoint_lines(namespace, name, around.pods, around.objects))
    elif kind == "Ingress":
        yield Section("Rules", ingress_lines(given, around.objects))


def _data(kind: str, given: Mapping[str, Any]) -> Iterator[str]:
    if kind == "Secret":
        yield NOT_READ
        return
    for part in ("data", "binaryData"):
        held = given.get(part)
        for name, value in held.items() if isinstance(held, dict) else ():
            yield f"{name}  {len(str(value).encode())} bytes"


def _event(event: Event) -> str:
    times = f" (x{event.count})" if event.count > 1 else ""
    reporter = f"{event.reporter}: " if event.reporter else ""
    return f"{moment(event.last_at)}  {event.type:<7}  {event.reason}{times}  {reporter}{event.message}"


def _same(uid: str, wanted: Any, kind: Any) -> bool:
    """Compare uids. The kubelet writes the name of a node where its uid belongs."""
    return not uid or not wanted or uid == wanted or kind == "Node"
