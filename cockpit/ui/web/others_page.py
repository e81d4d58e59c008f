"""The status pages of those we depend on: what they say of themselves, their parts, and their incidents."""

from collections.abc import Iterator
from typing import Final

from cockpit.reading import Reading
from cockpit.sources.web.model import StatusIncident, StatusLook
from cockpit.ui.paged.facts import fact, facts, heading, moment, stamp
from cockpit.ui.paged.page import SIGN, Choices, Detail, Page, accepts, badness, nothing_matches, sign
from cockpit.ui.tones import Tone
from cockpit.ui.web.web_view import WebView, trouble_words, unread
from cockpit.ui.widgets.format import age
from cockpit.ui.widgets.rows import Cell, Column, Row
from cockpit.ui.widgets.text_view import TextLine

_INDICATED: Final[dict[str, Tone]] = {
    "none": "well",
    "minor": "doubtful",
    "major": "wrong",
    "critical": "wrong",
    "maintenance": "changing",
}
_COMPONENTS: Final[dict[str, Tone]] = {
    "operational": "well",
    "degraded_performance": "doubtful",
    "partial_outage": "doubtful",
    "major_outage": "wrong",
    "under_maintenance": "changing",
}
COLUMNS: Final = (
    SIGN,
    Column("name", "WHO", 18, grows=True),
    Column("state", "STATE", 22),
    Column("since", "SINCE", 14, importance=2),
    Column("age", "FOR", 5, right=True, importance=1),
    Column("told", "WHAT THEY SAY", 20, grows=True),
)


def draw(view: WebView, choices: Choices) -> Page:
    """List the pages, the worst first, each with its parts and incidents below it."""
    names = sorted(view.status, key=lambda name: (badness(tone_of(view.status[name])), name), reverse=choices.reverse)
    wanted = [name for name in names if accepts(choices, lambda: _words(name, view.status[name]))]  # noqa: B023
    bad = sum(tone_of(reading) in ("wrong", "doubtful") for reading in view.status.values())
    return Page(
        COLUMNS,
        [row for name in wanted for row in _rows(name, view.status[name], view)],
        f"{bad} of {len(view.status)} in trouble",
        (),
        nothing_matches(choices, len(names), "no status page: [web.status.NAME] with url in cockpit.toml"),
    )


def tone_of(reading: Reading[StatusLook]) -> Tone:
    """Judge a page; that we cannot read it does not say that they are down."""
    if reading.data is None:
        return "dim" if reading.trouble is not None else "changing"
    return _INDICATED.get(reading.data.indicator, "doubtful")


def detail(view: WebView, key: str) -> Detail | None:
    """Tell all that a page says."""
    name = key.partition("/")[0]
    reading = view.status.get(name)
    if reading is None:
        return None
    if reading.data is None:
        return Detail(name, fact("not read", trouble_words(reading), "doubtful"))
    look = reading.data
    lines: list[TextLine] = [*fact("state", look.description or look.indicator, tone_of(reading))]
    lines += facts((("page", look.url), ("they wrote last", moment(look.updated_at, view.now, view.zone))))
    lines += heading("parts")
    for part in look.components:
        lines += fact(part.name, words(part.status), _COMPONENTS.get(part.status, "doubtful"))
    for title, incidents in (("incidents", look.incidents), ("maintenance", look.maintenances)):
        lines += heading(title) if incidents else []
        lines += [line for incident in incidents for line in _incident_lines(incident, view)]
    return Detail(look.name or name, lines)


def words(status: str) -> str:
    """Write a status of a page with spaces."""
    return status.replace("_", " ")


def _words(name: str, reading: Reading[StatusLook]) -> str:
    look = reading.data
    if look is None:
        return name
    parts = " ".join(part.name for part in look.components)
    return f"{name} {look.name} {look.description} {parts} {' '.join(each.name for each in look.incidents)}"


def _rows(name: str, reading: Reading[StatusLook], view: WebView) -> Iterator[Row]:
    look = reading.data
    if look is None:
        yield unread(name, name, reading, view, len(COLUMNS))
        return
    tone, faint = tone_of(reading), view.old(reading)
    shown = tone if tone != "well" else ""
    said = "" if look.indicator == "none" else words(look.indicator)
    cells = (sign(tone), Cell(look.name or name, "strong"), Cell(said or "operational", shown))
    yield Row(name, (*cells, Cell(""), Cell(""), Cell(look.description, "" if shown else "dim")), faint=faint)
    for part in look.components:
        judged = _COMPONENTS.get(part.status, "doubtful")
        cells = (sign(judged), Cell(f"  {part.name}"), Cell(words(part.status), "" if judged == "well" else judged))
        yield Row(f"{name}/part {part.name}", (*cells, Cell(""), Cell(""), Cell("")), faint=faint)
    for incident in (*look.incidents, *look.maintenances):
        yield _incident(name, incident, reading, view)


def _incident(name: str, incident: StatusIncident, reading: Reading[StatusLook], view: WebView) -> Row:
    tone = _INDICATED.get(incident.impact, "doubtful")
    cells = (
        sign("doubtful" if tone == "well" else tone),
        Cell(f"  {incident.name}"),
        Cell(words(incident.status), tone),
        Cell(stamp(incident.started_at, view.now, view.zone) if incident.started_at else "", "dim"),
        Cell(age(incident.started_at, view.now)),
        Cell(incident.newest),
    )
    return Row(f"{name}/incident {incident.name} {incident.started_at}", cells, faint=view.old(reading))


def _incident_lines(incident: StatusIncident, view: WebView) -> Iterator[TextLine]:
    yield from fact(words(incident.status), incident.name, _INDICATED.get(incident.impact, "doubtful"))
    yield from facts(
        (
            ("impact", incident.impact),
            ("since", moment(incident.started_at, view.now, view.zone)),
            ("they wrote last", moment(incident.updated_at, view.now, view.zone)),
            ("", incident.newest),
            ("page", incident.url),
        )
    )
