"""Kubernetes quantities: `250m`, `1.5Gi`, `12345678n`, `1e3`."""

import math
import re
from decimal import Decimal

_QUANTITY = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d{1,2})?", re.ASCII)
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6}
_LONGEST = 64


def parse_quantity(text: str) -> Decimal:
    """Read a quantity exactly.

    Raises:
        ValueError: it is none.
    """
    match = _QUANTITY.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        raise ValueError(f"{text[:_LONGEST]!r} is no Kubernetes quantity")
    number, suffix = Decimal(match[1]), match[2] or ""
    if suffix in _BINARY:
        return number * Decimal(1024) ** _BINARY[suffix]
    exponent = _DECIMAL[suffix] if suffix in _DECIMAL else int(suffix[1:])
    return number.scaleb(exponent)


def millicores(text: str) -> int:
    """Read an amount of CPU in thousandths of a core, rounded up as `kubectl top` does."""
    return math.ceil(parse_quantity(text) * 1000)


def whole_bytes(text: str) -> int:
    """Read an amount of memory in bytes, rounded up."""
    return math.ceil(parse_quantity(text))
