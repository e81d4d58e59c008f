"""What the pages of the web are drawn from."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any, NamedTuple

from cockpit.diagnosis.policy import Policy
from cockpit.reading import Reading, State
from cockpit.sources.web.model import AlertmanagerLook, HealthLook, PrometheusLook, StatusLook
from cockpit.ui.paged.trust import is_old
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.rows import Cell, Row


class WebView(NamedTuple):
    """All readings of the web by name, at the moment at which they are drawn."""

    health: Mapping[str, Reading[HealthLook]]
    prometheus: Mapping[str, Reading[PrometheusLook]]
    alertmanagers: Mapping[str, Reading[AlertmanagerLook]]
    status: Mapping[str, Reading[StatusLook]]
    now: datetime
    zone: tzinfo
    policy: Policy = Policy()

    def old(self, reading: Reading[Any]) -> bool:
        """Tell whether what a reading says may have changed since: its rows are drawn dim."""
        return is_old(reading, self.now)

    def moment_of(self, reading: Reading[Any]) -> datetime:
        """Give the moment as of which a reading is drawn: what lasted when it was taken may be over by now."""
        return reading.taken_at if self.old(reading) and reading.taken_at is not None else self.now


def unread(key: str, name: str, reading: Reading[Any], view: WebView, cells: int) -> Row:
    """Make the row of something of which nothing is known: sign, name and why, in a row of so many cells."""
    loading = reading.state(view.now) is State.LOADING
    tone: Tone = "changing" if loading else "wrong"
    why = "asking …" if loading else trouble_words(reading)
    sign = "○" if loading else "●"
    return Row(key, (Cell(sign, tone), Cell(name, "strong"), Cell(why, tone), *[Cell("")] * (cells - 3)))


def trouble_words(reading: Reading[Any]) -> str:
    """Say why something cannot be read."""
    return f"{reading.trouble.kind.value}: {reading.trouble.message}" if reading.trouble is not None else "not known"
