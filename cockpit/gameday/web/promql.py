"""As much PromQL as a practice Prometheus needs: a metric with matchers, multiplied or compared with a number."""

import operator
import re
from collections.abc import Callable, Mapping

import msgspec

_NUMBER = r"\d+(?:\.\d*)?(?:e[+-]?\d+)?"
_EXPRESSION = re.compile(
    rf"\s*(?:(?P<before>{_NUMBER})\s*\*\s*)?(?P<metric>[a-zA-Z_:][\w:]*)\s*(?:\{{(?P<matchers>[^}}]*)\}})?"
    rf"(?:\s*(?P<by>[*/])\s*(?P<after>{_NUMBER}))?(?:\s*(?P<comparison>[<>]=?|[!=]=)\s*(?P<limit>{_NUMBER}))?\s*"
)
_MATCHER = re.compile(r'\s*(?P<name>[a-zA-Z_]\w*)\s*(?P<operator>=~|!~|!=|=)\s*"(?P<value>(?:[^"\\]|\\.)*)"\s*')
_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}


class ParseError(Exception):
    """A query is not understood; the message is as Prometheus words it."""


class Query(msgspec.Struct, frozen=True):
    """A query that was understood."""

    metric: str
    matchers: tuple[tuple[str, str, str], ...] = ()
    """Label, operator, value."""
    factor: float = 1.0
    comparison: str = ""
    limit: float = 0.0

    def chooses(self, labels: Mapping[str, str]) -> bool:
        """Tell whether it asks for a series."""
        return labels.get("__name__") == self.metric and all(_matches(labels, *each) for each in self.matchers)

    def value(self, measured: float) -> float | None:
        """Give the value of a series; None: the comparison leaves it out."""
        value = measured * self.factor
        keeps = not self.comparison or _COMPARISONS[self.comparison](value, self.limit)
        return value if keeps else None


def parse(text: str) -> Query:
    """Understand a query.

    Raises:
        ParseError: It is not PromQL, or more of it than is known here.
    """
    found = _EXPRESSION.fullmatch(text)
    if found is None:
        raise ParseError(f'invalid parameter "query": 1:1: parse error: unexpected character in {text!r}')
    factor = float(found["before"] or 1)
    if found["by"]:
        factor = factor * float(found["after"]) if found["by"] == "*" else factor / float(found["after"])
    return Query(
        metric=found["metric"],
        matchers=_matchers(found["matchers"] or ""),
        factor=factor,
        comparison=found["comparison"] or "",
        limit=float(found["limit"] or 0),
    )


def _matchers(text: str) -> tuple[tuple[str, str, str], ...]:
    matchers = []
    at = 0
    while text[at:].strip():
        found = _MATCHER.match(text, at)
        if found is None:
            raise ParseError(f'invalid parameter "query": 1:{at + 1}: parse error: unexpected {text[at:]!r}')
        _check(found["operator"], found["value"])
        matchers.append((found["name"], found["operator"], found["value"]))
        at = found.end()
        if text[at : at + 1] == ",":
            at += 1
    return tuple(matchers)


def _check(how: str, value: str) -> None:
    try:
        re.compile(value if how.endswith("~") else "")
    except re.error as problem:
        raise ParseError(f'invalid parameter "query": error parsing regexp: {problem}') from None


def _matches(labels: Mapping[str, str], name: str, how: str, value: str) -> bool:
    actual = labels.get(name, "")
    equal = re.fullmatch(value, actual) is not None if how.endswith("~") else actual == value
    return equal is not how.startswith("!")
