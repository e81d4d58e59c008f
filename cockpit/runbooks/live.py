"""Commands whose answer the cockpit shows all the time: which pane shows it."""

import re
from typing import Final

import msgspec

from cockpit.runbooks.arguments import with_next
from cockpit.runbooks.risk_of_kubectl import kubectl_words
from cockpit.runbooks.shell_words import NotReadError, pipelines

_KINDS: Final = {
    "pods pod po": "Pods",
    "deployments deployment deploy statefulsets statefulset sts daemonsets daemonset ds": "Workloads",
    "nodes node no": "Nodes",
    "services service svc endpoints ep": "Services",
    "events event ev": "Events",
    "ingresses ingress ing": "Ingresses",
    "hpa horizontalpodautoscaler horizontalpodautoscalers": "Autoscalers",
    "jobs job": "Jobs",
    "certificates certificate cert certs": "Certificates",
}
_TITLE_OF: Final = {word: title for words, title in _KINDS.items() for word in words.split()}
_ACTIVITY: Final = re.compile(r"\bpg_stat_activity\b", re.IGNORECASE)


class Live(msgspec.Struct, frozen=True):
    """A pane that shows what a command would ask."""

    view: str
    """`kind`, `logs`, `describe` or `postgres`."""
    name: str
    """The kind's title, or the name of a pod or workload; empty for Postgres."""
    namespace: str = ""
    """Where the command looks; empty: where the cockpit does."""

    @property
    def title(self) -> str:
        """Say what it shows."""
        match self.view:
            case "logs":
                return f"logs of {self.name}, live"
            case "describe":
                return f"{self.name}, described"
            case "postgres":
                return "Postgres activity, live"
            case _:
                return f"{self.name}, live"


def live_pane(text: str) -> Live | None:
    """Tell which pane shows what a command asks; None: none does, or not the same."""
    try:
        found = pipelines(text)
    except NotReadError:
        return None
    if len(found) != 1 or len(found[0].commands) != 1 or found[0].commands[0].redirections:
        return None
    values = found[0].commands[0].values
    if values[:1] == ("psql",) and any(_ACTIVITY.search(word) and "terminate" not in word for word in values):
        return Live("postgres", "")
    return _of_kubectl(values[1:]) if values[:1] == ("kubectl",) else None


def _of_kubectl(arguments: tuple[str, ...]) -> Live | None:
    verb, about, name, *_ = [*kubectl_words(arguments), "", "", ""]
    namespace = _namespace(arguments)
    if any(word.startswith(("-o", "--output", "--context", "--kubeconfig", "--raw")) for word in arguments):
        return None
    if verb == "get" and about in _TITLE_OF and not name:
        return Live("kind", _TITLE_OF[about], namespace)
    if verb == "top" and about in {"pods", "pod", "nodes", "node"}:
        return Live("kind", _TITLE_OF[about], namespace)
    if verb == "logs" and about and "--previous" not in arguments and "-p" not in arguments:
        return Live("logs", about.rpartition("/")[2], namespace)
    if verb == "describe" and about in {"pod", "pods", "po"} and name:
        return Live("describe", name, namespace)
    return None


def _namespace(arguments: tuple[str, ...]) -> str:
    for word, following in with_next(arguments):
        if word in {"-n", "--namespace"}:
            return following
        if word.startswith("--namespace="):
            return word.removeprefix("--namespace=")
        if word in {"-A", "--all-namespaces"}:
            return "*"
    return ""
