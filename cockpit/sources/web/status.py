"""What a status of HTTP means, in words."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from cockpit.text import clean

_LONGEST: Final = 40


def told(status: int, headers: Mapping[str, str]) -> str:
    """Write a status: `502 Bad Gateway`, and for 429 and 503 when to come again: `…, retry after 30 s`."""
    try:
        text = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        text = str(status)
    again = clean(headers.get("retry-after", "")).strip()[:_LONGEST]
    return f"{text}, retry after {again}{' s' if again.isdecimal() else ''}" if again else text
