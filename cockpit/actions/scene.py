"""What every plan is made with: which cluster it is for, and how its command is written."""

import shlex
from datetime import datetime

import msgspec

from cockpit.actions.plan import Plan, Risk, Target, Verb
from cockpit.actions.rights import rights_for
from cockpit.sources.kubernetes.kubectl import Kubectl


class Scene(msgspec.Struct, frozen=True):
    """The circumstances of a plan."""

    context: str
    kubectl: Kubectl
    now: datetime

    def command(self, *words: str, namespace: str = "") -> str:
        """Write a kubectl command."""
        scope = f" -n {shlex.quote(namespace)}" if namespace else ""
        return f"kubectl{self.kubectl.options}{scope} {shlex.join(words)}"

    def plan(self, verb: Verb, target: Target, words: tuple[str, ...], *, title: str = "") -> Plan:
        """Begin the plan of a change of one object.

        Args:
            verb: what is done.
            target: to which object.
            words: of the kubectl command.
            title: what people read; empty: the verb and the object.
        """
        ref = target.ref
        return Plan(
            verb=verb,
            title=title or f"{verb} {ref}",
            command=self.command(*words, namespace=ref.namespace),
            risk=Risk.WRITE,
            context=self.context,
            subject=ref.name,
            targets=(target,),
            rights=rights_for(verb, ref),
        )
