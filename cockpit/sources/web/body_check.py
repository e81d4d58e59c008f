"""Whether the body of an answer is what a healthy service sends."""

import re
from typing import Any, Final

import msgspec

from cockpit.regex import compile_re2
from cockpit.text import clean
from cockpit.web_config import HealthConfig

_STEP: Final = re.compile(r"""(?:\.|^)([^.\[\]"]+)|\[(\d+)\]|\["([^"]*)"\]""")
_NOTHING: Final = object()
_LONGEST: Final = 60


class BodyCheck:
    """Looks into bodies for what the configuration wants to find."""

    def __init__(self, config: HealthConfig) -> None:
        """Prepare to look.

        Raises:
            ValueError: the regular expression or the path cannot be read.
        """
        self._pattern = None if config.body is None else compile_re2(config.body, ignore_case=False)
        self._wanted = config.body
        self._path = config.json
        self._steps = None if config.json is None else json_path(config.json)
        self._equals = config.equals

    def objection(self, body: bytes) -> str:
        """Tell what is wrong with a body; empty: nothing."""
        if self._pattern is not None and not self._pattern.search(body.decode("utf-8", "replace")):
            return f"the body does not match {self._wanted}"
        return "" if self._steps is None else self._in_json(body, self._steps)

    def _in_json(self, body: bytes, steps: list[str | int]) -> str:
        try:
            value = msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            return f"the body is not JSON: {clean(str(error))}"
        for step in steps:
            value = _into(value, step)
        if value is _NOTHING:
            return f"the body has no {self._path}"
        if self._equals is None:
            return f"{self._path} is {_written(value)}" if value is None or value is False or value == "" else ""
        said = _written(value)
        return "" if said == self._equals else f"{self._path} is {clean(said)[:_LONGEST]}, {self._equals} expected"


def json_path(text: str) -> list[str | int]:
    """Read where in a JSON document to look: `checks.database.status`, `items[0].ok`, `labels["app.name"]`.

    Raises:
        ValueError: it cannot be read.
    """
    steps: list[str | int] = []
    place = 0
    while place < len(text):
        match = _STEP.match(text, place)
        if match is None:
            raise ValueError(f"{text[place:]!r} is no step into JSON; write such as checks.database.status or items[0]")
        name, index, quoted = match.groups()
        steps.append(int(index) if index is not None else quoted if name is None else name)
        place = match.end()
    if not steps:
        raise ValueError("it says nowhere to look")
    return steps


def _into(value: Any, step: str | int) -> Any:
    if isinstance(step, int) and isinstance(value, list) and step < len(value):
        return value[step]
    if isinstance(step, str) and isinstance(value, dict):
        return value.get(step, _NOTHING)
    return _NOTHING


def _written(value: Any) -> str:
    """Write a value as JSON does; a text without its quotation marks."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
