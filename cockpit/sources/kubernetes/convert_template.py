"""From the API's pod template to what the panes compare and the rules read."""

import shlex
from collections.abc import Iterator, Mapping

from cockpit.sources.kubernetes import wire_template as wire
from cockpit.sources.kubernetes.convert_meta import annotations_of
from cockpit.sources.kubernetes.objects import ContainerTemplate, EnvVar, PodTemplate
from cockpit.sources.kubernetes.resources import resources_of
from cockpit.sources.kubernetes.wire_meta import ObjectMetadata

_NO_METADATA = ObjectMetadata()
_TIMING = (
    ("after", "initial_delay_seconds", "s", 0),
    ("every", "period_seconds", "s", 10),
    ("within", "timeout_seconds", "s", 1),
    ("failing after", "failure_threshold", "", 3),
)
"""How a probe is timed: the word, the API's field, the unit, and its default."""


def template_of(template: wire.Template | None) -> PodTemplate:
    """Convert what a workload makes its pods from."""
    if template is None:
        return PodTemplate()
    metadata, spec = template.metadata or _NO_METADATA, template.spec
    return PodTemplate(
        labels=metadata.labels or {},
        annotations=annotations_of(metadata),
        containers=(
            *(_container(container, init=True) for container in spec.init_containers or ()),
            *(_container(container) for container in spec.containers or ()),
        ),
        volumes=tuple(reference for volume in spec.volumes or () for reference in volume_references(volume)),
    )


def _container(container: wire.TemplateContainer, *, init: bool = False) -> ContainerTemplate:
    return ContainerTemplate(
        name=container.name,
        image=container.image or "",
        init=init,
        env=tuple(env_var(variable) for variable in container.env or ()),
        env_from=tuple(reference for source in container.env_from or () for reference in env_references(source)),
        resources=resources_of(container.resources),
        command=(*(container.command or ()), *(container.args or ())),
        probes=probes_of(container),
    )


def env_var(variable: wire.EnvironmentVariable) -> EnvVar:
    """Convert a variable: its literal value, or where the value comes from."""
    source = variable.value_from
    if source is None:
        return EnvVar(variable.name, variable.value or "")
    if source.secret_key_ref is not None:
        told = f"secret {_key(source.secret_key_ref)}"
    elif source.config_map_key_ref is not None:
        told = f"configmap {_key(source.config_map_key_ref)}"
    elif source.field_ref is not None:
        told = f"field {source.field_ref.field_path}"
    elif source.resource_field_ref is not None:
        told = f"resource {source.resource_field_ref.resource}"
    else:
        told = "elsewhere"
    return EnvVar(variable.name, source=told)


def env_references(source: wire.EnvironmentSource) -> Iterator[str]:
    """Name the secret or config map all of whose keys become variables."""
    if source.secret_ref is not None:
        yield f"secret {source.secret_ref.name}"
    if source.config_map_ref is not None:
        yield f"configmap {source.config_map_ref.name}"


def volume_references(volume: wire.Volume) -> Iterator[str]:
    """Name the other objects that a volume needs."""
    if volume.secret is not None:
        yield f"secret {volume.secret.secret_name}"
    if volume.config_map is not None:
        yield f"configmap {volume.config_map.name}"
    if volume.persistent_volume_claim is not None:
        yield f"claim {volume.persistent_volume_claim.claim_name}"
    for source in (volume.projected.sources or ()) if volume.projected else ():
        if source.secret is not None:
            yield f"secret {source.secret.name}"
        if source.config_map is not None:
            yield f"configmap {source.config_map.name}"


def probes_of(container: wire.TemplateContainer) -> Mapping[str, str]:
    """Write what is asked of a container, and how often where that is not the API's default."""
    probes = {
        "readiness": container.readiness_probe,
        "liveness": container.liveness_probe,
        "startup": container.startup_probe,
    }
    return {name: " ".join(_probe(probe)) for name, probe in probes.items() if probe is not None}


def _probe(probe: wire.Probe) -> Iterator[str]:
    yield _asked(probe)
    for word, field, unit, default in _TIMING:
        number = getattr(probe, field)
        if number is not None and number != default:
            yield f"{word} {number}{unit}"


def _asked(probe: wire.Probe) -> str:
    if (http := probe.http_get) is not None:
        scheme = "https://" if http.scheme == "HTTPS" else ""
        return f"GET {scheme}{http.host or ''}:{http.port}{http.path or '/'}"
    if (tcp := probe.tcp_socket) is not None:
        return f"TCP {tcp.host or ''}:{tcp.port}"
    if (grpc := probe.grpc) is not None:
        return f"gRPC :{grpc.port}{' ' if grpc.service else ''}{grpc.service or ''}"
    if probe.exec is not None:
        return f"exec {shlex.join(probe.exec.command or ())}"
    return "unknown"


def _key(reference: wire.KeyReference) -> str:
    return f"{reference.name}/{reference.key}"
