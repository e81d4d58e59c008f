"""How findings are put into words. What pods and servers wrote is cut short and freed of what cannot be printed."""

from datetime import UTC, datetime, timedelta

from cockpit.redact import redact
from cockpit.sources.kubernetes.model import Container
from cockpit.text import clean

LONGEST_MESSAGE = 160
"""Characters that are kept of a message from outside."""
LONGEST_READ = 4096
"""Characters that are looked at in a message from outside; the kubelet's are shorter."""

_SIGNALS = {1: "SIGHUP", 2: "SIGINT", 4: "SIGILL", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL"} | {
    11: "SIGSEGV",
    13: "SIGPIPE",
    15: "SIGTERM",
}
_CODES = {
    0: "ended without an error",
    126: "command cannot be executed",
    127: "command not found",
}
"""What a shell means by its exit codes (POSIX: Exit Status for Commands); 128 + n: ended by signal n."""
_KIBI = 1024


def one_line(text: str, longest: int = LONGEST_MESSAGE) -> str:
    """Make a message from outside fit into a sentence."""
    return cut(" ".join(clean(text[:LONGEST_READ]).split()), longest)


def quoted(text: str, longest: int = LONGEST_MESSAGE) -> str:
    """Make what a program wrote fit into a sentence, with its secrets masked."""
    return one_line(redact(text[:LONGEST_READ]), longest)


def cut(text: str, longest: int) -> str:
    """Cut a text that is too long, and show that it is cut."""
    return text if len(text) <= longest else f"{text[: longest - 3]}..."


def counted(count: int, noun: str, plural: str = "") -> str:
    """Say how many: `1 pod`, `3 pods`."""
    return f"{count} {noun if count == 1 else plural or f'{noun}s'}"


def listed(names: list[str], most: int = 3) -> str:
    """Name some of several: `a, b, c and 4 more`."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def end_of(container: Container) -> str:
    """Say how a container's newest finished run ended: `exit 1`, `exit 137 (SIGKILL)`; empty when none has."""
    if container.signal:
        return f"signal {container.signal}" + (f" ({name})" if (name := _SIGNALS.get(container.signal)) else "")
    code = container.last_exit_code if container.exit_code is None else container.exit_code
    if code is None:
        return ""
    meaning = _SIGNALS.get(code - 128, "") if code > 128 else _CODES.get(code, "")
    return f"exit {code}" + (f" ({meaning})" if meaning else "")


def container_fact(container: Container) -> str:
    """Say what a container shows: `worker: CrashLoopBackOff, exit 1, 8 restarts`."""
    parts = [one_line(container.reason or container.state), end_of(container)]
    if container.restarts:
        parts.append(counted(container.restarts, "restart"))
    message = said_by(container)
    return f"{one_line(container.name)}: {', '.join(filter(None, parts))}" + (f": {message}" if message else "")


def message_of(container: Container) -> str:
    """Give what the container or the kubelet says; that it backs off from a crash loop explains nothing."""
    if container.state == "running" or container.reason == "CrashLoopBackOff":
        return container.last_message
    return container.message


def said_by(container: Container) -> str:
    """Give what the container or the kubelet says, fit for a sentence."""
    return quoted(message_of(container))


def memory(amount: int) -> str:
    """Write an amount of memory as a Kubernetes quantity: `128Mi`."""
    for power, unit in ((3, "Gi"), (2, "Mi"), (1, "Ki")):
        size = _KIBI**power
        if amount >= size:
            return f"{amount // size}{unit}" if amount % size == 0 else f"{amount / size:.1f}{unit}"
    return str(amount)


def size(amount: float) -> str:
    """Write an amount of storage, or of the memory of a server: `5.5 GiB`."""
    for power, unit in ((3, "GiB"), (2, "MiB"), (1, "KiB")):
        if amount >= _KIBI**power:
            return f"{amount / _KIBI**power:.1f}".removesuffix(".0") + f" {unit}"
    return f"{amount:.0f} B"


def cpu(millicores: int) -> str:
    """Write an amount of CPU as a Kubernetes quantity: `250m`, `2`."""
    return f"{millicores}m" if millicores % 1000 else str(millicores // 1000)


def span(length: timedelta) -> str:
    """Write how long something took: `40 s`, `5 min`."""
    seconds = round(length.total_seconds())
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"


def moment(at: datetime, now: datetime) -> str:
    """Say when: `14:08Z`; of another day, with the date."""
    utc = at.astimezone(UTC)
    return utc.strftime("%H:%MZ" if utc.date() == now.date() else "%Y-%m-%dT%H:%MZ")
