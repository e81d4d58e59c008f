"""What is said about a configuration that cannot be used, and the checks that all of its tables share."""

import difflib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

T = TypeVar("T", bound=msgspec.Struct)

_NAME = re.compile(r"[\w.-]+")
_NAME_MAY_HAVE = "it may have letters, digits, '_', '.' and '-'"
_TOML_NAMES = {
    "`bool`": "true or false",
    "`str`": "text",
    "`str | null`": "text",
    "`int`": "a whole number",
    "`float`": "a number with a fraction",
    "`array`": "a list",
    "`object`": "a table",
}


class ConfigError(Exception):
    """The configuration cannot be used. The message names file or variable, key, and what is allowed."""


def nearest(name: str, known: tuple[str, ...]) -> str:
    """Say which name was meant, or which there are."""
    near = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; there is {', '.join(known)}"


def check_keys(path: Path, table: str, values: Iterable[str], known: tuple[str, ...]) -> None:
    """Refuse what is not known: a setting with a typing error would be ignored silently.

    Raises:
        ConfigError: there is no such setting.
    """
    for key in values:
        if key not in known:
            raise ConfigError(f"{path}: [{table}] has no setting {key!r}{nearest(key, known)}")


def named_tables(path: Path, table: str, values: Any, what: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the tables within a table that people have named, with their full names.

    Args:
        path: the file.
        table: the table above, such as `postgres`.
        values: what stands in it.
        what: what its tables describe, such as `server`.

    Raises:
        ConfigError: there is something else in it, or a name that is no good.
    """
    for name, settings in values.items() if isinstance(values, dict) else (("", None),):
        if not isinstance(settings, dict):
            raise ConfigError(f"{path}: [{table}] holds a table for each {what}; write [{table}.NAME]")
        if not _NAME.fullmatch(name):
            raise ConfigError(f"{path}: [{table}] {name!r} cannot be the name of a {what}; {_NAME_MAY_HAVE}")
        yield f"{table}.{name}", settings


def read_table(path: Path, table: str, values: dict[str, Any], type_: type[T]) -> T:
    """Read a table within a table, so that a mistake is told with the full name of the table.

    Raises:
        ConfigError: it has what it must not have, or lacks what it must have.
    """
    check_keys(path, table, values, type_.__struct_fields__)
    try:
        return msgspec.convert(values, type_)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {in_toml_words(str(error), table)}") from error


def in_toml_words(error: str, within: str = "") -> str:
    """Say msgspec's "Expected `bool`, got `int` - at `$.ui.mouse`", of all or `within` a table, as the file does."""
    problem, _, where = error.partition(" - at ")
    path = where.strip("`").removeprefix("$.")
    table, _, key = (within, "", path) if within else path.partition(".")
    for python_name, toml_name in _TOML_NAMES.items():
        problem = problem.replace(python_name, toml_name)
    problem = re.sub(r"^Object missing required field `(\w+)`$", r"\1 is missing", problem)
    told = f"{problem[0].lower()}{problem[1:]}"
    key = key.removesuffix("[...]")
    return f"[{table}] {key}: {told}" if key else f"[{table}] {told}"
