"""The words of which descriptions are made: sections, aligned pairs, fields of any object, times."""

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

_WIDEST = 32
"""Cells that a name may have for the values to be aligned with it."""
_DEEPEST = 4
_MOST_ITEMS = 20
"""Of a list; the YAML has all of them."""


class Section(NamedTuple):
    """A part of a description."""

    title: str
    lines: tuple[str, ...]


def pairs(values: Mapping[str, Any]) -> tuple[str, ...]:
    """Write names and values in two columns; what is empty is left out."""
    told = {name: _value(value) for name, value in values.items() if value not in (None, "", [], {})}
    width = max((len(name) for name in told if len(name) <= _WIDEST), default=0)
    return tuple(f"{name:<{width}}  {value}" for name, value in told.items())


def field_lines(part: Mapping[str, Any], left_out: Collection[str] = ()) -> tuple[str, ...]:
    """Write the fields of a part of any object, the nested ones by their path."""
    return pairs(dict(_fields({name: value for name, value in part.items() if name not in left_out}, "", 0)))


def moment(time: datetime | str | None) -> str:
    """Write a time, UTC to the second; a text that is none stays as it is."""
    if not time:
        return ""
    if isinstance(time, str):
        try:
            time = datetime.fromisoformat(time)
        except ValueError:
            return str(time)
    return time.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def _fields(part: Mapping[str, Any], path: str, depth: int) -> Iterator[tuple[str, Any]]:
    for name, value in part.items():
        if isinstance(value, dict) and depth < _DEEPEST:
            yield from _fields(value, f"{path}{name}.", depth + 1)
        elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            for number, item in enumerate(value[:_MOST_ITEMS]):
                yield f"{path}{name}[{number}]", ", ".join(f"{key}={_value(each)}" for key, each in item.items())
        else:
            yield f"{path}{name}", value


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_value, value))
    if isinstance(value, dict):
        return ", ".join(f"{name}={_value(each)}" for name, each in value.items())
    return str(value)
