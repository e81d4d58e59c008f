"""In a shared tmux it is known who may be typing, and said how; it is never guessed who does."""

from cockpit.incident.entry import EntryKind
from cockpit.incident.who import Who
from cockpit.observer.attendance import Attendance

ROOT = Who("root", "login uid 0")
ANA, BOB = Who("ana", "tmux client on /dev/pts/1"), Who("bob", "tmux client on /dev/pts/4")
BOTH = (ANA, BOB)


def attended(*clients: Who) -> Attendance:
    attendance = Attendance(ROOT)
    attendance.attached(clients)
    return attendance


def test_several_are_written_down_once_and_again_when_they_change() -> None:
    attendance = attended(*BOTH)
    draft = attendance.news()
    assert draft is not None
    assert (draft.kind, draft.text) == (EntryKind.NOTE, "attached to this tmux: ana, bob")
    assert draft.data == {"clients": "ana (tmux client on /dev/pts/1); bob (tmux client on /dev/pts/4)"}
    assert attendance.news() is None
    attendance.attached([ANA])
    draft = attendance.news()
    assert draft is not None
    assert draft.text == "attached to this tmux: ana"


def test_who_is_alone_and_logged_in_is_no_news() -> None:
    assert attended(Who("root", "tmux client on /dev/pts/1")).news() is None
    assert attended().news() is None
    assert attended(ANA).news() is not None


def test_while_several_are_attached_the_name_stays_and_it_says_how_little_is_known() -> None:
    attendance = attended(*BOTH)
    assert attendance.actor == "root"
    assert attendance.known == (
        "login uid 0; attached to this tmux: ana (tmux client on /dev/pts/1); bob (tmux client on /dev/pts/4)"
    )


def test_a_driver_who_was_named_is_written_for_from_then_on() -> None:
    attendance = attended(*BOTH)
    draft = attendance.name_driver("ana")
    assert (draft.kind, draft.actor, draft.text) == (EntryKind.ROLE, "root", "ana types now")
    assert draft.data == {"role": "driver", "person": "ana"}
    assert attendance.actor == "ana, via root"
    assert "ana was named" in attendance.known
    assert attendance.name_driver("bob").actor == "ana, via root"
    attendance.name_driver("root")
    assert attendance.actor == "root"


def test_a_driver_who_leaves_drives_no_more_but_one_who_was_never_attached_does() -> None:
    attendance = attended(*BOTH)
    attendance.name_driver("ana")
    attendance.attached([BOB])
    assert attendance.actor == "root"
    attendance.name_driver("carol, on the phone")
    attendance.attached([])
    assert attendance.actor == "carol, on the phone, via root"
