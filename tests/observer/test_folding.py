"""Noise is one line, nothing is kept for ever, and what the log has is offered no more."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from support.shop import NOW

from cockpit.incident.entry import Draft, Entry
from cockpit.observer.folding import MOST, Candidates
from cockpit.observer.observation import Kind, Observation, Weight
from cockpit.observer.promotion import promotion

MINUTE = timedelta(minutes=1)


def restart(nth: int, *, minutes: float = 0, subject: str = "pod shop/api-7f9-x2") -> Observation:
    name = subject.rpartition("/")[2]
    return Observation(NOW + minutes * MINUTE, Kind.RESTART, subject, name, "restarted (exit 1)", f"restart {nth}")


def flip(state: str, *, minutes: float = 0) -> Observation:
    at = NOW + minutes * MINUTE
    return Observation(at, Kind.HEALTH, "target web", "web", state, state)


def written(draft: Draft, sequence: int = 1) -> Entry:
    at = draft.occurred_at or NOW
    return Entry(sequence, NOW, at, draft.kind, draft.actor, draft.source, draft.text, draft.data, "", "")


@pytest.fixture
def candidates() -> Candidates:
    return Candidates()


def texts(candidates: Candidates) -> list[str]:
    return [candidate.text for candidate in candidates.in_order()]


def test_one_observation_says_what_happened(candidates: Candidates) -> None:
    candidates.add([restart(1)], NOW)
    assert texts(candidates) == ["api-7f9-x2: restarted (exit 1)"]


def test_the_same_again_and_again_is_one_line_with_how_often_and_in_how_long(candidates: Candidates) -> None:
    for nth in range(14):
        candidates.add([restart(nth, minutes=nth * 6 / 13)], NOW + 6 * MINUTE)
    assert texts(candidates) == ["api-7f9-x2: 14 restarts in 6 min, last: restarted (exit 1)"]
    assert [candidate.since for candidate in candidates.in_order()] == [NOW]


def test_several_at_one_look_count_as_several(candidates: Candidates) -> None:
    candidates.add([replace(restart(3), count=3)], NOW)
    assert texts(candidates) == ["api-7f9-x2: 3 restarts, last: restarted (exit 1)"]


def test_after_a_while_of_quiet_it_is_another(candidates: Candidates) -> None:
    candidates.add([restart(1), restart(2, minutes=4), restart(3, minutes=10)], NOW + 10 * MINUTE)
    assert [candidate.count for candidate in candidates.in_order()] == [2, 1]


def test_what_happens_to_others_is_told_apart(candidates: Candidates) -> None:
    candidates.add([restart(1), restart(1, subject="pod shop/api-7f9-y3"), flip("unhealthy")], NOW)
    assert len(candidates) == 3


def test_rollouts_are_told_one_by_one(candidates: Candidates) -> None:
    first = Observation(NOW, Kind.ROLLOUT, "deployment shop/api", "api", "revision 12: 1.4 → 1.5", "template 4")
    back = Observation(NOW + MINUTE, Kind.ROLLOUT, "deployment shop/api", "api", "revision 13: 1.5 → 1.4", "template 5")
    candidates.add([first, back], NOW + MINUTE)
    assert texts(candidates) == ["api: revision 12: 1.4 → 1.5", "api: revision 13: 1.5 → 1.4"]


def test_what_is_an_hour_old_is_forgotten(candidates: Candidates) -> None:
    candidates.add([restart(1), flip("unhealthy", minutes=30)], NOW)
    assert candidates.add([], NOW + 61 * MINUTE)
    assert texts(candidates) == ["web: unhealthy"]
    assert not candidates.add([], NOW + 62 * MINUTE)


def test_of_too_many_the_lightest_go_first_and_then_the_oldest(candidates: Candidates) -> None:
    light = replace(restart(1, minutes=9, subject="pod shop/light"), weight=Weight.MINOR)
    grave = replace(restart(1, subject="pod shop/grave"), weight=Weight.GRAVE)
    many = [restart(1, minutes=nth / 100, subject=f"pod shop/api-{nth}") for nth in range(MOST)]
    candidates.add([light, grave, *many], NOW + 9 * MINUTE)
    assert len(candidates) == MOST
    names = {candidate.last.name for candidate in candidates.in_order()}
    assert names & {"light", "grave", "api-0", "api-1"} == {"grave", "api-1"}


def test_what_grows_keeps_its_id(candidates: Candidates) -> None:
    candidates.add([restart(1)], NOW)
    (before,) = candidates.in_order()
    candidates.add([restart(2, minutes=1)], NOW)
    found = candidates.find(before.id)
    assert found is not None
    assert found.count == 2


def test_what_the_log_has_is_offered_no_more_in_any_cockpit(candidates: Candidates) -> None:
    other = Candidates()
    candidates.add([restart(1), restart(2, minutes=1)], NOW)
    other.add([restart(2, minutes=1)], NOW)  # it was started later
    entry = written(promotion(candidates.in_order()[0], "ana"))
    assert candidates.settle([entry])
    assert other.settle([entry])
    assert (len(candidates), len(other)) == (0, 0)
    other.add([restart(1)], NOW)  # it looks later
    assert len(other) == 0


def test_what_two_cockpits_see_some_seconds_apart_is_the_same(candidates: Candidates) -> None:
    other = Candidates()
    candidates.add([flip("unhealthy")], NOW)
    other.add([flip("unhealthy", minutes=0.3)], NOW)
    other.settle([written(promotion(candidates.in_order()[0], "ana"))])
    assert texts(other) == []


def test_what_happens_after_it_was_taken_is_offered_again(candidates: Candidates) -> None:
    candidates.add([flip("unhealthy")], NOW)
    candidates.settle([written(promotion(candidates.in_order()[0], "ana"))])
    candidates.add([flip("healthy", minutes=0.3), flip("unhealthy", minutes=4)], NOW)
    assert texts(candidates) == ["web: 2 changes of health in 4 min, last: unhealthy"]
    candidates.add([restart(1)], NOW)
    assert len(candidates) == 2


def test_entries_are_looked_at_once(candidates: Candidates) -> None:
    candidates.add([flip("unhealthy")], NOW)
    entry = written(promotion(candidates.in_order()[0], "ana"))
    assert candidates.settle([entry])
    assert not candidates.settle([entry])


def test_text_from_outside_is_made_harmless(candidates: Candidates) -> None:
    candidates.add([replace(flip("un\x1b[31mhealthy"), name="w\x07eb")], NOW)
    assert texts(candidates)[0].isprintable()
