"""The few messages that kubectl encodes as protobuf."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.gameday.api.errors import ApiError
from cockpit.gameday.api.protobuf import MAGIC, decode


def field(number: int, value: bytes | int) -> bytes:
    """Encode a field whose tag and length fit a byte each."""
    if isinstance(value, int):
        return bytes([number << 3, value])
    return bytes([number << 3 | 2, len(value)]) + value


def envelope(kind: str, raw: bytes) -> bytes:
    return MAGIC + field(1, field(1, b"v1") + field(2, kind.encode())) + field(2, raw)


def test_an_access_review_is_read() -> None:
    attributes = field(1, b"shop") + field(2, b"delete") + field(5, b"pods")
    review = decode(envelope("SelfSubjectAccessReview", field(1, b"") + field(2, field(1, attributes))))
    assert review["kind"] == "SelfSubjectAccessReview"
    assert review["spec"] == {"resourceAttributes": {"namespace": "shop", "verb": "delete", "resource": "pods"}}


def test_delete_options_are_read() -> None:
    raw = field(1, 5) + field(2, field(1, b"uid-1")) + field(3, 1)
    options = decode(envelope("DeleteOptions", raw))
    assert (options["gracePeriodSeconds"], options["orphanDependents"]) == (5, True)
    assert options["preconditions"] == {"uid": "uid-1"}


def test_other_kinds_are_refused_with_the_way_out() -> None:
    with pytest.raises(ApiError, match="kubectl apply") as refusal:
        decode(envelope("Deployment", b""))
    assert refusal.value.code == 415


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    for message in (raw, MAGIC + raw, envelope("DeleteOptions", raw)):
        with suppress(ApiError):
            assert isinstance(decode(message), dict)
