"""What kubectl and helm do to a cluster, by their verbs."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from cockpit.runbooks.arguments import listed, positional
from cockpit.runbooks.risk_levels import Judged, Risk

Words = Sequence[str]

_KUBECTL_VALUES: Final = frozenset(
    listed(
        """-n --namespace --context --cluster --user --kubeconfig -s --server --token --as --as-group --request-timeout
        -o --output -l --selector --field-selector -c --container -f --filename -v --cache-dir --sort-by --tail
        --since --since-time --replicas --image --type -p --patch --timeout --grace-period --template -k --address"""
    )
)
"""Options of kubectl and helm that take the next word."""
_KUBECTL: Final = {
    **dict.fromkeys(
        listed(
            """get describe logs top explain diff version cluster-info api-resources api-versions wait events
            port-forward proxy kustomize completion options"""
        ),
        Risk.READ,
    ),
    **dict.fromkeys(
        listed(
            """apply create patch edit label annotate set scale autoscale expose run cordon uncordon taint cp debug
            attach certificate replace"""
        ),
        Risk.WRITE,
    ),
    **dict.fromkeys(("delete", "drain"), Risk.DESTROY),
}
_KUBECTL_SUBVERBS: Final = {
    "rollout": {"status": Risk.READ, "history": Risk.READ},
    "auth": {"can-i": Risk.READ, "whoami": Risk.READ},
    "config": {
        "view": Risk.READ,
        "current-context": Risk.READ,
        "get-contexts": Risk.READ,
        "get-clusters": Risk.READ,
        "get-users": Risk.READ,
    },
    "plugin": {"list": Risk.READ},
}


def kubectl_words(arguments: Words) -> list[str]:
    """Give verb, kind and names of a command of kubectl."""
    return positional(arguments, _KUBECTL_VALUES)


def judge_kubectl(arguments: Words) -> Judged:
    """Judge a command of kubectl; of `exec`, what is run in the pod is judged elsewhere."""
    words = kubectl_words(arguments)
    verb, second, *_ = [*words, "", ""]
    said = " ".join(filter(None, ("kubectl", verb, second if verb in _KUBECTL_SUBVERBS else "")))
    risk = _kubectl_risk(verb, second)
    if risk is Risk.WRITE and any(word.startswith("--dry-run") and word != "--dry-run=none" for word in arguments):
        return Judged(Risk.READ)
    if verb == "scale" and "--replicas=0" in {*arguments, *map("=".join, pairwise(arguments))}:
        return Judged(Risk.DESTROY, "scaling to 0 ends every pod", _kubectl_target(words))
    if risk is Risk.DESTROY or (verb == "replace" and "--force" in arguments):
        return Judged(Risk.DESTROY, f"{said} takes away what is there", _kubectl_target(words))
    reasons = {Risk.READ: "", Risk.UNKNOWN: f"what {said} does is not known"}
    return Judged(risk, reasons.get(risk, f"{said} changes something"))


def _kubectl_risk(verb: str, second: str) -> Risk:
    if verb in _KUBECTL_SUBVERBS:
        return _KUBECTL_SUBVERBS[verb].get(second, Risk.WRITE)
    return _KUBECTL.get(verb, Risk.UNKNOWN)


def _kubectl_target(words: Words) -> str:
    """Give the name of what is deleted, drained or scaled; of several the first, of all of a kind the kind."""
    names = [word for word in words[1:] if word]
    if not names:
        return words[0] if words else ""
    kind, _, name = names[0].partition("/")
    return name or (names[1] if len(names) > 1 else kind)


def judge_helm(arguments: Words) -> Judged:
    """Judge a command of helm."""
    words = kubectl_words(arguments)
    verb = words[0] if words else ""
    if verb in {
        "list",
        "ls",
        "status",
        "get",
        "history",
        "hist",
        "show",
        "search",
        "template",
        "version",
        "lint",
        "diff",
        "env",
    }:
        return Judged(Risk.READ)
    if verb in {"uninstall", "delete", "un", "del"}:
        return Judged(Risk.DESTROY, f"helm {verb}", words[1] if len(words) > 1 else verb)
    if verb in {"install", "upgrade", "rollback"} and any(word.startswith("--dry-run") for word in arguments):
        return Judged(Risk.READ)
    return Judged(Risk.WRITE, f"helm {verb} changes something".replace("  ", " "))
