"""The commands that the cockpit proposes."""

from pathlib import Path

from cockpit.sources.kubernetes.kubectl import Kubectl


def test_a_command_looks_at_the_same_cluster_as_the_cockpit() -> None:
    kubectl = Kubectl.on("shop-prod", None)
    assert kubectl.command("get pods") == "kubectl get pods --context shop-prod"


def test_a_kubeconfig_that_was_named_is_named_again() -> None:
    kubectl = Kubectl.on("shop", Path("/home/ana/k8s/shop.yaml"))
    assert kubectl.command("get pods") == "kubectl get pods --context shop --kubeconfig /home/ana/k8s/shop.yaml"


def test_what_a_shell_would_misread_is_quoted() -> None:
    kubectl = Kubectl.on("a b; rm", Path("/home/ana/my files/k"))
    assert kubectl.raw("/readyz?verbose") == (
        "kubectl get --raw '/readyz?verbose' --context 'a b; rm' --kubeconfig '/home/ana/my files/k'"
    )


def test_in_a_pod_of_the_cluster_kubectl_needs_no_options() -> None:
    assert Kubectl().command("auth whoami") == "kubectl auth whoami"
