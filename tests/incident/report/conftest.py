"""An incident with entries of every kind."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from support.incident_story import tell

from cockpit.incident.file import IncidentFile


@pytest.fixture
def told(incident: IncidentFile, wait: Callable[[timedelta], None], monkeypatch: pytest.MonkeyPatch) -> IncidentFile:
    """The whole story; the names of its evidence are the same each time."""
    monkeypatch.setattr("cockpit.incident.evidence.secrets.token_bytes", bytes)
    tell(incident, wait)
    return incident
