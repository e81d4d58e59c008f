"""What stands within a line of Markdown: emphasis, links, labels, names of severities. Linear in the line's length."""

import re

import msgspec

_LABEL = re.compile(r"\s{0,3}\*\*([^*\n]{1,160})\*\*\s{0,3}(:?)\s{0,3}")
_PLAIN_LABEL = re.compile(r"[A-Z][^:*\n]{0,80}:")
_LINK = re.compile(r"\[([^\]\[]{1,300})\]\([^()\s]{0,500}\)")
_STRONG = re.compile(r"\*\*([^*\n]{1,300})\*\*|__([^_\n]{1,300})__")
_SEVERITY = re.compile(r"\b(?:SEV[- ]?\d|P\d)\b", re.IGNORECASE)
_SEVERITIES = re.compile(r"\b(SEV[- ]?|P)(\d)(?!\d)((?:\s?[/,&]\s?(?:SEV[- ]?|P)?\d\b)*)", re.IGNORECASE)
_NUMBERED = re.compile(
    r"(?:(?:phase|stage|step|scenario|incident|option)\s{0,2}#?)?\d{1,3}\s{0,2}[.):\u2013\u2014-]\s*", re.IGNORECASE
)
_NOT_SLUG = re.compile(r"[\W_]+")
_SLUG = 120


class Label(msgspec.Struct, frozen=True):
    """`**Duration**: 5 minutes`: a name, and what is said of it; the value is empty when that follows below."""

    name: str
    value: str


def plain_text(markdown: str) -> str:
    """Take emphasis and link targets away; code keeps its marks, which are part of commands and names."""
    text = " ".join(line.strip() for line in markdown.splitlines())
    return _STRONG.sub(lambda match: match[1] or match[2], _LINK.sub(r"\1", text)).strip()


def label_of(line: str) -> Label | None:
    """Read a line as a label: bold text with a colon, bold text alone, or a short line that ends in a colon."""
    found = _LABEL.match(line)
    if found is None:
        bare = line.strip()
        return Label(bare[:-1], "") if bare.endswith(":") and _PLAIN_LABEL.fullmatch(bare) else None
    value = plain_text(line[found.end() :])
    name = found[1].strip()
    if value and not (found[2] or name.endswith(":")):
        return None
    return Label(name.removesuffix(":").strip(), value)


def severities_in(text: str) -> tuple[str, ...]:
    """Name the severities that `text` speaks of, in its order, as in `P0/P1 Notification` or `SEV[1/2]`."""
    names: list[str] = []
    for prefix, first, others in _SEVERITIES.findall(text):
        stem = prefix.upper().rstrip("- ")
        names += [f"{stem}{digit}" for digit in (first, *re.findall(r"\d", others))]
    return tuple(dict.fromkeys(names))


def severity_heading(text: str) -> str | None:
    """Give the level that a heading such as `P1 - Critical` or `SEV2` is about."""
    found = _SEVERITY.match(text)
    rest = text[found.end() :].lstrip() if found else ""
    return severities_in(found.group())[0] if found and (not rest or rest[0] in "-\u2013\u2014:(") else None


def without_number(text: str) -> str:
    """Take `Phase 2:`, `Step 1:` or `3.` off the front."""
    return _NUMBERED.sub("", text, count=1) if _NUMBERED.match(text) else text


def slug(text: str) -> str:
    """Make a name for a link or an id."""
    return _NOT_SLUG.sub("-", text[: 4 * _SLUG].casefold()).strip("-")[:_SLUG]
