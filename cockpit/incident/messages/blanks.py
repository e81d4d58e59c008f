"""What the blanks of templates ask for: `[Time]`, `{severity}`, `<impact>`, `INC-…`, or an example in their place."""

import re
from typing import Final

HOLE: Final = "[to be filled: "
"""What stands where nothing is known begins so."""
_HOLE: Final = re.compile(r"\[to be filled: ([^\[\]\n]{0,100})\]")
_LONGEST: Final = 60
_ACRONYM: Final = 4
"""Letters: ETA and URL are not written small."""

BLANK: Final = re.compile(
    r"""
    (?P<filled> \[to\ be\ filled:\ [^\[\]\n]{0,100}\] )
    | (?P<scheme> (?:SEV|P)\[\d(?:/\d){0,9}\] )
    | \[ (?![ xX]\]) (?P<square> [^\[\]\n]{1,160} ) \] (?!\()
    | \$? \{\{? \s? (?P<curly> [A-Za-z][\w\ /.-]{0,60}? ) \s? \}\}?
    | < (?! /? (?:a|b|br|code|details|div|em|h\d|hr|i|img|li|ol|p|pre|s|span|strong|summary|u|ul)\b )
        (?P<angle> [A-Za-z][\w\ /\#-]{0,60} ) >
    | (?P<incident> \bINC-(?: [YMDNX#\d…] [-YMDNX#\d…]{0,30} | \.\.\. ) )
    | (?P<levels> \b(?:SEV|P)\d (?: /(?:SEV|P)?\d ){1,9} )
    | (?P<clock> \bHH:MM(?::SS)?\b )
    """,
    re.VERBOSE,
)
"""A blank in a line."""

ZONE: Final = re.compile(r"\s{0,2}\(?\b(?:UTC|GMT|[ECMP][SD]?T)\b\)?")
"""What follows a blank for a time in a template; times come with their own."""

TIMES: Final = frozenset(("started", "detected", "resolved", "now", "next update", "meeting"))
"""What is a moment."""

_NUMBERED: Final = re.compile(r"(finding|action|next step|event|item|factor|observation)s? (\d)")

_BY_NAME: Final = tuple(
    (re.compile(pattern), key)
    for pattern, key in (
        (r"inc(?:ident)?[ -]?(?:id|number|#)|incident|id|inc-.*", "incident"),
        (r"(?:sev|p)\d(?:/(?:sev|p)?\d)*|severity|priority|level", "severity"),
        (r"(?=.*/)(?=.*(?:investigating|resolved)).*|status|current status|new status", "status"),
        (r"old status|previous status", "previous status"),
        (r"duration|total duration|total time|time since start|hours:minutes|detection to resolution time", "duration"),
        (r"start time|started|time incident began.*|impact start.*", "started"),
        (r"detected|detection time", "detected"),
        (r"end time|resolved|resolved at|resolution time", "resolved"),
        (r"next update(?: time)?", "next update"),
        (r"now|current time|\d{1,2}:\d\d(?: utc)?|\d{4}-\d\d-\d\d \d\d:\d\d(?: utc)?", "now"),
        (r"commander|incident commander|incident lead|lead", "commander"),
        (r"incident (?:title|name)", "title"),
        (r"meeting|meeting schedule", "meeting"),
        (r"escalate to", "escalate to"),
        (r"incident date", "today"),
    )
)
"""Names that say it all."""

_BY_LABEL: Final = tuple(
    (re.compile(pattern), key)
    for pattern, key in (
        (r"incident id", "incident"),
        (r"incident|summary", "title"),
        (r"severity|priority", "severity"),
        (r"status|current status|current", "status"),
        (r"previous", "previous status"),
        (r"started|start time|start", "started"),
        (r"detected|reported", "detected"),
        (r"resolved|resolution time", "resolved"),
        (r"duration|total duration", "duration"),
        (r"posted|updated|time", "now"),
        (r"next update", "next update"),
        (r"update #|update number", "number"),
        (r"date", "today"),
        (r"incident (?:commander|lead|manager)|commander", "commander"),
        (r"reporter", "reporter"),
        (r"date/time", "meeting"),
    )
)
"""Labels before a colon that say what stands after it, whatever the template has there."""

_ASKS_PEOPLE: Final = re.compile(
    r"(?:impact|root cause|cause|resolution|fix applied|progress|next steps?|eta|affected(?: (?:users|services))?"
    r"|users(?: affected)?|business impact|data integrity|security|technical lead|features|service|symptoms?"
    r"|resolution summary|findings|requests failed|revenue impact|error rate|workaround|what happened|what we did)"
)
"""Labels of what only people can say."""

_BY_GENERAL_NAME: Final = tuple(
    (re.compile(pattern), key)
    for pattern, key in (
        (r"(?:brief )?(?:description|title|summary)(?: of the (?:issue|incident))?", "title"),
        (r"time|timestamp|time ?stamp utc|hh:mm(?::ss)?", "now"),
        (r"date", "today"),
    )
)
"""Names that say something only where no label says more."""


def hole(what: str) -> str:
    """Write what stands where nothing is known, so that it is seen: `[to be filled: impact]`."""
    words = re.sub(r"[\[\]{}<>*]", "", what).split()
    name = " ".join(word if word.isupper() and len(word) <= _ACRONYM else word.lower() for word in words)
    return f"{HOLE}{name.strip(' :@-')[:_LONGEST]}]"


def holes(text: str) -> tuple[str, ...]:
    """Tell what is still to be filled in a text, each once."""
    return tuple(dict.fromkeys(_HOLE.findall(text)))


def numbered(name: str) -> tuple[str, int] | None:
    """Take `Finding 2` apart."""
    found = _NUMBERED.fullmatch(_plain(name))
    return (found[1], int(found[2])) if found else None


def asked_by_label(label: str) -> str | None:
    """Tell what a label asks for; empty: for what only people can say; None: it may be anything."""
    plain = _plain(label)
    if _ASKS_PEOPLE.fullmatch(plain):
        return ""
    return _match(_BY_LABEL, plain)


def asked_by_name(name: str, label: str, above: str = "") -> str | None:
    """Tell what a blank asks for; empty or None: for what only people know.

    Args:
        name: of the blank.
        label: behind which it stands in its line.
        above: the label of a line above, which says what kind of time is meant, and no more: below "Current status"
            may stand some sentences.
    """
    plain = _plain(name)
    if (said := _match(_BY_NAME, plain)) is not None:
        return said
    if label and (said := asked_by_label(label)) is not None:
        return said
    if above and (said := asked_by_label(above)) is not None and (said in TIMES or not said):
        return said
    return _match(_BY_GENERAL_NAME, plain)


def _match(table: tuple[tuple[re.Pattern[str], str], ...], text: str) -> str | None:
    return next((key for pattern, key in table if pattern.fullmatch(text)), None)


def _plain(text: str) -> str:
    """Write a name as the tables have it: lower case, without examples ("timeframe, e.g., 30 minutes")."""
    told = re.split(r",? e\.g\.| - typically|, if ", text.casefold())[0]
    return re.sub(r"[\s_]+", " ", told).strip(" :@.,-")
