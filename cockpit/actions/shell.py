"""Commands that a person runs in the terminal while the screen stands aside: a shell in a container, and a debugger."""

import os
import shlex
import shutil
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from cockpit.actions.plan import Right
from cockpit.actions.resource import Ref
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes.kubectl import Kubectl

SHELL: Final = ("sh", "-c", "command -v bash >/dev/null && exec bash || exec sh")
"""Bash where the image has it."""


class Child(msgspec.Struct, frozen=True):
    """A kubectl to start: a list, so that nothing is ever read by a shell on this side."""

    argv: tuple[str, ...]
    environment: Mapping[str, str]
    rights: tuple[Right, ...]

    @property
    def command(self) -> str:
        """What a person would type."""
        return shlex.join(self.argv)


class Kubectls:
    """Writes the commands for one cluster."""

    def __init__(self, kubectl: Kubectl, profile: str | None = None) -> None:
        """Reach the same cluster as the cockpit.

        Args:
            kubectl: names the context and the kubeconfig.
            profile: the AWS profile with which login programs are run.
        """
        self._start = ("kubectl", *shlex.split(kubectl.options))
        self._profile = profile

    def execute(self, pod: Ref, container: str, command: Sequence[str] = SHELL) -> Child:
        """Open a shell in a container, or run a command there."""
        words = ("exec", "-it", pod.name, "-c", container, "--", *command)
        return self._child(pod, words, "exec", "create")

    def debug(self, pod: Ref, container: str, image: str) -> Child:
        """Put a container of `image` beside one that has no shell, and open it; the pod keeps it until it ends."""
        words = ("debug", "-it", pod.name, f"--image={image}", f"--target={container}")
        return self._child(pod, words, "ephemeralcontainers", "patch")

    def port_forward(self, target: str, namespace: str, port: int, local: int = 0) -> Child:
        """Make a port of `pod/NAME`, `service/NAME` or `deployment/NAME` reachable on this machine.

        Args:
            target: what is to be reached.
            namespace: where it is.
            port: its port.
            local: the port on this machine; 0: one that is free.
        """
        words = ("port-forward", "--address", "127.0.0.1", target, f"{local or ''}:{port}")
        return self._child(Ref("Pod", "", namespace), words, "portforward", "create")

    def _child(self, pod: Ref, words: Sequence[str], subresource: str, verb: str) -> Child:
        scope = ("-n", pod.namespace) if pod.namespace else ()
        environment = dict(os.environ) | ({"AWS_PROFILE": self._profile} if self._profile else {})
        asked = Right(verb, "", "pods", subresource, pod.namespace, pod.name)
        return Child((*self._start, *scope, *words), environment, (asked,))


def require(child: Child) -> None:
    """Make sure that a child can be started.

    Raises:
        SourceError: there is no kubectl on this machine.
    """
    if shutil.which(child.argv[0], path=child.environment.get("PATH")) is None:
        raise SourceError(TroubleKind.MISSING, "kubectl is not on the PATH of this machine", "command -v kubectl")
