"""Which kinds are watched, and where the API has them."""

from cockpit.sources.kubernetes.kind_names import KIND_READINGS
from cockpit.sources.kubernetes.kinds import watched_kinds


def test_every_reading_of_a_kind_has_its_source_and_the_other_way_round() -> None:
    assert tuple(kind.name for kind in watched_kinds()) == KIND_READINGS


def test_where_the_api_has_the_kinds() -> None:
    assert [f"{kind.path}/{kind.plural}" for kind in watched_kinds()] == [
        "/apis/apps/v1/deployments",
        "/apis/apps/v1/replicasets",
        "/api/v1/events",
        "/api/v1/nodes",
        "/apis/apps/v1/statefulsets",
        "/apis/apps/v1/daemonsets",
        "/apis/batch/v1/jobs",
        "/api/v1/services",
        "/apis/discovery.k8s.io/v1/endpointslices",
        "/apis/networking.k8s.io/v1/ingresses",
        "/apis/autoscaling/v2/horizontalpodautoscalers",
        "/api/v1/persistentvolumeclaims",
        "/apis/cert-manager.io/v1/certificates",
    ]


def test_only_nodes_belong_to_the_whole_cluster() -> None:
    assert [kind.plural for kind in watched_kinds() if not kind.namespaced] == ["nodes"]


def test_only_events_outlive_the_servers_memory() -> None:
    assert [kind.plural for kind in watched_kinds() if kind.keep] == ["events"]


def test_secrets_and_config_maps_are_not_watched() -> None:
    assert not {"secrets", "configmaps"} & {kind.plural for kind in watched_kinds()}
