"""Kubernetes' protobuf encoding, for the few messages that kubectl sends in no other way.

Newer versions of kubectl encode what they write through typed clients: access reviews, evictions, delete options, and
config maps and secrets that are made from literals.
Everything else comes as JSON.
"""

import base64
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from cockpit.gameday.api.errors import ApiError, bad_request

CONTENT_TYPE = "application/vnd.kubernetes.protobuf"
MAGIC = b"k8s\x00"
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
"""Wire types."""


class Field(msgspec.Struct, frozen=True):
    """How a numbered field of a message is called, and what it is."""

    name: str
    type: str = "string"
    """`string`, `int`, `bool`, `map` (of strings), `bytesmap`, or the name of a message."""


MESSAGES: Mapping[str, Mapping[int, Field]] = {
    "Unknown": {1: Field("type", "TypeMeta"), 2: Field("raw", "bytes")},
    "TypeMeta": {1: Field("apiVersion"), 2: Field("kind")},
    "ObjectMeta": {
        1: Field("name"),
        2: Field("generateName"),
        3: Field("namespace"),
        11: Field("labels", "map"),
        12: Field("annotations", "map"),
    },
    "Entry": {1: Field("key"), 2: Field("value", "bytes")},
    "ConfigMap": {
        1: Field("metadata", "ObjectMeta"),
        2: Field("data", "map"),
        3: Field("binaryData", "bytesmap"),
        4: Field("immutable", "bool"),
    },
    "Secret": {
        1: Field("metadata", "ObjectMeta"),
        2: Field("data", "bytesmap"),
        3: Field("type"),
        4: Field("stringData", "map"),
        5: Field("immutable", "bool"),
    },
    "SelfSubjectAccessReview": {2: Field("spec", "AccessReviewSpec")},
    "AccessReviewSpec": {
        1: Field("resourceAttributes", "ResourceAttributes"),
        2: Field("nonResourceAttributes", "NonResourceAttributes"),
    },
    "ResourceAttributes": {
        1: Field("namespace"),
        2: Field("verb"),
        3: Field("group"),
        4: Field("version"),
        5: Field("resource"),
        6: Field("subresource"),
        7: Field("name"),
    },
    "NonResourceAttributes": {1: Field("path"), 2: Field("verb")},
    "SelfSubjectRulesReview": {2: Field("spec", "RulesReviewSpec")},
    "RulesReviewSpec": {1: Field("namespace")},
    "SelfSubjectReview": {},
    "Eviction": {1: Field("metadata", "ObjectMeta"), 2: Field("deleteOptions", "DeleteOptions")},
    "DeleteOptions": {
        1: Field("gracePeriodSeconds", "int"),
        2: Field("preconditions", "Preconditions"),
        3: Field("orphanDependents", "bool"),
        4: Field("propagationPolicy"),
    },
    "Preconditions": {1: Field("uid"), 2: Field("resourceVersion")},
}
"""Field numbers from the generated.proto files of k8s.io/api and k8s.io/apimachinery."""


def decode(raw: bytes) -> dict[str, Any]:
    """Decode an object with its envelope.

    Raises:
        ApiError: 415 for a kind that is not known here, 400 for bytes that make no sense.
    """
    if not raw.startswith(MAGIC):
        raise bad_request("the object provided is unrecognized: it does not begin with the protobuf magic")
    try:
        envelope = _message("Unknown", raw[len(MAGIC) :])
        kind = envelope.get("type", {}).get("kind", "")
        if kind in MESSAGES:
            return {**envelope["type"], **_message(kind, envelope.get("raw", b""))}
    except (IndexError, UnicodeDecodeError, ValueError) as problem:
        raise bad_request(f"the object provided is unrecognized: {problem}") from problem
    message = f"the practice world takes a {kind} as JSON only; kubectl apply and kubectl create -f send that"
    raise ApiError(415, "UnsupportedMediaType", message)


def _message(name: str, raw: bytes) -> dict[str, Any]:
    message: dict[str, Any] = {}
    for number, value in _fields(raw):
        field = MESSAGES[name].get(number)
        if field is not None and field.type in {"map", "bytesmap"}:
            message.setdefault(field.name, {}).update(_entry(field.type, value))
        elif field is not None:
            message[field.name] = _value(field.type, value)
    return message


def _entry(map_type: str, raw: int | bytes) -> dict[str, str]:
    """Read one entry of a map; bytes are written in base64, as JSON has them."""
    entry = _value("Entry", raw)
    value: bytes = entry.get("value", b"")
    return {entry.get("key", ""): value.decode() if map_type == "map" else base64.b64encode(value).decode()}


def _value(field_type: str, value: int | bytes) -> Any:
    if isinstance(value, int) != (field_type in {"bool", "int"}):
        raise ValueError(f"a field that is no {field_type}")
    if isinstance(value, int):
        return bool(value) if field_type == "bool" else value
    if field_type == "bytes":
        return value
    return value.decode() if field_type == "string" else _message(field_type, value)


def _fields(raw: bytes) -> Iterator[tuple[int, int | bytes]]:
    position = 0
    while position < len(raw):
        tag, position = _varint(raw, position)
        number, wire_type = tag >> 3, tag & 7
        if wire_type == VARINT:
            value, position = _varint(raw, position)
            yield number, value
            continue
        if wire_type == BYTES:
            length, position = _varint(raw, position)
        elif wire_type in {FIXED32, FIXED64}:
            length = 4 if wire_type == FIXED32 else 8
        else:
            raise ValueError(f"unknown wire type {wire_type}")
        if position + length > len(raw):
            raise ValueError("a field ends beyond its message")
        yield number, raw[position : position + length]
        position += length


def _varint(raw: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = raw[position]
        value |= (byte & 0x7F) << shift
        position += 1
        if byte < 0x80:
            return value, position
        shift += 7
