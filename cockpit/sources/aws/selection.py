"""Chooses what is looked at where an account has more: by name, by tag, and up to a number."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")


class Found(NamedTuple):
    """What was found of one kind."""

    shown: tuple[Any, ...] = ()
    total: int = 0
    """How many match the selection."""
    seen: int = 0
    """How many there are at all."""


def matches(patterns: Sequence[str], *names: str | None) -> bool:
    """Tell whether one of the names matches one of the shell patterns; none: everything does."""
    known = [name for name in names if name]
    return not patterns or any(fnmatchcase(name.lower(), pattern.lower()) for pattern in patterns for name in known)


def tagged(wanted: Mapping[str, str], tags: Iterable[Mapping[str, str]]) -> bool:
    """Tell whether something bears all the tags that are wanted; `tags` as AWS lists them."""
    if not wanted:
        return True
    borne = {tag.get("Key"): tag.get("Value", "") for tag in tags}
    return all(borne.get(key) == value for key, value in wanted.items())


def up_to(most: int, found: Sequence[T], rank: Callable[[T], tuple[object, ...]]) -> tuple[T, ...]:
    """Give the first by rank, in its order: when not everything can be shown, what is not well goes first."""
    return tuple(sorted(found, key=rank)[:most])


def left_out(found: Found, what: str, patterns: str) -> Iterator[str]:
    """Say what is not shown, and what changes that.

    Args:
        found: what was found.
        what: such as `RDS instances`.
        patterns: the key of the configuration that narrows the choice.
    """
    if len(found.shown) < found.total:
        counted = f"{len(found.shown)} of {found.total} {what} are shown"
        yield f"{counted}; [aws] {patterns} or tags narrow the choice, most widens it"
