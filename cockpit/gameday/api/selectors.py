"""Label and field selectors."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from cockpit.gameday.api.errors import bad_request
from cockpit.gameday.api.kinds import EVENTS, PODS, Kind

Predicate = Callable[[Mapping[str, Any]], bool]
"""Tells whether an object is chosen."""

SET_TERM = re.compile(r"^(?P<key>[\w./-]+)\s+(?P<op>in|notin)\s*\(\s*(?P<values>[^()]*)\)$")
EQUALITY_TERM = re.compile(r"^(?P<key>[\w./-]+)\s*(?P<op>==|=|!=)\s*(?P<value>[\w.-]*)$")
EXISTS_TERM = re.compile(r"^(?P<op>!?)\s*(?P<key>[\w./-]+)$")

FIELDS: Mapping[str, tuple[str, ...]] = {
    PODS.resource: (
        "spec.nodeName",
        "spec.restartPolicy",
        "spec.schedulerName",
        "spec.serviceAccountName",
        "status.phase",
        "status.podIP",
    ),
    EVENTS.resource: (
        "involvedObject.kind",
        "involvedObject.namespace",
        "involvedObject.name",
        "involvedObject.uid",
        "involvedObject.apiVersion",
        "involvedObject.resourceVersion",
        "involvedObject.fieldPath",
        "reason",
        "reportingComponent",
        "source",
        "type",
    ),
}
"""Fields that a selector may name, besides metadata.name and metadata.namespace."""


def label_selector(text: str) -> Predicate:
    """Read a label selector such as `app=api,tier!=db,env in (a, b),!canary`.

    Raises:
        ApiError: 400, it does not parse.
    """
    tests = [_label_term(term) for term in _split(text)]
    return lambda obj: all(test(obj["metadata"].get("labels") or {}) for test in tests)


def match_labels(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """Tell whether labels satisfy a LabelSelector object's matchLabels."""
    wanted = selector.get("matchLabels") or {}
    return all(labels.get(key) == value for key, value in wanted.items())


def _split(text: str) -> list[str]:
    terms = re.split(r",(?![^()]*\))", text)
    return [term.strip() for term in terms if term.strip()]


def _label_term(term: str) -> Callable[[Mapping[str, str]], bool]:
    if found := SET_TERM.match(term):
        key, values = found["key"], {value.strip() for value in found["values"].split(",")}
        if found["op"] == "in":
            return lambda labels: labels.get(key) in values
        return lambda labels: labels.get(key) not in values
    if found := EQUALITY_TERM.match(term):
        key, value = found["key"], found["value"]
        if found["op"] == "!=":
            return lambda labels: labels.get(key) != value
        return lambda labels: labels.get(key) == value
    if found := EXISTS_TERM.match(term):
        key, wanted = found["key"], not found["op"]
        return lambda labels: (key in labels) == wanted
    raise bad_request(f"unable to parse requirement: found '{term}', expected: a label selector")


def field_selector(kind: Kind, text: str) -> Predicate:
    """Read a field selector such as `spec.nodeName=node1,status.phase!=Running`.

    Raises:
        ApiError: 400, it does not parse, or the kind has no such field to select by.
    """
    known = ("metadata.name", "metadata.namespace", *FIELDS.get(kind.resource, ()))
    tests = []
    for term in _split(text):
        found = re.match(r"^([\w.]+)(==|=|!=)(.*)$", term)
        if not found:
            raise bad_request(f"invalid selector: '{term}'; can't understand '{term}'")
        field, operator, value = found.groups()
        if field not in known:
            raise bad_request(
                f'Unable to find "{kind.api_version}, Resource={kind.plural}" that match label selector '
                f'"", field selector "{text}": field label not supported: {field}'
            )
        tests.append((field.split("."), operator != "!=", value))
    return lambda obj: all((field_text(obj, path) == value) == equal for path, equal, value in tests)


def field_text(obj: Mapping[str, Any], path: list[str]) -> str:
    """Read a nested field as a selector compares it; an absent one is empty."""
    value: Any = obj
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    if isinstance(value, Mapping):
        return str(value.get("component", ""))  # an event's `source` is compared by its component
    return "" if value is None else str(value)


def both(first: Predicate | None, second: Predicate | None) -> Predicate | None:
    """Join two selectors of which either may be absent."""
    if first is None or second is None:
        return first or second
    return lambda obj: first(obj) and second(obj)
