"""JSON log lines as a person reads them: `ERROR no database db=orders attempt=3`."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from cockpit.clock import rfc3339

MOST_BYTES = 64 * 1024
"""A longer line is left as it is: it would have to be read whole for the few cells that are drawn."""
_NESTED = 60
"""Characters of a value that holds others."""

_TIMES = ("time", "timestamp", "ts", "@timestamp", "t", "date", "datetime")
_LEVELS = ("level", "severity", "lvl", "log.level", "@level", "levelname", "L")
_MESSAGES = ("msg", "message", "@message", "event", "M")
_NUMBERED = {10: "TRACE", 20: "DEBUG", 30: "INFO", 40: "WARN", 50: "ERROR", 60: "FATAL"}
"""The levels of pino and bunyan."""

_LINE_BREAK = " ↵ "
_MILLISECONDS_FROM = 100_000_000_000
"""A greater number of seconds is a number of milliseconds."""


def readable(line: bytes, *, with_time: bool) -> bytes:
    """Write a line that is a JSON object as `time level message key=value …`; any other line stays as it is.

    Args:
        line: Text of a kept line. It is decoded each time: ask for the lines in view only.
        with_time: Begin with the time that the line states; not wanted where the log's own time is shown.
    """
    if line[:1] != b"{" or line[-1:] != b"}" or len(line) > MOST_BYTES:
        return line
    try:
        fields = msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError, ValueError):
        return line
    words = []
    time, level, message = (_first(fields, names) for names in (_TIMES, _LEVELS, _MESSAGES))
    if time is not None and with_time:
        words.append(_time(fields[time]))
    if level is not None:
        words.append(_NUMBERED.get(_whole(fields[level]), _plain(fields[level]).upper()))
    if message is not None:
        words.append(_plain(fields[message]))
    shown = (time, level, message)
    words += [f"{_word(key)}={_value(value)}" for key, value in fields.items() if key not in shown]
    text = " ".join(word for word in words if word)
    return text.encode("utf-8", "replace") if text else line


def _first(fields: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    """Give the first of the names that is a field with a plain value."""
    return next((name for name in names if isinstance(fields.get(name), str | int | float)), None)


def _whole(value: object) -> int:
    return value if isinstance(value, int) else -1


def _time(value: object) -> str:
    if isinstance(value, str):
        return value
    seconds = float(value) if isinstance(value, int | float) else 0.0
    if abs(seconds) > _MILLISECONDS_FROM:
        seconds /= 1000
    try:
        return rfc3339(datetime.fromtimestamp(seconds, UTC))
    except (OverflowError, ValueError, OSError):
        return str(value)


def _plain(value: object) -> str:
    """Write a value that needs no border: it is the message, or the level."""
    text = value if isinstance(value, str) else str(value)
    return _LINE_BREAK.join(text.splitlines())


def _value(value: object) -> str:
    if isinstance(value, str):
        return _word(value)
    if isinstance(value, Mapping):
        return _short("{" + " ".join(f"{_word(key)}={_value(inner)}" for key, inner in value.items()) + "}")
    if isinstance(value, list):
        return _short("[" + " ".join(map(_value, value)) + "]")
    return json.dumps(value)


def _word(text: str) -> str:
    """Write text so that it is seen where it ends."""
    text = _plain(text)
    return json.dumps(text, ensure_ascii=False) if not text or set(text) & set(' "=') else text


def _short(text: str) -> str:
    """Cut a value that holds others, and keep its last bracket."""
    return text if len(text) <= _NESTED else f"{text[: _NESTED - 2]}…{text[-1]}"
