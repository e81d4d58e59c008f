"""What is different between two revisions."""

from cockpit.diagnosis.template_diff import Field, diff
from cockpit.sources.kubernetes.objects import ContainerTemplate, EnvVar, PodTemplate, Resources


def template(**facts: object) -> PodTemplate:
    return PodTemplate(containers=(ContainerTemplate("api", **{"image": "shop/api:1.4.2", **facts}),))  # type: ignore[arg-type]


def texts(before: PodTemplate, after: PodTemplate) -> list[str]:
    return [change.text for change in diff(before, after)]


def test_the_same_template_has_no_difference_whatever_its_hash() -> None:
    before, after = (PodTemplate(labels={"app": "api", "pod-template-hash": each}) for each in ("1", "2"))
    assert diff(before, after) == ()


def test_of_an_image_in_the_same_repository_only_the_tag_is_repeated() -> None:
    assert texts(template(), template(image="shop/api:1.4.3")) == ["image shop/api:1.4.2 → 1.4.3"]
    assert texts(template(), template(image="ghcr.io/api:1")) == ["image shop/api:1.4.2 → ghcr.io/api:1"]


def test_every_part_of_a_container_is_compared() -> None:
    before = template(
        env=(EnvVar("LEVEL", "info"), EnvVar("OLD", "1"), EnvVar("URL", source="secret db/url")),
        env_from=("configmap api",),
        resources=Resources(memory_limit=128 * 2**20),
        command=("serve", "--fast"),
        probes={"readiness": "GET :8080/healthz"},
    )
    after = template(
        env=(
            EnvVar("LEVEL", "debug"),
            EnvVar("URL", source="secret db/uri"),
            EnvVar("NEW", source="configmap api/NEW"),
        ),
        env_from=("configmap api-2",),
        resources=Resources(memory_limit=256 * 2**20, cpu_request=250),
        command=("serve",),
        probes={"readiness": "GET :8080/ready", "liveness": "TCP :8080"},
    )
    assert texts(before, after) == [
        "env LEVEL changed",
        "env OLD removed",
        "env URL secret db/url → secret db/uri",
        "env NEW added (configmap api/NEW)",
        "env from configmap api removed",
        "env from added (configmap api-2)",
        "resources memory limit 128Mi → 256Mi",
        "resources cpu request added (250m)",
        "command serve --fast → serve",
        "probe readiness GET :8080/healthz → GET :8080/ready",
        "probe liveness added (TCP :8080)",
    ]


def test_literal_values_are_nowhere_in_a_difference() -> None:
    changes = diff(
        template(env=(EnvVar("KEY", "hunter2"),)), template(env=(EnvVar("KEY", "hunter3"), EnvVar("B", "hunter4")))
    )
    assert "hunter" not in repr(changes)
    assert [change.text for change in changes] == ["env KEY changed", "env B added"]


def test_containers_volumes_labels_and_annotations_are_compared() -> None:
    before = PodTemplate(labels={"version": "1"}, volumes=("secret tls",))
    after = PodTemplate(
        labels={"version": "2"},
        annotations={"checksum/config": "abc"},
        containers=(ContainerTemplate("proxy", "envoy:1"),),
        volumes=("configmap api",),
    )
    assert texts(before, after) == [
        "container proxy added (envoy:1)",
        "volume secret tls removed",
        "volume added (configmap api)",
        "label version 1 → 2",
        "annotation checksum/config added (abc)",
    ]


def test_a_restart_by_hand_is_told_as_such() -> None:
    annotation = "kubectl.kubernetes.io/restartedAt"
    (change,) = diff(PodTemplate(), PodTemplate(annotations={annotation: "2026-11-21T14:00:00Z"}))
    assert (change.field, change.text) == (Field.ANNOTATION, "restarted")


def test_text_from_outside_is_one_clean_line() -> None:
    (change,) = diff(template(), template(image="evil\x1b[2J\nimage" + "x" * 1000))
    assert change.text.isprintable()
    assert len(change.text) < 250
