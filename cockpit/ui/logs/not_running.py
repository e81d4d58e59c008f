"""Why no line comes from pods whose containers do not run, in a few words for the title of their log."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from cockpit.diagnosis.wording import one_line
from cockpit.sources.kubernetes.model import Container, Pod
from cockpit.ui.widgets.format import clock

_BACK_OFF = re.compile(r"back-off (?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)? restarting", re.ASCII)
"""What the kubelet says of a container that it will start again."""
_BEGINNING = ("", "ContainerCreating", "PodInitializing")


def not_running(pods: Sequence[Pod], now: datetime, zone: tzinfo) -> str:
    """Say why none of the containers of `pods` runs: `not running: OOMKilled, exit 137 · next start 22:45:10`.

    Empty where one of them runs, has done its work, or is only about to begin.
    """
    containers = [each for pod in pods for each in pod.containers if not each.init or each.sidecar]
    if not containers or any(not _is_down(each) for each in containers):
        return ""
    worst = containers[0]
    words = f"not running: {_why(worst)}"
    starts = [start for each in containers if (start := _next_start(each)) is not None and start > now]
    return f"{words} · next start {clock(min(starts), zone)}" if starts else words


def _is_down(container: Container) -> bool:
    if container.state == "terminated":
        return bool(container.exit_code or container.signal)
    return container.state == "waiting" and container.reason not in _BEGINNING


def _why(container: Container) -> str:
    """Give the end of the newest run, which explains more than that the kubelet waits; its reason where there is none.

    `Error` is what any exit code but 0 is called.
    """
    ended = container.state == "terminated"
    reason, code = (
        (container.reason, container.exit_code) if ended else (container.last_reason, container.last_exit_code)
    )
    if code is None:
        return one_line(container.reason)
    return f"{one_line(reason)}, exit {code}" if reason not in ("", "Error") else f"exit {code}"


def _next_start(container: Container) -> datetime | None:
    """Tell when the kubelet will start a container again, as far as it says."""
    said = _BACK_OFF.search(container.message)
    if said is None or container.last_finished_at is None:
        return None
    hours, minutes, seconds = (int(each or 0) for each in said.groups())
    return container.last_finished_at + timedelta(hours=hours, minutes=minutes, seconds=seconds)
