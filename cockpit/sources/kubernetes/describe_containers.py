"""Containers and volumes in words: of a pod with their states, of a workload as its template asks for them."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from cockpit.redact import redact
from cockpit.sources.kubernetes.convert_template import env_references, env_var, probes_of
from cockpit.sources.kubernetes.describe_fields import Section, moment, pairs
from cockpit.sources.kubernetes.wire_template import TemplateContainer


def container_sections(given: Mapping[str, Any]) -> Iterator[Section]:
    """Describe each container of a pod, or of a workload's template; init containers first."""
    spec, status = _pod_spec(given), given.get("status") or {}
    for kind, field, states in (
        ("Init container", "initContainers", "initContainerStatuses"),
        ("Container", "containers", "containerStatuses"),
    ):
        known = {state.get("name"): state for state in status.get(states) or ()}
        for container in spec.get(field) or ():
            name = container.get("name", "")
            yield Section(f"{kind} {name}", tuple(_container(container, known.get(name) or {})))


def volume_lines(given: Mapping[str, Any]) -> tuple[str, ...]:
    """Write where the volumes of a pod or a template come from."""
    return pairs({volume.get("name", ""): _volume(volume) for volume in _pod_spec(given).get("volumes") or ()})


def _pod_spec(given: Mapping[str, Any]) -> Mapping[str, Any]:
    spec = given.get("spec") or {}
    template = spec.get("template")
    return ((template.get("spec") or {}) if isinstance(template, dict) else spec) or {}


def _container(container: Mapping[str, Any], status: Mapping[str, Any]) -> Iterator[str]:
    resources = container.get("resources") or {}
    yield from pairs(
        {
            "image": container.get("image"),
            "image id": status.get("imageID"),
            "state": _state(status.get("state")),
            "last state": _state(status.get("lastState")),
            "ready": status.get("ready"),
            "restarts": status.get("restartCount"),
            "command": " ".join((*(container.get("command") or ()), *(container.get("args") or ()))),
            "ports": ", ".join(map(_port, container.get("ports") or ())),
            "requests": resources.get("requests"),
            "limits": resources.get("limits"),
            "mounts": ", ".join(map(_mount, container.get("volumeMounts") or ())),
        }
    )
    try:
        template = msgspec.convert(container, TemplateContainer)
    except msgspec.ValidationError:  # a kind of somebody's own, whose containers are not those of a pod
        return
    yield from (f"{kind} probe  {asked}" for kind, asked in probes_of(template).items())
    yield from (f"env from {reference}" for source in template.env_from or () for reference in env_references(source))
    for variable in map(env_var, template.env or ()):
        source = f" ← {variable.source}" if variable.source else f"={variable.value}"
        yield f"env {redact(f'{variable.name}{source}')}"


def _state(state: Any) -> str:
    """Write a state: `terminated Error, exit 137, 2026-11-21 07:40:41Z to 2026-11-21 07:57:03Z: message`."""
    for kind, facts in (state or {}).items():
        words = [f"{kind} {facts.get('reason') or ''}".rstrip()]
        if kind == "terminated":
            words.append(f"signal {facts['signal']}" if facts.get("signal") else f"exit {facts.get('exitCode') or 0}")
        times = [moment(facts.get(time)) for time in ("startedAt", "finishedAt") if facts.get(time)]
        words += [" to ".join(times)] if len(times) > 1 else [f"since {time}" for time in times]
        message = f": {facts['message']}" if facts.get("message") else ""
        return f"{', '.join(words)}{message}"
    return ""


def _port(port: Mapping[str, Any]) -> str:
    name = f" {port['name']}" if port.get("name") else ""
    return f"{port.get('containerPort')}/{port.get('protocol', 'TCP')}{name}"


def _mount(mount: Mapping[str, Any]) -> str:
    read_only = " read-only" if mount.get("readOnly") else ""
    return f"{mount.get('mountPath')} from {mount.get('name')}{read_only}"


def _volume(volume: Mapping[str, Any]) -> str:
    """Write the source of a volume: `secret api-tls`, `configMap api`, `emptyDir`."""
    for kind, source in volume.items():
        if kind == "name":
            continue
        facts = source if isinstance(source, dict) else {}
        named = next((facts[name] for name in ("secretName", "claimName", "name", "path") if facts.get(name)), "")
        if kind == "projected":
            named = ", ".join(_volume(part) for part in facts.get("sources") or ())
        return f"{kind} {named}".rstrip()
    return ""
