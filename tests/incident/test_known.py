"""What people hold for the cause, and what comes of it."""

from datetime import timedelta

from cockpit.incident import known
from cockpit.incident.file import IncidentFile
from cockpit.incident.state import state_of


def test_a_hypothesis_keeps_its_words_whatever_comes_of_it(incident: IncidentFile) -> None:
    incident.append(known.hypothesis("the new index", "ana"))
    incident.append(known.hypothesis("the pool", "bob"))
    (index, _) = known.hypotheses(incident.entries())
    incident.append(known.judged(index, known.RULED_OUT, "it is used", "ana"))
    held = known.hypotheses(incident.entries())
    assert [(each.text, each.state) for each in held] == [("the new index", "ruled out"), ("the pool", "open")]


def test_a_milestone_has_its_own_time_and_the_last_word_holds(incident: IncidentFile) -> None:
    first = incident.append(known.hypothesis("the pool", "bob")).recorded_at
    incident.append(known.milestone("impact started", first - timedelta(minutes=9), "ana"))
    incident.append(known.milestone("impact started", first - timedelta(minutes=5), "ana"))
    assert state_of(incident.entries()).milestones == {"impact started": first - timedelta(minutes=5)}
