"""What the last lines of a container that crashed say of the cause."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from cockpit.diagnosis.crash_program import PROGRAM
from cockpit.diagnosis.crash_sign import CrashCause
from cockpit.diagnosis.crash_surroundings import SURROUNDINGS
from cockpit.diagnosis.wording import quoted

LONGEST_LINE = 500
"""Characters of a line that are looked at."""

_HINT = re.compile(
    r"(?i)error|exception|fail|fatal|panic|refused|denied|not |n't|no |missing|required|must|unknown|unable|invalid"
    r"|unexpected|unbound|undefined|unset|timeout|timed out|exceeded|in use|expired|out of memory|emerg|abort|dump"
    r"|unreachable|wrongpass|noauth|bad_alloc|x509|misbehaving|cannot|reset|full|pkix|set the|please|lookup|eaddr"
    r"|econn|enotfound|eacces|enoent|enospc|enomem|eperm|erofs|etimed|ehost|enet|eai_again|critical|uncaught|bind"
    r"|tls: |cert|overflow|glibc|many connections|too many|remaining|migrat|dirty|segmentation|exhausted|empty"
)
_IPV4 = r"\d{1,3}(?:\.\d{1,3}){3}"
_IPV6 = r"\[[\da-fA-F:]{2,40}\]"
_NO_FILE = r"(?![\w./-]+\.(?:c|cpp|go|java|js|kt|mjs|php|py|rb|rs|ts):)"
"""A place in a source file such as `main.go:42` is no server."""
_TARGETS = tuple(
    re.compile(pattern)
    for pattern in (
        r"connection to server at \"(?P<host>[^\"]{1,200})\"(?: \([^)]{1,60}\))?, port (?P<port>\d{1,5})",
        r"host \"(?P<host>[^\"]{1,200})\"[^\"]{0,80} port (?P<port>\d{1,5})",
        r"for \"(?P<host>[^\"]{1,200})\" port (?P<port>\d{1,5})",
        r"host='(?P<host>[^']{1,200})', port=(?P<port>\d{1,5})",
        r"connect to (?P<host>[\w.-]{1,200}) port (?P<port>\d{1,5})",
        rf"(?:dial \w{{2,4}}|E[A-Z]{{6,12}})[ :]{{1,2}}(?P<host>[\w.-]{{1,200}}|{_IPV6}):(?P<port>\d{{1,5}})",
        rf"(?<![\w.:/-]){_NO_FILE}(?P<host>[A-Za-z_][\w-]*(?:\.[\w-]+)*|{_IPV4}|{_IPV6})[:/](?P<port>\d{{2,5}})(?!\d|[\w:.]\d)",
        r"server on '(?P<host>[\w.-]{1,200})'",
    )
)  # fmt: skip
_FIELD_REQUIRED = re.compile(r"^\s+[Ff]ield required\b")
_FIELD = re.compile(r"^[A-Za-z_]\w{1,80}$")
_FRAME = re.compile(r"^\s|^(?:goroutine \d|Traceback|\d+: 0x|#\d|\^|\}|\{$|$|Node\.js v|note: run with)")
"""Lines of a stack trace, and what programs write after it."""


class LastWords(NamedTuple):
    """The line that tells why a container ended."""

    line: str
    cause: CrashCause | None = None
    """None: the line is the last one, and no sign of a usual cause fits any."""
    text: str = ""
    """The cause in words."""
    name: str = ""
    """What is missing, refused or in use."""


@lru_cache(maxsize=1024)
def last_words(lines: tuple[str, ...]) -> LastWords | None:
    """Find the line that tells why a container ended.

    The newest line with a usual cause tells; another error of the program does only when no line knows more. Stack
    traces come after what they explain in some languages, and before it in others.

    The logs of crashed containers stay the same until the next crash, so what was found is remembered.

    Args:
        lines: The end of a log, the oldest line first.
    """
    crash: LastWords | None = None
    for number in range(len(lines) - 1, -1, -1):
        line = lines[number][:LONGEST_LINE]
        if not _HINT.search(line):
            continue
        found = _required_field(lines, number) or _words(line)
        if found is not None and found.cause is not CrashCause.CRASH:
            return found
        crash = crash or found
    if crash is not None:
        return crash
    last = next((line for line in reversed(lines) if not _FRAME.match(line)), "")
    return LastWords(quoted(last)) if last else None


def _words(line: str) -> LastWords | None:
    for sign in (*SURROUNDINGS, *PROGRAM):
        match = sign.pattern.search(line)
        if match is None:
            continue
        name = quoted(match.groupdict().get("name") or "", 120)
        target = _target(line) if "{target}" in sign.text else ""
        text = sign.text.format(name=name, target=target or "a server", line=quoted(line, 120))
        return LastWords(quoted(line), sign.cause, text, name or target)
    return None


def _required_field(lines: Sequence[str], number: int) -> LastWords | None:
    """Recognise pydantic's two lines: the name of a setting, and that it is required."""
    if number and _FIELD_REQUIRED.match(lines[number]) and _FIELD.match(lines[number - 1]):
        name = lines[number - 1]
        text = f"setting {name} is missing"
        return LastWords(f"{name}: {quoted(lines[number])}", CrashCause.ENVIRONMENT, text, name.upper())
    return None


def _target(line: str) -> str:
    """Find which server a line is about: `db:5432`."""
    for pattern in _TARGETS:
        match = pattern.search(line)
        if match is not None:
            port = match.groupdict().get("port")
            host = quoted(match["host"], 100)
            return f"{host}:{port}" if port else host
    return ""
