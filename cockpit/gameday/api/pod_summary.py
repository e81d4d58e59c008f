"""A pod in a word and a number, as a real server's Table puts it: STATUS and RESTARTS."""

from typing import Any

from cockpit.gameday.api.store import Obj


def pod_status(pod: Obj) -> str:
    """Tell the STATUS of a pod (kubectl's printPod, without native sidecars)."""
    status = pod.get("status") or {}
    word = status.get("reason") or status.get("phase") or "Unknown"
    word = _initializing(pod, status) or _of_containers(status, word)
    return "Terminating" if "deletionTimestamp" in pod["metadata"] else str(word)


def _of_containers(status: dict[str, Any], word: str) -> str:
    """Let the first container have the last word, unless it completed and others run or failed."""
    has_running, error = False, ""
    for entry in reversed(status.get("containerStatuses", ())):
        word = _container_word(entry) or word
        has_running = has_running or (entry["ready"] and "running" in entry["state"])
        error = word if (entry["state"].get("terminated") or {}).get("exitCode") else error
    if word != "Completed":
        return word
    ready = any(each["type"] == "Ready" and each["status"] == "True" for each in status.get("conditions", ()))
    return "Running" if has_running and ready else error or ("NotReady" if has_running else word)


def _container_word(entry: dict[str, Any]) -> str:
    """Tell why a container does not run; empty when it does."""
    waiting, terminated = entry["state"].get("waiting"), entry["state"].get("terminated")
    if waiting and waiting.get("reason"):
        return str(waiting["reason"])
    if not terminated:
        return ""
    if terminated.get("reason"):
        return str(terminated["reason"])
    return f"Signal:{terminated['signal']}" if terminated.get("signal") else f"ExitCode:{terminated['exitCode']}"


def _initializing(pod: Obj, status: dict[str, Any]) -> str:
    """Tell how far the init containers are; empty when they are through."""
    entries = status.get("initContainerStatuses", ())
    for index, entry in enumerate(entries):
        terminated = entry["state"].get("terminated")
        if terminated and terminated["exitCode"] == 0:
            continue
        word = _container_word(entry)
        if word and word != "PodInitializing":
            return f"Init:{word}"
        return f"Init:{index}/{len(pod['spec'].get('initContainers', ()))}"
    return ""


def restarts(pod: Obj) -> tuple[int, str | None]:
    """Count a pod's restarts; also tell when the last one was needed."""
    statuses = (pod.get("status") or {}).get("containerStatuses", ())
    ends = [((entry.get("lastState") or {}).get("terminated") or {}).get("finishedAt") for entry in statuses]
    return sum(entry["restartCount"] for entry in statuses), max(filter(None, ends), default=None)
