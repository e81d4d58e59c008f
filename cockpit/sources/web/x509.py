"""What a certificate says of itself, read from its DER (RFC 5280, 4.1; X.690, 8.1).

Python's ssl module takes apart only certificates that verify, and those that do not are the ones that matter here.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, NamedTuple

from cockpit.text import clean

_UTC_TIME: Final = 0x17
_VERSION: Final = 0xA0
_EXTENSIONS: Final = 0xA3
_DNS_NAME: Final = 0x82
_BMP_STRING: Final = 0x1E
_OCTETS: Final = 0x04
_COMMON_NAME: Final = bytes.fromhex("550403")
_ORGANIZATION: Final = bytes.fromhex("55040a")
_ALTERNATIVE_NAMES: Final = bytes.fromhex("551d11")
_LONGEST: Final = 200


class Facts(NamedTuple):
    """What people want to know of a certificate."""

    subject: str
    """Its common name, or the first DNS name that it is for."""
    issuer: str
    expires_at: datetime


def read_certificate(der: bytes) -> Facts:
    """Take a certificate apart.

    Raises:
        ValueError: it is none.
    """
    try:
        certificate = next(_parts(der))[1]
        fields = [field for field in _parts(next(_parts(certificate))[1]) if field[0] != _VERSION]
        _, _, (_, issuer), (_, validity), (_, subject), *others = fields
        _, (tag, expiry) = _parts(validity)
        names = _names(subject)
        alternative = next((name for kind, field in others if kind == _EXTENSIONS for name in _dns_names(field)), "")
        whose = names.get(_COMMON_NAME) or alternative or names.get(_ORGANIZATION, "")
        issued_by = _names(issuer)
        by = issued_by.get(_COMMON_NAME) or issued_by.get(_ORGANIZATION, "")
        return Facts(_fit(whose), _fit(by), _moment(tag, expiry.decode("ascii")))
    except (StopIteration, IndexError, ValueError) as error:
        raise ValueError(f"no certificate: {error}") from error


def _parts(der: bytes) -> Iterator[tuple[int, bytes]]:
    """Give tag and content of each of the elements that stand one behind the other."""
    place = 0
    while place < len(der):
        tag, length = der[place], der[place + 1]
        place += 2
        if length & 0x80:
            size = length & 0x7F
            length = int.from_bytes(der[place : place + size], "big")
            place += size
        if place + length > len(der):
            raise ValueError("it is cut off")
        yield tag, der[place : place + length]
        place += length


def _names(der: bytes) -> dict[bytes, str]:
    """Give the parts of a distinguished name by their object identifiers."""
    found: dict[bytes, str] = {}
    for _, group in _parts(der):
        for _, pair in _parts(group):
            (_, identifier), (tag, value), *_ = _parts(pair)
            found.setdefault(identifier, value.decode("utf-16-be" if tag == _BMP_STRING else "utf-8", "replace"))
    return found


def _dns_names(der: bytes) -> Iterator[str]:
    for _, extension in _parts(next(_parts(der))[1]):
        (_, identifier), *rest = _parts(extension)
        if identifier == _ALTERNATIVE_NAMES:
            octets = next(content for tag, content in rest if tag == _OCTETS)
            for tag, name in _parts(next(_parts(octets))[1]):
                if tag == _DNS_NAME:
                    yield name.decode("ascii", "replace")


def _moment(tag: int, text: str) -> datetime:
    """Read a UTCTime, whose years 50 to 99 are those of the last century, or a GeneralizedTime."""
    if tag == _UTC_TIME:
        text = ("19" if text[:2] >= "50" else "20") + text
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)


def _fit(text: str) -> str:
    return clean(text)[:_LONGEST]
