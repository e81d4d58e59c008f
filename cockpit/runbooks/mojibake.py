"""Mends UTF-8 that was once decoded with the code page of Windows or of the Mac, so that an arrow became three letters.

Only sequences that begin like the UTF-8 of Latin letters with accents, punctuation, arrows, box drawing, signs and
emoji are touched. Others, such as `é…»`, may well be what was meant.
"""

import re
from collections.abc import Mapping

_LEADS = {0xC2: 1, 0xC3: 1, 0xE2: 2, 0xEF: 2, 0xF0: 3}
"""First bytes, and how many follow them."""


def repair(text: str) -> str:
    """Mend what was wrongly decoded; everything else stays as it is."""
    if text.isascii():
        return text
    for pattern, bytes_of in _CODECS:
        text = pattern.sub(lambda match, table=bytes_of: _decoded(match.group(), table), text)  # type: ignore[misc]
    return text


def _decoded(damaged: str, bytes_of: Mapping[str, int]) -> str:
    try:
        return bytes(bytes_of[character] for character in damaged).decode("utf-8")
    except UnicodeDecodeError:
        return damaged


def _codec(name: str) -> tuple[re.Pattern[str], Mapping[str, int]]:
    """Make the pattern of damaged sequences of a code page, and the table from its characters to bytes."""
    # Programs give the bytes that Windows-1252 leaves out the control characters of the same number.
    characters = {byte: bytes([byte]).decode(name, "ignore") or chr(byte) for byte in range(0x80, 0x100)}
    following = "".join(re.escape(characters[byte]) for byte in range(0x80, 0xC0))
    sequences = (f"{re.escape(characters[lead])}[{following}]{{{count}}}" for lead, count in _LEADS.items())
    return re.compile("|".join(sequences)), {character: byte for byte, character in characters.items()}


_CODECS = (_codec("cp1252"), _codec("mac_roman"))
