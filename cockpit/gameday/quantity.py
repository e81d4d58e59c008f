"""Kubernetes quantities: `250m`, `64Mi`, `2`."""

from decimal import Decimal, InvalidOperation

SUFFIXES = {
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    "k": Decimal(10**3),
    "M": Decimal(10**6),
    "G": Decimal(10**9),
    "T": Decimal(10**12),
    "Ki": Decimal(2**10),
    "Mi": Decimal(2**20),
    "Gi": Decimal(2**30),
    "Ti": Decimal(2**40),
}
BINARY = ("Gi", "Mi", "Ki")
MEBIBYTE = 2**20


def amount(text: object) -> Decimal:
    """Read a quantity as a number of cores, bytes or things.

    Raises:
        ValueError: It is none.
    """
    written = str(text)
    digits = written.rstrip("".join(SUFFIXES))
    suffix = written[len(digits) :]
    try:
        return Decimal(digits) * (SUFFIXES[suffix] if suffix else 1)
    except (InvalidOperation, KeyError) as problem:
        raise ValueError(f"{written!r} is no quantity") from problem


def quantity(number: Decimal, resource: str) -> str:
    """Write an amount of a resource as Kubernetes does: cores in thousandths, bytes in the largest whole unit."""
    if resource.endswith("cpu") and number != int(number):
        return f"{int(number * 1000)}m"
    for suffix in BINARY:
        if number and resource.endswith(("memory", "storage")) and number % SUFFIXES[suffix] == 0:
            return f"{int(number / SUFFIXES[suffix])}{suffix}"
    return str(int(number))
