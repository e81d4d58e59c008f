"""Pod templates as the API gives them."""

import msgspec

from cockpit.sources.kubernetes.wire import ResourceRequirements
from cockpit.sources.kubernetes.wire_meta import IntOrString, ObjectMetadata, WireObject


class KeyReference(WireObject):
    """A key of a secret or a config map."""

    name: str | None = None
    key: str | None = None


class FieldReference(WireObject):
    """A field of the pod."""

    field_path: str | None = None


class ResourceReference(WireObject):
    """A resource of a container."""

    resource: str | None = None


class ValueSource(WireObject):
    """Where the value of a variable comes from; one of them."""

    secret_key_ref: KeyReference | None = None
    config_map_key_ref: KeyReference | None = None
    field_ref: FieldReference | None = None
    resource_field_ref: ResourceReference | None = None


class EnvironmentVariable(WireObject):
    """A variable with a literal value, or with a source."""

    name: str = ""
    value: str | None = None
    value_from: ValueSource | None = None


class EnvironmentSource(WireObject):
    """A secret or config map all of whose keys become variables."""

    secret_ref: KeyReference | None = None
    config_map_ref: KeyReference | None = None


class HttpProbe(WireObject):
    """A probe that asks by HTTP."""

    path: str | None = None
    port: IntOrString | None = None
    host: str | None = None
    scheme: str | None = None


class SocketProbe(WireObject):
    """A probe that connects."""

    port: IntOrString | None = None
    host: str | None = None


class GrpcProbe(WireObject):
    """A probe that asks by gRPC."""

    port: IntOrString | None = None
    service: str | None = None


class ExecProbe(WireObject):
    """A probe that runs a command."""

    command: list[str] | None = None


class Probe(WireObject):
    """What is asked of a container, and how often."""

    http_get: HttpProbe | None = None
    tcp_socket: SocketProbe | None = None
    grpc: GrpcProbe | None = None
    exec: ExecProbe | None = None
    initial_delay_seconds: int | None = None
    period_seconds: int | None = None
    timeout_seconds: int | None = None
    failure_threshold: int | None = None


class TemplateContainer(WireObject):
    """A container that was asked for."""

    name: str = ""
    image: str | None = None
    command: list[str] | None = None
    args: list[str] | None = None
    env: list[EnvironmentVariable] | None = None
    env_from: list[EnvironmentSource] | None = None
    resources: ResourceRequirements | None = None
    readiness_probe: Probe | None = None
    liveness_probe: Probe | None = None
    startup_probe: Probe | None = None


class SecretVolume(WireObject):
    """A secret as files."""

    secret_name: str | None = None


class ClaimVolume(WireObject):
    """A persistent volume claim."""

    claim_name: str | None = None


class ProjectedSource(WireObject):
    """One of several sources in one directory."""

    secret: KeyReference | None = None
    config_map: KeyReference | None = None


class ProjectedVolume(WireObject):
    """Several sources in one directory."""

    sources: list[ProjectedSource] | None = None


class Volume(WireObject):
    """A volume; those kinds of it that need another object."""

    secret: SecretVolume | None = None
    config_map: KeyReference | None = None
    persistent_volume_claim: ClaimVolume | None = None
    projected: ProjectedVolume | None = None


class TemplateSpec(WireObject):
    """The pod that is made."""

    init_containers: list[TemplateContainer] | None = None
    containers: list[TemplateContainer] | None = None
    volumes: list[Volume] | None = None


class Template(WireObject):
    """What pods are made from."""

    metadata: ObjectMetadata | None = None
    spec: TemplateSpec = msgspec.field(default_factory=TemplateSpec)
