"""What a person can type to see for themselves."""

import shlex
from pathlib import Path
from typing import NamedTuple


class Kubectl(NamedTuple):
    """Writes kubectl commands that look at the same cluster as the cockpit."""

    options: str = ""
    """With a leading space; empty where kubectl needs none, as in a pod of the cluster."""

    @classmethod
    def on(cls, context: str, kubeconfig: Path | None) -> "Kubectl":
        """Look at a context of `kubeconfig`, or of the files that kubectl reads by itself when it is None."""
        file = f" --kubeconfig {shlex.quote(str(kubeconfig))}" if kubeconfig is not None else ""
        return cls(f" --context {shlex.quote(context)}{file}")

    def command(self, words: str) -> str:
        """Write a command."""
        return f"kubectl {words}{self.options}"

    def raw(self, path: str) -> str:
        """Write the command that shows the server's answer to a path as it comes."""
        return self.command(f"get --raw {shlex.quote(path)}")
