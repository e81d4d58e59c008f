"""Pod templates: what changed between two revisions is read from here."""

from typing import Any

import pytest
from support.api_objects import decoded, recorded

from cockpit.sources.kubernetes import wire_template as wire
from cockpit.sources.kubernetes.convert_template import env_var, probes_of, template_of
from cockpit.sources.kubernetes.objects import Deployment, EnvVar, PodTemplate, Resources

MIB = 2**20


def template(**spec: Any) -> PodTemplate:
    return template_of(decoded(wire.Template, {"spec": spec}))


def test_the_template_of_a_recorded_deployment() -> None:
    pods = recorded(Deployment, "deployments")["api"].template
    (api,) = pods.containers
    assert pods.labels == {"app": "api", "tier": "frontend", "version": "1.4.0"}
    assert (api.name, api.image, api.init) == ("api", "registry.shop.local/api:1.5.0", False)
    assert api.env == (
        EnvVar("RATE", "20"),
        EnvVar("PORT", "8080"),
        EnvVar("PASSWORD", source="secret api-secret/PASSWORD"),
    )
    assert api.env_from == ("configmap api-config",)
    assert api.resources == Resources(cpu_request=10, memory_request=32 * MIB, memory_limit=128 * MIB)
    assert api.probes == {"readiness": "GET :http/healthz every 5s", "liveness": "GET :http/healthz"}


def test_without_a_template_there_are_no_containers() -> None:
    assert template_of(None) == PodTemplate()
    assert template(containers=None, initContainers=None, volumes=None) == PodTemplate()


def test_init_containers_come_first() -> None:
    made = template(
        containers=[{"name": "api"}], initContainers=[{"name": "migrate", "command": ["sh"], "args": ["-c"]}]
    )
    assert [(container.name, container.init) for container in made.containers] == [("migrate", True), ("api", False)]
    assert made.containers[0].command == ("sh", "-c")


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ({"secretKeyRef": {"name": "db", "key": "url"}}, "secret db/url"),
        ({"configMapKeyRef": {"name": "api", "key": "LEVEL"}}, "configmap api/LEVEL"),
        ({"fieldRef": {"fieldPath": "status.podIP"}}, "field status.podIP"),
        ({"resourceFieldRef": {"resource": "limits.cpu"}}, "resource limits.cpu"),
        ({"fileKeyRef": {"path": "x"}}, "elsewhere"),
    ],
)
def test_a_variable_tells_where_its_value_comes_from(source: Any, told: str) -> None:
    variable = decoded(wire.EnvironmentVariable, {"name": "X", "valueFrom": source})
    assert env_var(variable) == EnvVar("X", source=told)


def test_an_empty_variable_is_literal() -> None:
    assert env_var(decoded(wire.EnvironmentVariable, {"name": "X"})) == EnvVar("X", "")


def test_all_keys_of_a_secret_or_config_map_as_variables() -> None:
    sources = [{"secretRef": {"name": "db"}}, {"configMapRef": {"name": "api"}, "prefix": "API_"}]
    assert template(containers=[{"name": "api", "envFrom": sources}]).containers[0].env_from == (
        "secret db",
        "configmap api",
    )


def test_volumes_that_need_another_object() -> None:
    projected = {
        "sources": [
            {"secret": {"name": "ca"}},
            {"configMap": {"name": "kube-root-ca.crt"}},
            {"serviceAccountToken": {}},
        ]
    }
    volumes = [
        {"name": "tls", "secret": {"secretName": "api-tls"}},
        {"name": "config", "configMap": {"name": "api"}},
        {"name": "data", "persistentVolumeClaim": {"claimName": "data"}},
        {"name": "tmp", "emptyDir": {}},
        {"name": "all", "projected": projected},
    ]
    assert template(volumes=volumes).volumes == (
        "secret api-tls",
        "configmap api",
        "claim data",
        "secret ca",
        "configmap kube-root-ca.crt",
    )


@pytest.mark.parametrize(
    ("probe", "asked"),
    [
        ({"httpGet": {"port": 8080, "path": "/healthz", "scheme": "HTTP"}}, "GET :8080/healthz"),
        ({"httpGet": {"port": "https", "scheme": "HTTPS", "host": "10.0.0.1"}}, "GET https://10.0.0.1:https/"),
        ({"tcpSocket": {"port": 5432}}, "TCP :5432"),
        ({"grpc": {"port": 9000, "service": "live"}}, "gRPC :9000 live"),
        ({"exec": {"command": ["pg_isready", "-U", "a b"]}}, "exec pg_isready -U 'a b'"),
        ({}, "unknown"),
    ],
)
def test_what_a_probe_asks(probe: Any, asked: str) -> None:
    assert probes_of(decoded(wire.TemplateContainer, {"startupProbe": probe})) == {"startup": asked}


def test_how_a_probe_is_timed_is_told_where_it_is_not_the_default() -> None:
    """A shorter time-out is a change that breaks rollouts."""
    timing = {"initialDelaySeconds": 5, "periodSeconds": 10, "timeoutSeconds": 2, "failureThreshold": 1}
    container = decoded(wire.TemplateContainer, {"livenessProbe": {"tcpSocket": {"port": 1}, **timing}})
    assert probes_of(container) == {"liveness": "TCP :1 after 5s within 2s failing after 1"}
