"""Kubernetes quantities."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.sources.kubernetes.quantity import millicores, parse_quantity, whole_bytes


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", "0"),
        ("12345678n", "0.012345678"),
        ("250m", "0.25"),
        ("3u", "0.000003"),
        ("1.5Gi", "1610612736"),
        ("34Ki", "34816"),
        ("2k", "2000"),
        ("1E", "1000000000000000000"),
        ("1e3", "1000"),
        ("1E3", "1000"),
        ("-1.", "-1"),
        (".5", "0.5"),
    ],
)
def test_values(text: str, value: str) -> None:
    assert parse_quantity(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "m", "1 Gi", "1ki", "0x10", "٣", "1e999", "9" * 100, "nan", "1\n"])
def test_what_is_no_quantity(text: str) -> None:
    with pytest.raises(ValueError, match="no Kubernetes quantity"):
        parse_quantity(text)


def test_columns_are_rounded_up_as_kubectl_top_does() -> None:
    assert millicores("12345678n") == 13
    assert whole_bytes("1500m") == 2


@given(st.integers(0, 10**15), st.sampled_from([("Ki", 1024), ("Mi", 1024**2), ("k", 1000), ("G", 10**9), ("", 1)]))
def test_suffixes_multiply(number: int, suffix: tuple[str, int]) -> None:
    assert whole_bytes(f"{number}{suffix[0]}") == number * suffix[1]


@given(st.text(max_size=80))
def test_any_text_is_a_quantity_or_a_value_error(text: str) -> None:
    with suppress(ValueError):
        assert parse_quantity(text).is_finite()
