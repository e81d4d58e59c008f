"""What a pod waits for that is not there."""

from typing import Any

import pytest
from support.estate import Estate

from cockpit.diagnosis.missing import recognise
from cockpit.sources.kubernetes.model import Health, Pod
from cockpit.sources.kubernetes.objects import ObjectRef


@pytest.mark.parametrize(
    ("message", "text", "name"),
    [
        ('secret "db-url" not found', "secret db-url is missing", "db-url"),
        ('configmap "api-config" not found', "configmap api-config is missing", "api-config"),
        (
            'MountVolume.SetUp failed for volume "config" : configmap "api-config" not found',
            "configmap api-config is missing",
            "api-config",
        ),
        ("couldn't find key PASSWORD in Secret shop/api-secret", "secret api-secret has no key PASSWORD", "api-secret"),
        ("couldn't find key LEVEL in ConfigMap shop/api-config", "configmap api-config has no key LEVEL", "api-config"),
        (
            'MountVolume.SetUp failed for volume "tls" : references non-existent secret key: tls.crt',
            "the secret of volume tls has no key tls.crt",
            None,
        ),
        (
            'failed to create containerd task: exec: "/app/serve": permission denied: unknown',
            "/app/serve may not be executed",
            None,
        ),
        (
            'exec: "gunicorn": executable file not found in $PATH: unknown',
            "gunicorn is not in the image",
            None,
        ),
        ('error looking up: serviceaccount "api" not found', "serviceaccount api is missing", "api"),
    ],
)  # fmt: skip
def test_what_is_missing_is_named(message: str, text: str, name: str | None) -> None:
    missing = recognise(message, "shop")
    assert missing is not None
    assert missing.text == text
    assert [(ref.namespace, ref.name) for ref in missing.refs] == ([("shop", name)] if name else [])


def test_other_messages_name_nothing() -> None:
    assert recognise("context deadline exceeded", "shop") is None


def being_created(estate: Estate, minutes: float, **facts: Any) -> Pod:
    container = estate.container(ready=False, state="waiting", reason="ContainerCreating", started_at=None)
    since = estate.ago(minutes=minutes)
    defaults = {"status": "ContainerCreating", "created": since, "not_ready_since": since, "health": Health.CHANGING}
    return estate.ill("api-1", container, **{**defaults, **facts})


MOUNT = 'MountVolume.SetUp failed for volume "config" : configmap "api-config" not found'


def test_a_mount_that_waits_for_a_config_map_is_found_early(estate: Estate) -> None:
    event = estate.event("FailedMount", "Pod/api-1", MOUNT, count=4)
    finding = estate.only(being_created(estate, 1), event)
    assert finding.title == "api: 1 of 1 pod cannot start: configmap api-config is missing"
    assert (finding.scenario, finding.objects[-1]) == ("config", ObjectRef("ConfigMap", "shop", "api-config"))
    assert finding.evidence[-1].fact == f"FailedMount: {MOUNT} (4 times)"
    assert estate.find(being_created(estate, 0.2), event) == []


def test_events_of_a_namesake_that_is_gone_do_not_count(estate: Estate) -> None:
    event = estate.event("FailedMount", "Pod/api-1", MOUNT, uid="another")
    assert estate.find(being_created(estate, 1), event) == []


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        ("FailedAttachVolume", 'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) db-0'),
        ("FailedCreatePodSandBox", "plugin type=aws-cni failed (add): failed to assign an IP address to container"),
    ],
)
def test_what_keeps_a_pod_from_being_created_is_told(estate: Estate, reason: str, message: str) -> None:
    finding = estate.only(being_created(estate, 3), estate.event(reason, "Pod/api-1", message))
    assert finding.title == f"api: 1 of 1 pod is pending: {message}"


def test_an_image_that_takes_long_is_told(estate: Estate) -> None:
    pulling = estate.event("Pulling", "Pod/api-1", 'Pulling image "shop/api:12"', type="Normal")
    finding = estate.only(being_created(estate, 3), pulling)
    assert finding.title == 'api: 1 of 1 pod is pending: Pulling image "shop/api:12"'
