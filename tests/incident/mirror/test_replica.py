"""A replica as the cockpits and commands of its host use it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from support.mirror import Host

from cockpit.incident.entry import Draft, EntryKind
from cockpit.incident.file import IncidentFile
from cockpit.incident.log import IncidentLog
from cockpit.incident.mirror.standing import Standing, told
from cockpit.runbooks.load import load_runbook
from cockpit.ui.incident.incident_desk import IncidentDesk


@pytest.fixture
def down(home: Host, other: Host) -> Host:
    """A host that has joined an incident, and is alone now."""
    home.close()
    other.close()
    return other


def test_a_draft_is_durable_before_it_is_told_as_saved(down: Host) -> None:
    file = IncidentFile.open(down.path, clock=down.clock)
    file.append(Draft(EntryKind.NOTE, "it is the network", "ana"))
    assert down.waiting() == ["it is the network"], "another connection sees it"
    file.close()


def test_the_same_draft_is_kept_once(down: Host) -> None:
    down.note("it is the network", key="once")
    down.note("it is the network", key="once")
    assert down.waiting() == ["it is the network"]


async def test_the_log_of_a_cockpit_tells_what_is_on_its_way_and_what_has_come(home: Host, other: Host) -> None:
    log = IncidentLog(other.directory, clock=other.clock, resume=other.path)
    await log.check()
    await log.append(Draft(EntryKind.NOTE, "it is the network", "ana"))
    assert [entry.text for entry in log.outgoing] == ["it is the network"]
    for host in (other, home, other):
        host.round()
    await log.append(Draft(EntryKind.NOTE, "then mend it", "ana"))
    assert [entry.text for entry in log.entries][1:] == ["api is down", "it is the network"]
    assert [entry.text for entry in log.outgoing] == ["then mend it"]
    assert log.trouble is None
    await log.aclose()


async def test_what_is_decided_on_a_host_holds_there_at_once(down: Host) -> None:
    runbook, said = load_runbook(None), list[str]()
    log = IncidentLog(down.directory, clock=down.clock, resume=down.path)
    desk = IncidentDesk(log, runbook, "ana", down.clock, lambda text, _: said.append(text))
    await desk.check()
    await desk.set_severity(runbook.severities[1])
    assert desk.state.severity == runbook.severities[1].name
    assert said == [f"saved here, not yet shared: severity {runbook.severities[1].name}"]
    await desk.aclose()


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        (Standing(shared=5), "shared"),
        (Standing(shared=4), "being shared"),
        (Standing(home="bastion-a", shared=5, waiting=2), "2 not yet at bastion-a"),
        (Standing(home="bastion-a", shared=5, trouble="this role may only read"), "shared"),
    ],
)
def test_how_it_stands_is_told_in_a_few_words(standing: Standing, words: str) -> None:
    assert told(standing, 5, "")[0] == words


def test_it_keeps_the_time_at_which_it_was_written(home: Host, other: Host, wait: Callable[[timedelta], None]) -> None:
    written_at = other.note("it is the network").occurred_at
    wait(timedelta(hours=1))
    for host in (other, home):
        host.round()
    entry = home.entries()[-1]
    assert (entry.occurred_at, entry.recorded_at - written_at) == (written_at, timedelta(hours=1))


def test_a_command_says_that_there_is_no_number_yet(down: Host, capsys: pytest.CaptureFixture[str]) -> None:
    from cockpit.cli import run

    assert run(["log", "add", str(down.path), "it is the network"]) == 0
    assert capsys.readouterr().out == "saved here; it gets its number from another host\n"
    assert down.waiting() == ["it is the network"]
    assert run(["log", "show", str(down.path)]) == 0
    shown = capsys.readouterr()
    assert len(shown.out.splitlines()) == 2
    assert "written here, not yet in the log of its home" in shown.err
    assert "it is the network" in shown.err
