"""What a kubelet answers in the place of a log, with a status of success: it had begun before it knew better.

The words are those of `GetContainerLogs` and `ReadLogs` in its source (pkg/kubelet/kuberuntime). They come after
the lines that could be read, mostly without a newline, and bear no time stamp although all lines were asked for with
theirs.
"""

import shlex

from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes.kubectl import Kubectl
from cockpit.sources.kubernetes.log_lines import Lines

_GONE = (b"unable to retrieve container logs for ", b"rpc error: code = NotFound ")
_BEGINNINGS = (
    *_GONE,
    b"rpc error: code = ",
    b"failed to create fsnotify watcher: ",
    b"failed to try resolving symlinks ",
)
_MOST_BYTES = 1000
"""So much is shown of the words."""
_SYSCTL = "debug node/{node} -it --image=busybox --profile=sysadmin -- sysctl -w fs.inotify.{limit}"


class LogRefusedError(SourceError):
    """The kubelet answered with an error of its own where lines of the log were asked for."""


class LogGoneError(LogRefusedError):
    """The node has removed the container, and its log with it."""


def first_refusal(lines: Lines) -> int | None:
    """Tell which of the lines, parsed as if all were of the log, is the first with words that are known."""
    if 0 not in lines.times:
        return None
    unstamped = (index for index, time in enumerate(lines.times) if not time)
    return next((index for index in unstamped if lines.texts[index].startswith(_BEGINNINGS)), None)


def is_refusal(ending: bytes) -> bool:
    """Tell whether an answer's last words without time stamp and newline are more than a time stamp that was cut."""
    return ending[:1].isalpha()


def refused(words: bytes, node: str, kubectl: Kubectl) -> LogRefusedError:
    """Say what the kubelet of `node` (empty: not known) said, and what to type."""
    if words.startswith(_GONE):
        return LogGoneError(TroubleKind.MISSING, "the node has removed the container and its log")
    text = words[:_MOST_BYTES].decode(errors="replace")
    remedy = _remedy(text, shlex.quote(node)) if node else None
    return LogRefusedError(
        TroubleKind.REFUSED, f"the kubelet says: {text}", None if remedy is None else kubectl.command(remedy)
    )


def _remedy(text: str, node: str) -> str | None:
    """Give what helps against the usual causes: limits of the node's kernel, and a container runtime in trouble."""
    watches = "fsnotify" in text or "watch" in text
    if watches and "too many open files" in text:
        return _SYSCTL.format(node=node, limit="max_user_instances=8192")
    if watches and "no space left on device" in text:
        return _SYSCTL.format(node=node, limit="max_user_watches=524288")
    return f"describe node {node}" if text.startswith("rpc error: ") else None
