"""Places in a command where a runbook leaves something out: found, told from what a shell means, and filled in.

Understood are `<pod>`, `[PID]`, `{service}`, `YOUR_TOKEN`, `your-app`, `api-xxx-yyy`, `arn:…/...` and variables that
the command uses and does not set. Everything that looks like one of them, and is syntax, is left alone: redirections,
tests, arrays, patterns, JSON, jsonpath, format strings, and what programs print, such as `<none>`.
"""

import re
import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final

import msgspec

from cockpit.runbooks.arguments import listed


class Style(StrEnum):
    """How a placeholder is written."""

    ANGLE = "<x>"
    SQUARE = "[x]"
    CURLY = "{x}"
    YOUR = "YOUR_X"
    EXAMPLE = "x-xxx"
    """An example of a name, made up to be replaced: `api-xxx-yyy`."""
    VARIABLE = "$X"


class Quoting(StrEnum):
    """Where in a command something stands."""

    BARE = "bare"
    SINGLE = "single"
    DOUBLE = "double"
    DOCUMENT = "document"
    """In a here-document."""


class Placeholder(msgspec.Struct, frozen=True):
    """A place to be filled."""

    name: str
    """What it is called, without its brackets."""
    style: Style
    start: int
    end: int
    quoting: Quoting = Quoting.BARE


_NAME: Final = r"[A-Za-z][A-Za-z0-9_]*(?:[ -][A-Za-z0-9_]+){0,8}"
_PATTERNS: Final = (
    # A redirection has a file on one side of it, and no letter follows the bracket that closes a placeholder.
    (Style.ANGLE, re.compile(rf"(?<![<>&\d])<({_NAME})>(?![\w&>])")),
    # Not an element of an array, a test, or a pattern such as [a-z]*.
    (Style.SQUARE, re.compile(rf"(?<![\[$\w\]?*.])\[(?!\w-\w\])({_NAME})\](?![\[\]*+?{{(\w])")),
    (Style.CURLY, re.compile(rf"(?<![${{%@#\\])\{{({_NAME})\}}(?!\}})")),
    (Style.YOUR, re.compile(r"(?<![\w$-])((?:YOUR|your)[_-][A-Za-z0-9_-]*[A-Za-z0-9])")),
    (Style.EXAMPLE, re.compile(r"(?<![\w$.-])([a-z0-9][a-z0-9-]*-x{3,}(?:-[xyz]{3,})*)(?![\w-])")),
    (Style.EXAMPLE, re.compile(r"(?<!\S)(arn:[\w:/*-]*[:/]\.\.\.)(?=\s|$)")),
    (Style.VARIABLE, re.compile(r"(?<!\\)\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})")),
)
_PRINTED: Final = frozenset(("none", "idle", "null", "nil", "unknown", "pending", "unset", "invalid", "nodes"))
"""What programs print between angle brackets."""
_TEMPLATE: Final = frozenset(("end", "else", "print", "next", "exit"))
"""What jsonpath, Go templates and awk have between curly brackets."""
_SET: Final = re.compile(
    r"(?:^|[\s;&|(])(?:(?:export|local|readonly|declare(?:\s+-\w+)*)\s+)?([A-Za-z_]\w*)\+?="
    r"|\b(?:for|select)\s+([A-Za-z_]\w*)\b"
)
_READ: Final = re.compile(r"\bread\s+(?:-\w+\s+)*((?:[A-Za-z_]\w*\s*)+)")
_BY_THE_SHELL: Final = frozenset(
    listed(
        """BASH BASHPID EUID FUNCNAME HOME HOSTNAME IFS LINENO OLDPWD OSTYPE PATH PPID PWD RANDOM REPLY SECONDS SHELL
        UID USER"""
    )
)
_SECRET: Final = re.compile(
    r"(?:^|_)(?:SECRET|TOKEN|PASSWORD|PASSWD|PASS|PWD|CREDENTIALS?|DSN|PGPASSWORD|(?:DATABASE|DB|POSTGRES|REDIS|MONGO|AMQP)_UR[LI]"
    r"|CONN(?:ECTION)?_STR(?:ING)?|WEBHOOK(?:_URL)?|(?:API|ACCESS|PRIVATE|SIGNING|SECRET|ENCRYPTION|MASTER|AUTH)_?KEY(?:_ID)?)(?:_|$)"
    r"|_KEY$|^PGPASSWORD$",
    re.IGNORECASE,
)
_TAKES_PATTERN: Final = re.compile(r"\b(?:[ef]?grep|rg|sed|awk)\b[^|;&]*$")
_HEREDOC: Final = re.compile(r"<<-?\s{0,3}(['\"]?)(\w{1,40})\1")


def is_secret(variable: str) -> bool:
    """Tell whether a variable of this name holds what nobody should read."""
    return _SECRET.search(variable) is not None


def find_placeholders(text: str, known: Collection[str] = ()) -> list[Placeholder]:
    """Find what has to be filled in before a command can be run, in the order in which it stands there.

    Variables that hold secrets are among it: they are not to be asked for, and have to be in the environment.

    Args:
        text: the command.
        known: variables that the environment of the command has.
    """
    quoting = _quoting(text)
    own = {*_assigned(text), *_BY_THE_SHELL, *known}
    found: list[Placeholder] = []
    for style, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            name = next(group for group in match.groups() if group)
            place = Placeholder(name, style, match.start(), match.end(), quoting[match.start()])
            if _is_one(place, text, own) and not any(_overlap(place, other) for other in found):
                found.append(place)
    return sorted(found, key=lambda place: place.start)


