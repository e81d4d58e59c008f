"""What an entry rests on: pieces of data, text and pictures that are kept in the incident file beside the entries.

A piece is sealed before it goes anywhere: secrets are masked, the rest is compressed, and named by the SHA-256 of a
random salt and the content. This name is what entries hold and what their hashes cover. When a leak is found later,
salt and content are overwritten; the name stays, so that the chain still holds, and tells nothing any more: without the
salt, not even a guess at the content can be checked against it.
"""

import hashlib
import secrets
import zlib
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import msgspec

from cockpit.incident.errors import InputError
from cockpit.incident.masking import mask_json, mask_lines, mask_svg

MOST_BYTES = 8 << 20
"""A piece is no larger; of a longer text, beginning and end are kept."""
TEXT: Final = "text/plain"
MARKDOWN: Final = "text/markdown"
TOML: Final = "application/toml"
JSON: Final = "application/json"
SVG: Final = "image/svg+xml"

_SALT_BYTES = 32
_MASKS: Final = MappingProxyType({JSON: mask_json, SVG: mask_svg})
"""What masks the secrets of a piece by its media type; all others are text."""
_FIELDS = {"sha256": "sha256", "name": "name", "media_type": "media_type", "bytes": "size"}
"""Fields of the data of an entry, and what each holds of a reference."""


class Piece(msgspec.Struct, frozen=True):
    """Something to keep, as it came: it may still hold secrets."""

    name: str
    """Such as `pods.txt`; white space becomes `-`."""
    media_type: str
    content: bytes


class Sealed(msgspec.Struct, frozen=True):
    """A piece that is safe to store: `seal` makes it."""

    sha256: str
    """Of salt and content, in hexadecimal digits: the name by which entries know it."""
    name: str
    media_type: str
    size: int
    """Of the content, in bytes."""
    salt: bytes
    content_sha256: str
    """Of the content alone, by which a second copy is found; it goes when the content goes."""
    packed: bytes
    """The content, compressed by zlib."""


class Reference(msgspec.Struct, frozen=True):
    """What an entry says of a piece."""

    sha256: str
    name: str
    media_type: str
    size: int
    """In bytes."""


def text_piece(name: str, text: str, media_type: str = TEXT) -> Piece:
    """Make a piece of a text; of one that is too long, the middle is left out."""
    content = text.encode("utf-8", "backslashreplace")
    if len(content) > MOST_BYTES:
        half = MOST_BYTES // 2 - 100
        left_out = f"\n… {len(content) - 2 * half:,} bytes left out …\n".encode()
        content = content[:half].decode("utf-8", "ignore").encode() + left_out + content[-half:]
        content = content.decode("utf-8", "ignore").encode()
    return Piece(name, media_type, content)


def json_piece(name: str, value: Any) -> Piece:
    """Make a piece of what msgspec can encode: structs, dicts, lists, times."""
    return Piece(name, JSON, msgspec.json.format(msgspec.json.encode(value)))


def seal(piece: Piece) -> Sealed:
    """Mask the secrets in a piece, and make it ready to be stored. Takes half a second a megabyte: not for the loop.

    Raises:
        InputError: It is too large.
    """
    if len(piece.content) > MOST_BYTES:
        raise InputError(f"{piece.name} is larger than {MOST_BYTES >> 20} MB")
    content = _MASKS.get(piece.media_type, mask_lines)(piece.content)
    salt = secrets.token_bytes(_SALT_BYTES)
    return Sealed(
        sha256=digest(salt, content),
        name="-".join(piece.name.split()) or "unnamed",
        media_type=piece.media_type,
        size=len(content),
        salt=salt,
        content_sha256=hashlib.sha256(content).hexdigest(),
        packed=zlib.compress(content),
    )


def seal_all(pieces: Sequence[Piece]) -> tuple[Sealed, ...]:
    """Seal several; likewise.

    Raises:
        InputError: One of them is too large.
    """
    return tuple(map(seal, pieces))


def digest(salt: bytes, content: bytes) -> str:
    """Compute the name of a content."""
    return hashlib.sha256(salt + content).hexdigest()


def as_data(references: Sequence[Reference]) -> dict[str, str | None]:
    """Write references as the data of an entry: each field holds that of all of them, separated by spaces."""
    return {field: " ".join(str(getattr(each, part)) for each in references) for field, part in _FIELDS.items()}


def without_references(data: Mapping[str, str | None]) -> dict[str, str | None]:
    """Give the data of an entry without what refers to pieces; all of it where nothing does."""
    return {name: value for name, value in data.items() if name not in _FIELDS} if references(data) else dict(data)


def references(data: Mapping[str, str | None]) -> list[Reference]:
    """Read what the data of an entry refers to; nothing where it refers to nothing, or cannot be understood."""
    columns = [(data.get(field) or "").split() for field in _FIELDS]
    if len({len(column) for column in columns}) != 1:
        return []
    return [
        Reference(sha256, name, media_type, int(size))
        for sha256, name, media_type, size in zip(*columns, strict=True)
        if size.isdecimal()
    ]
