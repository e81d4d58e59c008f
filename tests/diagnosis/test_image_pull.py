"""Why an image cannot be pulled."""

import pytest
from support.estate import Estate
from support.samples import samples

from cockpit.diagnosis.image_pull import PullFailure, parse_image, recognise
from cockpit.sources.kubernetes.model import Pod
from cockpit.sources.kubernetes.objects import ObjectRef

IMAGE = "registry.shop.local/shop/web:9.9.9"


@pytest.mark.parametrize(("failure", "why", "message"), samples("image-pull"))
def test_what_the_runtimes_and_registries_say_is_told_apart(failure: str, why: str, message: str) -> None:
    assert recognise(message, IMAGE) == (PullFailure(failure), why)


def test_what_only_backs_off_says_nothing() -> None:
    assert recognise(f'Back-off pulling image "{IMAGE}"', IMAGE) is None


def test_words_in_the_name_of_the_image_are_no_reason() -> None:
    image = "registry.shop.local/timeout-denied:404"
    assert recognise(f'Back-off pulling image "{image}"', image) is None


@pytest.mark.parametrize(
    ("image", "registry", "repository", "tag"),
    [
        ("web", "docker.io", "web", "tag latest"),
        ("shop/web:1.2", "docker.io", "shop/web", "tag 1.2"),
        ("registry.local:5000/web", "registry.local:5000", "web", "tag latest"),
        ("localhost/web:1", "localhost", "web", "tag 1"),
        ("ghcr.io/web@sha256:0a79b14d6fb946d2f9d5359bb6a58ffafd28", "ghcr.io", "web", "digest sha256:0a79b14d6fb9"),
    ],
)  # fmt: skip
def test_the_name_of_an_image_is_taken_apart(image: str, registry: str, repository: str, tag: str) -> None:
    assert parse_image(image) == (registry, repository, tag)


def backing_off(estate: Estate, name: str = "web-1", message: str = "") -> Pod:
    container = estate.container(
        image=IMAGE, ready=False, state="waiting", reason="ImagePullBackOff", message=message, started_at=None
    )
    return estate.ill(name, container)


def test_where_the_state_only_backs_off_the_events_tell(estate: Estate) -> None:
    """Kubernetes before 1.31 does not repeat the reason in the state."""
    failed = estate.event(
        "Failed", "Pod/web-2", f'Failed to pull image "{IMAGE}": rpc error: code = NotFound desc = {IMAGE}: not found'
    )
    finding = estate.only(backing_off(estate), backing_off(estate, "web-2"), failed)
    assert finding.title == f"api: 2 of 2 pods cannot pull {IMAGE}: there is no tag 9.9.9"
    assert finding.evidence[-1].source == "kubernetes/events"
    assert finding.evidence[-1].ref == failed.meta.key


def test_a_missing_pull_secret_is_named(estate: Estate) -> None:
    pod = backing_off(estate, message="no basic auth credentials")
    told = estate.event(
        "FailedToRetrieveImagePullSecret",
        "Pod/web-1",
        "Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.",
    )
    finding = estate.only(pod, told)
    assert finding.title.endswith(": registry.shop.local denies access, pull secret regcred is missing")
    assert ObjectRef("Secret", "shop", "regcred") in finding.objects
