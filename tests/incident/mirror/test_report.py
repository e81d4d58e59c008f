"""The report of a replica contains what waits for its place."""

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta

import msgspec
import pytest
from support.incident_story import RUNBOOK
from support.mirror import Host

from cockpit.incident import change
from cockpit.incident.correction import amendment
from cockpit.incident.entry import Draft, EntryKind
from cockpit.incident.file import IncidentFile
from cockpit.incident.report.formats import Format, written
from cockpit.incident.report.model import Audience, Report
from cockpit.incident.report.read import read_report

MARK = "written here, not yet in the log of its home"


@pytest.fixture
def down(home: Host, other: Host) -> Host:
    """A host that has joined an incident, and is alone now."""
    home.close()
    other.close()
    return other


def report_of(host: Host, audience: Audience = Audience.INTERNAL) -> Report:
    with closing(IncidentFile.read(host.path, clock=host.clock)) as file:
        return read_report(file, RUNBOOK, host.clock(), audience)


def test_what_waits_is_told_in_its_time_and_marked(down: Host, wait: Callable[[timedelta], None]) -> None:
    wait(timedelta(minutes=1))
    down.note("it is the network")
    report = report_of(down)
    assert [(each.text, each.waits) for each in report.timeline] == [
        ("Incident opened", False),
        ("api is down", False),
        ("it is the network", True),
    ]
    text = written(report, Format.MARKDOWN)
    (row,) = [line for line in text.splitlines() if "it is the network" in line]
    assert row.endswith(f"{MARK} |")
    assert text.count(MARK) == 1


def test_the_integrity_says_how_many_wait(down: Host) -> None:
    down.note("it is the network")
    assert "Not yet in the log of its home: 1 entry waits for its place" in written(report_of(down), Format.MARKDOWN)
    down.note("it is the cache")
    text = written(report_of(down), Format.HTML)
    assert "Entries: 2" in text
    assert "2 entries wait for their places" in text
    assert report_of(down).integrity.last_hash == down.entries()[-1].hash


def test_what_waits_counts_like_any_other_entry(down: Host) -> None:
    down.append(change.severity(None, "SEV1", "ana"))
    down.append(amendment(2, "the api is down", "ana"))
    down.append(Draft(EntryKind.ROLE, "ben leads", "ana", data={"role": "lead", "person": "ben"}))
    report = report_of(down)
    assert report.severity == "SEV1"
    assert report.timeline[1].text == "the api is down"
    assert [each.person for each in report.roles] == ["ben"]


def test_for_customers_what_waits_follows_the_same_rules(down: Host) -> None:
    message: dict[str, str | None] = {"message": "Status page", "channel": "web", "state": "sent", "answer": ""}
    outer, inner = message | {"token": "t1", "audience": "customer"}, message | {"token": "t2", "audience": "internal"}
    told = Draft(EntryKind.MESSAGE, "message sent: Status page\nOrders do not work.", "ana", data=outer)
    down.append(told)
    down.append(msgspec.structs.replace(told, text="x\nfor us alone", data=inner))
    down.note("it is the network")
    text = written(report_of(down, Audience.CUSTOMER), Format.MARKDOWN)
    assert "Orders do not work." in text
    assert "for us alone" not in text
    assert "it is the network" not in text
    assert "3 entries wait for their places" in text


def test_what_has_its_place_is_told_once(home: Host, other: Host) -> None:
    other.note("it is the network")
    for host in (other, home, other):
        host.round()
    text = written(report_of(other), Format.MARKDOWN)
    assert text.count("it is the network") == 1
    assert MARK not in text