def fill(text: str, places: Iterable[Placeholder], values: Mapping[str, str]) -> str:
    """Fill in what `values` has by name, each written so that a shell takes it for what it is; the rest stays."""
    for place in sorted(places, key=lambda each: each.start, reverse=True):
        if place.name in values:
            text = text[: place.start] + _quoted(values[place.name], place.quoting) + text[place.end :]
    return text


def fill_sql(text: str, places: Iterable[Placeholder], values: Mapping[str, str]) -> str:
    """Fill in a statement: text inside quotes stays text, numbers and names stay what they are, the rest is quoted."""
    for place in sorted(places, key=lambda each: each.start, reverse=True):
        if place.name in values:
            value = values[place.name]
            if place.quoting is Quoting.SINGLE:
                value = value.replace("'", "''")
            elif place.quoting is Quoting.DOUBLE:
                value = value.replace('"', '""')
            elif not re.fullmatch(r"-?\d+(?:\.\d+)?|[A-Za-z_][\w.]*", value):
                value = "'" + value.replace("'", "''") + "'"
            text = text[: place.start] + value + text[place.end :]
    return text


def neutral(text: str) -> str:
    """Put a harmless word in the place of every placeholder, so that what is around it can be read."""
    places = [place for place in find_placeholders(text) if place.style is not Style.VARIABLE]
    for place in reversed(places):
        text = text[: place.start] + place.name.replace(" ", "-") + text[place.end :]
    return text


def check_value(value: str) -> None:
    """Make sure that a value can stand for a placeholder.

    Raises:
        ValueError: it cannot; the message says why.
    """
    if not value.strip():
        raise ValueError("type a value, or escape")
    if value.startswith("-"):
        raise ValueError("a value that begins with - would be taken for an option")
    if not value.isprintable():
        raise ValueError("a value is one line of text")


def _is_one(place: Placeholder, text: str, own: Collection[str]) -> bool:
    """Tell a placeholder from what looks like one."""
    whole = text[place.start - 1 : place.start] == text[place.end : place.end + 1] != ""
    match place.style:
        case Style.ANGLE:
            is_tag = f"</{place.name}>" in text
            return place.name.casefold() not in _PRINTED and not is_tag
        case Style.SQUARE:
            bare = place.quoting in {Quoting.BARE, Quoting.DOCUMENT}
            return bare or (whole and _TAKES_PATTERN.search(text[: place.start]) is None)
        case Style.CURLY:
            return place.name not in _TEMPLATE and (place.quoting is not Quoting.SINGLE or "{range" not in text)
        case Style.VARIABLE:
            return place.quoting is not Quoting.SINGLE and place.name not in own and not _is_told(text, place)
        case _:
            return True


def _is_told(text: str, place: Placeholder) -> bool:
    """Tell whether a variable is only echoed: then it is asked for by the command, not by us."""
    start = max(text.rfind(mark, 0, place.start) for mark in (";", "\n", "&", "|")) + 1
    before = text[start : place.start].lstrip()
    return before.startswith("echo ") and ">" not in before


def _overlap(one: Placeholder, other: Placeholder) -> bool:
    return one.start < other.end and other.start < one.end


def _assigned(text: str) -> Iterator[str]:
    for found in _SET.finditer(text):
        yield found[1] or found[2]
    for found in _READ.finditer(text):
        yield from found[1].split()


def _quoting(text: str) -> Sequence[Quoting]:
    """Tell for every character where it stands."""
    found: list[Quoting] = []
    state, escaped = Quoting.BARE, False
    document, raw = "", False
    for line in text.splitlines(keepends=True):
        if document:
            ended = line.strip() == document
            kind = Quoting.SINGLE if raw else Quoting.DOCUMENT
            found += [Quoting.BARE if ended else kind] * len(line)
            document = "" if ended else document
            continue
        began = state
        for character in line:
            found.append(state)
            if escaped:
                escaped = False
            elif character == "\\" and state is not Quoting.SINGLE:
                escaped = True
            else:
                state = _after(state, character)
        if began is state is Quoting.BARE and (heredoc := _HEREDOC.search(line)) and "<<<" not in line:
            document, raw = heredoc[2], bool(heredoc[1])
    return found


def _after(state: Quoting, character: str) -> Quoting:
    if character == "'" and state is not Quoting.DOUBLE:
        return Quoting.BARE if state is Quoting.SINGLE else Quoting.SINGLE
    if character == '"' and state is not Quoting.SINGLE:
        return Quoting.BARE if state is Quoting.DOUBLE else Quoting.DOUBLE
    return state


def _quoted(value: str, quoting: Quoting) -> str:
    match quoting:
        case Quoting.BARE:
            return shlex.quote(value)
        case Quoting.SINGLE:
            return value.replace("'", "'\\''")
        case Quoting.DOUBLE:
            return re.sub(r'([\\"$`])', r"\\\1", value)
        case Quoting.DOCUMENT:
            return re.sub(r"([\\$`])", r"\\\1", value)
