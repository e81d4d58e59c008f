"""Masks the secrets of large texts, of JSON and of pictures, without holding up the threads beside it for long."""

import html
import re
from functools import lru_cache
from typing import Any

import msgspec

from cockpit.redact import MASK, redact, redact_lines

_BLOCK = 32 * 1024
"""Characters that are looked at in one go: about 20 ms, in which no other thread of the program runs."""
_KEY_BEGINS, _KEY_ENDS = "-----BEGIN", "-----END"
_LONGEST_KEY = 8 * _BLOCK
_TAG = re.compile(r"(<[^>]*>)")
_PROBE = "x1Y2z3"


def mask_lines(content: bytes) -> bytes:
    """Mask the secrets in UTF-8 text of any length. No key in PEM that has an end is torn between two blocks."""
    return "".join(map(redact, _blocks(content.decode("utf-8", "replace")))).encode()


def mask_json(content: bytes) -> bytes:
    """Mask the secrets in JSON so that it stays JSON; what is not JSON is masked like any text."""
    try:
        given = msgspec.json.decode(content)
    except msgspec.DecodeError:
        return mask_lines(content)
    masked = _masked(given)
    return content if masked == given else msgspec.json.format(msgspec.json.encode(masked))


def mask_svg(content: bytes) -> bytes:
    """Mask the secrets in the texts of an SVG picture so that it stays one."""
    parts = _TAG.split(content.decode("utf-8", "replace"))
    parts[::2] = map(_masked_text, parts[::2])  # between the tags
    return "".join(parts).encode()


def _masked_text(markup: str) -> str:
    text = html.unescape(markup)
    masked = redact(text)
    return markup if masked == text else html.escape(masked)


def _blocks(text: str) -> list[str]:
    """Cut a text at the ends of lines."""
    blocks, start = [], 0
    while start < len(text):
        end = _end(text, start)
        blocks.append(text[start:end])
        start = end
    return blocks


def _end(text: str, start: int) -> int:
    """Find where the block from `start` on ends."""
    most = start + _BLOCK
    if most >= len(text):
        return len(text)
    end = text.rfind("\n", start, most) + 1 or text.find("\n", most) + 1 or len(text)
    begins = text.rfind(_KEY_BEGINS, start, end)
    if begins >= 0 and _KEY_ENDS not in text[begins:end]:
        if begins > start:
            return text.rfind("\n", start, begins) + 1 or begins
        ends = text.find(_KEY_ENDS, end, start + _LONGEST_KEY)
        if ends >= 0:
            return text.find("\n", ends) + 1 or len(text)
    return end


def _masked(value: Any) -> Any:
    """Mask a value of JSON: texts by what they hold, and by the name that they are given."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        variable = value.get("name")
        if isinstance(variable, str) and "value" in value:
            value = {**value, "value": _under(variable, value["value"])}
        return {redact(name): _under(name, each) for name, each in value.items()}
    if isinstance(value, list):
        if value and all(isinstance(each, str) for each in value):  # lines of a text
            return redact("\n".join(value)).split("\n")
        return [_masked(each) for each in _masked_across(value)]
    return value


def _masked_across(rows: list[Any]) -> list[Any]:
    """Mask what goes on from row to row in the same field, as a key in lines of a log; each row keeps a mask."""
    rows = [*rows]
    for name in sorted({name for row in rows if isinstance(row, dict) for name in row}):
        places = [at for at, row in enumerate(rows) if isinstance(row, dict) and _is_line(row.get(name))]
        lines = "".join(map(redact_lines, _blocks("\n".join([rows[at][name] for at in places]))))
        for at, line in zip(places, lines.split("\n"), strict=bool(places)):
            rows[at] = {**rows[at], name: line}
    return rows


def _is_line(value: Any) -> bool:
    return isinstance(value, str) and "\n" not in value


@lru_cache(maxsize=512)
def _names_a_secret(name: str) -> bool:
    return redact(f"{name}={_PROBE}") != f"{name}={_PROBE}"


def _under(name: str, value: Any) -> Any:
    if isinstance(value, str) and value and _names_a_secret(name):
        return value if value.startswith(MASK) else f"{MASK}secret]"
    return _masked(value)
