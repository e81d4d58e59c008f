"""What `cockpit doctor` says as a whole."""

import io
import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from support.api_server import ScriptedServer

from cockpit import doctor
from cockpit.clock import utc_now
from cockpit.config import Flags
from cockpit.doctor import run_doctor

PODS = "/api/v1/namespaces/shop/pods"


def examine(flags: Flags, environ: Mapping[str, str] | None = None) -> tuple[int, dict[str, str]]:
    """Give the exit status, and what is said, by subject."""
    out = io.StringIO()
    status = run_doctor(flags, {**os.environ, **(environ or {})}, utc_now, out)
    lines = [line.partition(": ") for line in out.getvalue().splitlines()]
    return status, {subject[9:]: f"{subject[:8].strip()}: {message}" for subject, _, message in lines}


def test_where_all_is_well_it_says_so_and_0(kubeconfig: Path, server: ScriptedServer) -> None:
    status, said = examine(Flags(kubeconfig=kubeconfig))
    assert status == 0
    assert said["kubernetes"] == f"ok: context practice, namespace shop, as ana, at {server.url}, Kubernetes v1.36.0"
    for subject in ("list pods in shop", "watch pods in shop", "read logs in shop", "list nodes", "metrics in shop"):
        assert said[subject] == "ok: allowed"
    assert said["clock"] == "ok: agrees with the API server's"
    assert said["incident directory"].startswith("ok: ")
    assert said["packages"].startswith("ok: cockpit ")


def test_it_tells_no_secret_and_asks_for_as_little_of_a_log_as_can_be(kubeconfig: Path, server: ScriptedServer) -> None:
    _, said = examine(Flags(kubeconfig=kubeconfig))
    assert "hush-hush" not in str(said)
    (log,) = [asked for asked in server.asked if asked.path.endswith("/log")]
    assert log.query == {"tailLines": "1", "limitBytes": "1"}


def test_the_typed_namespace_is_examined(kubeconfig: Path) -> None:
    _, said = examine(Flags(kubeconfig=kubeconfig, namespace="web"))
    assert "list pods in web" in said
    _, said = examine(Flags(kubeconfig=kubeconfig, all_namespaces=True))
    assert "list pods in all namespaces" in said


def test_what_may_not_be_read_is_broken_and_1(kubeconfig: Path, server: ScriptedServer) -> None:
    server._answers.pop(PODS)
    server.status(PODS, 403, "pods is forbidden")
    status, said = examine(Flags(kubeconfig=kubeconfig))
    assert status == 1
    assert said["list pods in shop"].startswith("broken: ")
    assert "kubectl auth can-i list pods" in said["list pods in shop"]
    assert said["list nodes"] == "ok: allowed"


def test_what_the_cockpit_can_do_without_is_a_warning(kubeconfig: Path, server: ScriptedServer) -> None:
    server._answers.pop("/api/v1/nodes")
    server.status("/api/v1/nodes", 403, "nodes is forbidden")
    server._answers.pop("/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods")
    server.text("/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods", "404 page not found", 404)
    status, said = examine(Flags(kubeconfig=kubeconfig))
    assert status == 0
    assert said["list nodes"].startswith("warning: ")
    assert "no CPU and no MEM" in said["metrics in shop"]


def test_a_log_that_does_not_exist_yet_may_be_read(kubeconfig: Path, server: ScriptedServer) -> None:
    server._answers.pop(f"{PODS}/api-1/log")
    server.status(f"{PODS}/api-1/log", 400, "container is waiting to start")
    _, said = examine(Flags(kubeconfig=kubeconfig))
    assert said["read logs in shop"] == "ok: allowed"


def test_without_a_kubeconfig_only_that_is_told_of_the_cluster() -> None:
    status, said = examine(Flags())
    assert status == 1
    assert said["kubernetes"].startswith("broken: there is no kubeconfig")
    assert not [subject for subject in said if "pods" in subject]


def test_a_wrong_configuration_is_broken_and_1(tmp_path: Path) -> None:
    path = tmp_path / "cockpit.toml"
    path.write_text("[ui]\nmuse = true")
    status, said = examine(Flags(config=path))
    assert status == 1
    assert "did you mean 'mouse'?" in said["configuration"]


def test_a_server_that_never_answers_holds_up_nothing_else(
    kubeconfig: Path, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "TIME_OUT", 0.3)
    server._answers.pop("/version")
    server.hang("/version")
    status, said = examine(Flags(kubeconfig=kubeconfig))
    assert status == 1
    assert said["kubernetes"].startswith("broken: no answer within")
    assert "packages" in said
