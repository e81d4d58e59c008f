"""What a person would type to do the same with amtool.

Source: prometheus/alertmanager, README (amtool) and docs/configuration.md (matchers).
"""

import re
import shlex
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from cockpit.actions.plan import AddSilence
from cockpit.sources.web.model import Matcher
from cockpit.text import clean

_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
"""Names of labels that need no quotation marks."""


def add_command(url: str, operation: AddSilence) -> str:
    """Write how a silence is made."""
    words = [
        *_start(url, "add"),
        f"--author={operation.author}",
        f"--duration={lasting(operation.lasts)}",
        f"--comment={operation.comment}",
        *map(written, operation.matchers),
    ]
    return clean(shlex.join(words))


def expire_command(url: str, silence_id: str) -> str:
    """Write how a silence is ended."""
    return clean(shlex.join([*_start(url, "expire"), silence_id]))


def query_command(url: str, matchers: Sequence[Matcher] = (), *, silence_id: str = "") -> str:
    """Write how it is looked up which silences there are, of these matchers or of one id."""
    chosen = [f"--id={silence_id}"] if silence_id else map(written, matchers)
    return clean(shlex.join([*_start(url, "query"), *chosen]))


def written(matcher: Matcher) -> str:
    r"""Write a matcher as Alertmanager reads it: `alertname="Down"`, `pod!~"api-.*"`."""
    sign = {(True, False): "=", (True, True): "=~", (False, False): "!=", (False, True): "!~"}
    name = matcher.name if _PLAIN.fullmatch(matcher.name) else f'"{_escaped(matcher.name)}"'
    return f'{name}{sign[matcher.equal, matcher.regex]}"{_escaped(matcher.value)}"'


def lasting(length: timedelta) -> str:
    """Write a length of time as Prometheus does: `1h30m`."""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return "".join(f"{number}{unit}" for number, unit in ((hours, "h"), (minutes, "m"), (seconds, "s")) if number)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _start(url: str, verb: str) -> tuple[str, ...]:
    return "amtool", f"--alertmanager.url={url}", "silence", verb
