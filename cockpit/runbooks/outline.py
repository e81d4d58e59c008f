"""Which headings begin a phase, which a part of one, and which are a step."""

import re
from collections.abc import Iterable, Sequence

import msgspec

from cockpit.runbooks.blocks import Heading, Item
from cockpit.runbooks.inline import plain_text, slug, without_number

_PHASE = re.compile(r"(?:phase|stage|step|scenario|incident|option)\s{0,2}#?\d", re.IGNORECASE)
_OF_ITS_OWN = re.compile(r"(?:phase|stage|scenario|incident)\s{0,2}#?\d", re.IGNORECASE)
_STEP = re.compile(r"(?:step|option)\s{0,2}#?\d", re.IGNORECASE)
_NUMBERED = re.compile(r"\d{1,3}[.)]\s")
_SCENARIO = re.compile(
    r"^(?:scenario|incident)\s{0,2}#?\d|\bscenarios?\b|common (?:issue|incident|problem)s?", re.IGNORECASE
)
_DASH = re.compile(r"\s[-\u2013\u2014:]\s")
_STEP_LEVEL = 4


class Place(msgspec.Struct, frozen=True):
    """What a heading is."""

    role: str
    """`title`, `phase`, `part` or `step`."""
    text: str


class Outline:
    """The headings above the current line."""

    def __init__(self) -> None:
        self.title = ""
        self.has_named_phases = False
        self._path: list[tuple[int, str]] = []
        self._holder: int | None = None
        """The level of the numbered phase that takes in what is below it."""

    @property
    def sections(self) -> tuple[str, ...]:
        """The headings above, the highest first."""
        return tuple(text for level, text in self._path)

    @property
    def in_named_phase(self) -> bool:
        """Tell whether the phase is numbered or called one: what stands in it is to be done."""
        return self._holder is not None

    @property
    def in_scenario(self) -> bool:
        """Tell whether the phase is for some incidents only."""
        return any(_SCENARIO.search(section) for section in self.sections)

    def enter(self, heading: Heading) -> Place:
        """Go on to a heading."""
        text = plain_text(heading.text)
        if heading.level == 1 and not self.title and not self._path:
            self.title = text
            return Place("title", text)
        while self._path and self._path[-1][0] >= heading.level:
            self._path.pop()
        self._path.append((heading.level, text))
        if self._holder is not None and heading.level <= self._holder:
            self._holder = None
        if self._holder is not None and not _OF_ITS_OWN.match(text):
            asks = heading.level >= _STEP_LEVEL and is_step(text)
            return Place("step" if asks else "part", text)
        if _PHASE.match(text) or _NUMBERED.match(text):
            self._holder = heading.level
            self.has_named_phases = True
        return Place("phase", text)


def is_step(text: str) -> bool:
    """Tell whether a heading such as `Step 3: Call the vendor` asks for something by itself."""
    return bool(_STEP.match(text))


def is_contents(items: Sequence[Item], headings: frozenset[str]) -> bool:
    """Tell whether a list only names what comes: a table of contents, or the phases one by one."""
    names = [_DASH.split(plain_text(item.text), maxsplit=1)[0] for item in items]
    asks = any(item.task or item.children for item in items)
    return not asks and len(names) > 2 and all(slug(name) in headings for name in names)


def names_of(headings: Iterable[Heading]) -> frozenset[str]:
    """Collect what headings are called in a table of contents; numbered ones also without number, and in short."""
    names: set[str] = set()
    for heading in headings:
        text = plain_text(heading.text)
        names.add(slug(text))
        if (bare := without_number(text)) != text:
            words = slug(bare).split("-")
            names.update("-".join(words[:count]) for count in (1, 2, 3, len(words)))
    return frozenset(names)
