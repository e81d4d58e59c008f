"""Whether the server that answers is still the one that answered before."""

from datetime import timedelta

import msgspec
from support.postgres_look import NOON

from cockpit.sources.postgres.activity import Pulse
from cockpit.sources.postgres.server_changes import Identity, ServerChanges

PRIMARY = Pulse(NOON, in_recovery=False, processes_since=NOON)
STANDBY = Pulse(NOON, in_recovery=True, processes_since=NOON)
LATER = NOON + timedelta(hours=1)


def after(*pulses: Pulse) -> tuple[ServerChanges, bool]:
    changes = ServerChanges()
    other = [changes.beat(pulse, LATER) for pulse in pulses]
    return changes, other[-1]


def test_a_server_that_goes_on_has_no_news() -> None:
    changes, other = after(PRIMARY, PRIMARY)
    assert (changes.restarts, changes.promoted_at, other) == ((), None, False)


def test_a_restart_is_noticed_and_its_counters_go_on() -> None:
    changes, other = after(PRIMARY, Pulse(LATER, in_recovery=False, processes_since=LATER), PRIMARY)
    assert changes.restarts == (LATER,)
    changes, other = after(PRIMARY, Pulse(LATER, in_recovery=False, processes_since=LATER))
    assert (changes.promoted_at, other) == (None, False)


def test_a_crash_of_one_process_restarts_all_but_the_first() -> None:
    changes, _ = after(PRIMARY, msgspec.structs.replace(PRIMARY, processes_since=LATER))
    assert changes.restarts == (LATER,)


def test_a_role_that_does_not_see_the_processes_knows_of_no_crash() -> None:
    changes, _ = after(PRIMARY, msgspec.structs.replace(PRIMARY, processes_since=None), PRIMARY)
    assert changes.restarts == ()


def test_a_promotion_is_noticed_and_is_no_restart() -> None:
    changes, other = after(STANDBY, PRIMARY)
    assert (changes.promoted_at, changes.restarts, other) == (LATER, (), False)


def test_a_server_that_was_started_earlier_is_another_one() -> None:
    changes, other = after(PRIMARY, msgspec.structs.replace(PRIMARY, started_at=NOON - timedelta(days=9)))
    assert (changes.promoted_at, changes.restarts, other) == (LATER, (), True)


def test_a_server_with_another_history_is_another_one_whenever_it_was_started() -> None:
    changes = ServerChanges()
    assert not changes.meet(Identity(7, "00000001"), NOON)
    changes.beat(PRIMARY, NOON)
    assert not changes.meet(Identity(7, "00000001"), NOON)
    assert changes.meet(Identity(7, "00000002"), LATER)
    changes.beat(Pulse(LATER, in_recovery=False), LATER)
    assert (changes.promoted_at, changes.restarts) == (LATER, ())
    assert changes.meet(Identity(8, "00000002"), LATER)


def test_what_a_server_does_not_tell_is_no_difference() -> None:
    changes = ServerChanges()
    changes.meet(Identity(7, "00000001"), NOON)
    assert not changes.meet(Identity(), LATER)
    assert changes.promoted_at is None
