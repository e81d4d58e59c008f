"""Kubeconfig files: found, merged, chosen from as kubectl does, and explained when they are broken."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes import kubeconfig
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.kubeconfig import ClusterInfo

Write = Callable[..., Path]


def trouble(cluster: Cluster) -> SourceError:
    with pytest.raises(SourceError) as caught:
        cluster.describe()
    return caught.value


def test_what_a_context_says(write_kubeconfig: Write) -> None:
    path = write_kubeconfig("https://10.0.0.1:6443/", namespace="shop")
    assert Cluster(path).describe() == ClusterInfo(
        "shop-prod", "shop", "shop-prod-user", "https://10.0.0.1:6443", ("shop-prod",)
    )


def test_the_namespace_is_default_when_the_context_names_none(write_kubeconfig: Write) -> None:
    assert Cluster(write_kubeconfig("https://a")).describe().namespace == "default"


def test_the_default_place_is_the_home_directory(write_kubeconfig: Write) -> None:
    home = Path(os.environ["HOME"]) / ".kube"
    home.mkdir(parents=True)
    write_kubeconfig("https://a").rename(home / "config")
    assert Cluster().describe().context == "shop-prod"


def test_several_files_are_merged_and_the_first_one_says_which_context_is_current(
    write_kubeconfig: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [write_kubeconfig("https://a", name="one"), Path("gone"), write_kubeconfig("https://b", name="two")]
    monkeypatch.setenv("KUBECONFIG", os.pathsep.join(map(str, files)))
    info = Cluster().describe()
    assert (info.context, info.contexts) == ("one", ("one", "two"))
    assert Cluster(context="two").describe().server == "https://b"


def test_an_unknown_context_names_those_that_exist(write_kubeconfig: Write) -> None:
    error = trouble(Cluster(write_kubeconfig("https://a"), "prod"))
    assert error.kind is TroubleKind.MISSING
    assert "no context 'prod'" in error.message
    assert "there is shop-prod" in error.message
    assert error.remedy == "cockpit --context NAME"


def test_no_kubeconfig() -> None:
    error = trouble(Cluster())
    assert error.kind is TroubleKind.MISSING
    assert "~/.kube/config" in error.message
    assert error.remedy == "cockpit --kubeconfig FILE"


def test_a_kubeconfig_that_is_named_and_does_not_exist(tmp_path: Path) -> None:
    error = trouble(Cluster(tmp_path / "nope"))
    assert error.kind is TroubleKind.MISSING
    assert str(tmp_path / "nope") in error.message


def test_broken_yaml_names_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text("apiVersion: v1\nclusters:\n- name: [\n")
    error = trouble(Cluster(path))
    assert error.kind is TroubleKind.MALFORMED
    assert f"{path}, line 4" in error.message
    assert error.remedy == f"${{EDITOR:-vi}} +4 {path}"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "- a\n- b\n",
        "just text",
        "contexts: 7",
        "contexts:\n- context: {}",
        "contexts:\n- name: 7\n  context: {}",
        "clusters: {a: b}",
        "\x00",
    ],
)
def test_what_is_yaml_but_no_kubeconfig(tmp_path: Path, content: str) -> None:
    path = tmp_path / "config"
    path.write_text(content)
    error = trouble(Cluster(path))
    assert error.kind is TroubleKind.MALFORMED
    assert str(path) in error.message


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_bytes(b"\xff\xfe\xfa\x01")
    assert trouble(Cluster(path)).kind is TroubleKind.MALFORMED


def test_a_context_without_its_cluster(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text("contexts: [{name: a, context: {cluster: gone}}]\nclusters: []\ncurrent-context: a\n")
    error = trouble(Cluster(path))
    assert error.kind is TroubleKind.MALFORMED
    assert "gone" in error.message


def test_no_current_context(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text("contexts: [{name: a, context: {cluster: x}}]\nclusters: []\n")
    error = trouble(Cluster(path))
    assert "sets no current context; there is a" in error.message


def test_a_directory_cannot_be_read(tmp_path: Path) -> None:
    error = trouble(Cluster(tmp_path))
    assert error.kind is TroubleKind.MISSING
    assert error.remedy == f"ls -l {tmp_path}"


def test_a_mended_file_is_loaded_again(tmp_path: Path, write_kubeconfig: Write) -> None:
    path = tmp_path / "shop-prod.kubeconfig"
    path.write_text("[")
    cluster = Cluster(path)
    trouble(cluster)
    write_kubeconfig("https://a")
    assert cluster.describe().context == "shop-prod"


def test_a_file_that_went_or_broke_is_told(write_kubeconfig: Write) -> None:
    path = write_kubeconfig("https://a")
    cluster = Cluster(path)
    cluster.describe()
    path.write_text("[")
    assert trouble(cluster).kind is TroubleKind.MALFORMED
    path.unlink()
    assert trouble(cluster).kind is TroubleKind.MISSING


def test_a_pod_uses_its_service_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").write_text("t")
    (tmp_path / "namespace").write_text("ops")
    monkeypatch.setattr(kubeconfig, "_SERVICE_ACCOUNT", tmp_path)
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "fd00::1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "443")
    info = Cluster().describe()
    assert (info.context, info.namespace, info.server) == ("in-cluster", "ops", "https://[fd00::1]:443")


def test_the_current_context_of_a_running_cockpit_is_settled(write_kubeconfig: Write) -> None:
    """Whoever changes the current context in another terminal must not move the cockpit to another cluster."""
    path = write_kubeconfig("http://127.0.0.1:1")
    cluster = Cluster(path)
    cluster.describe()
    content: Any = path.read_text().replace("current-context: shop-prod", "current-context: other")
    path.write_text(content)
    with pytest.raises(SourceError) as caught:
        cluster.get("/api/v1/pods")
    assert caught.value.kind is TroubleKind.UNREACHABLE
    assert cluster.describe().context == "shop-prod"
