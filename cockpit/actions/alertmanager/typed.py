"""Matchers as a person types them.

Source: prometheus/alertmanager, docs/configuration.md (matchers): `alertname="Down", pod=~"api-.*"`.
"""

import re
from typing import Final

from cockpit.sources.web.model import Matcher

_MATCHER: Final = re.compile(
    r"""\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^\s"=!~,{}]+))\s*"""
    r"""(?P<sign>=~|!~|!=|=)\s*(?:"(?P<text>(?:[^"\\]|\\.)*)"|(?P<word>[^\s",{}]*))\s*(?:,|\Z|(?=\s))"""
)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)


def read_matchers(text: str) -> tuple[Matcher, ...]:
    """Read matchers that are separated by commas or blanks; values need quotation marks only where they hold those.

    Raises:
        ValueError: they cannot be read.
    """
    text = text.strip().removeprefix("{").removesuffix("}").strip()
    found: list[Matcher] = []
    place = 0
    while place < len(text):
        match = _MATCHER.match(text, place)
        if match is None:
            raise ValueError(f'{text[place:].strip()!r} is no matcher; write such as alertname="Down", pod=~"api-.*"')
        name = match["plain"] if match["quoted"] is None else _plain(match["quoted"])
        value = match["word"] if match["text"] is None else _plain(match["text"])
        found.append(Matcher(name, value, regex="~" in match["sign"], equal="!" not in match["sign"]))
        place = match.end()
    return tuple(found)


def _plain(text: str) -> str:
    return _ESCAPE.sub(lambda match: "\n" if match[1] == "n" else match[1], text)
