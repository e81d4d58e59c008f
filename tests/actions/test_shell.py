"""The kubectl commands for which the screen stands aside."""

import pytest

from cockpit.actions.plan import Right
from cockpit.actions.resource import Ref
from cockpit.actions.shell import Kubectls, require
from cockpit.reading import SourceError
from cockpit.sources.kubernetes.kubectl import Kubectl

POD = Ref("Pod", "api-1", "shop")


def test_a_shell_is_opened_in_the_same_cluster() -> None:
    child = Kubectls(Kubectl(" --context 'a b' --kubeconfig /k")).execute(POD, "api")
    start = (
        "kubectl",
        "--context",
        "a b",
        "--kubeconfig",
        "/k",
        "-n",
        "shop",
        "exec",
        "-it",
        "api-1",
        "-c",
        "api",
        "--",
    )
    assert child.argv[: len(start)] == start
    assert child.rights == (Right("create", "", "pods", "exec", "shop", "api-1"),)


def test_what_a_pod_is_called_is_never_read_by_a_shell() -> None:
    child = Kubectls(Kubectl()).execute(POD, "$(reboot)", ["echo", "; reboot"])
    assert child.argv[-4:] == ("$(reboot)", "--", "echo", "; reboot")
    assert child.command.endswith("'$(reboot)' -- echo '; reboot'")


def test_a_debugger_is_put_beside_a_container() -> None:
    child = Kubectls(Kubectl()).debug(POD, "api", "busybox")
    assert child.command == "kubectl -n shop debug -it api-1 --image=busybox --target=api"
    assert child.rights[0].subresource == "ephemeralcontainers"


def test_a_port_is_forwarded_on_loopback_only() -> None:
    forward = Kubectls(Kubectl()).port_forward("service/api", "shop", 80)
    assert forward.command == "kubectl -n shop port-forward --address 127.0.0.1 service/api :80"


def test_without_kubectl_it_is_said_before_the_screen_stands_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SourceError, match="kubectl is not on the PATH"):
        require(Kubectls(Kubectl()).execute(POD, "api"))


def test_login_programs_get_the_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "mine")
    assert Kubectls(Kubectl(), "shop").execute(POD, "api").environment["AWS_PROFILE"] == "shop"
    assert Kubectls(Kubectl()).execute(POD, "api").environment["AWS_PROFILE"] == "mine"
