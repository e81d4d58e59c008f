"""The report for customers tells when it was how bad and what they were told, and lets nothing else out."""

from datetime import timedelta

import msgspec
import pytest
from support.incident_story import RUNBOOK, START

from cockpit.incident.entry import Entry, EntryKind
from cockpit.incident.file import IncidentFile
from cockpit.incident.report.compose import compose
from cockpit.incident.report.customer import LEFT_OUT, for_customers
from cockpit.incident.report.formats import Format, written
from cockpit.incident.report.model import Report

NOW = START + timedelta(hours=2)
SECRETS = ("mallory.smith", "db-7.internal.shop.example", "10.20.30.40", "kubectl -n shop")
PLANTED = " ".join(SECRETS)
NAMES = {
    "message",
    "clock",
    "milestone",
    "state",
    "audience",
    "entry",
    "token",
    "incident",
    "step",
    "finding",
    "action",
}
"""Fields that tell entries apart: with something else in them, there would be nothing to leak."""


def for_them(entries: list[Entry]) -> Report:
    return for_customers(compose(entries, RUNBOOK, NOW), RUNBOOK)


def planted(entry: Entry, *, everywhere: bool) -> Entry:
    """Put names, hosts and commands wherever people or programs can write; `everywhere`: also into fields by which
    entries are told apart."""
    spared = {"incident"} if everywhere else NAMES
    data = {name: value if name in spared else PLANTED for name, value in entry.data.items()}
    told = entry.kind is EntryKind.MESSAGE and entry.data.get("audience") == "customer"
    text = f"{PLANTED}\nOrders work again." if told else f"{PLANTED}\n{PLANTED}"
    return msgspec.structs.replace(entry, text=text, actor=PLANTED, data=data)


@pytest.mark.parametrize("everywhere", [False, True])
@pytest.mark.parametrize("wanted", Format)
def test_no_name_no_host_no_address_no_command_gets_out(told: IncidentFile, wanted: Format, everywhere: bool) -> None:
    entries = [planted(entry, everywhere=everywhere) for entry in told.entries()]
    assert "10.20.30.40" in written(compose(entries, RUNBOOK, NOW), wanted) or wanted is Format.GITHUB
    text = written(for_them(entries), wanted)
    assert not [secret for secret in SECRETS if secret in text]


def test_nothing_of_the_story_gets_out_that_is_not_for_them(told: IncidentFile) -> None:
    text = written(for_them(told.entries()), Format.HTML)
    inside = [
        "ana",
        "bob",
        "crash-loop",
        "revision",
        "secret is",
        "database",
        "kubectl",
        "pods.svg",
        "Partners",
        "alarm",
    ]
    assert not [word for word in inside if f" {word}" in text or f">{word}" in text]


def test_they_read_what_they_were_told_and_how_the_status_changed(told: IncidentFile) -> None:
    text = written(for_them(told.entries()), Format.MARKDOWN)
    timeline = text.partition("## Timeline\n\n")[2].partition("\n\n##")[0].splitlines()[2:]
    assert timeline == [
        "| 2026-11-21 23:52:00 | status | investigating |",
        "| 2026-11-22 00:10:00 | status | identified |",
        "| 2026-11-22 00:15:00 | message | A change of ours stopped orders. We took it back. |",
        "| 2026-11-22 00:17:00 | status | monitoring |",
        "| 2026-11-22 01:05:00 | status | resolved |",
        "| 2026-11-22 01:06:00 | message | Orders work again. |",
    ]


def test_their_times_count_the_messages_for_them_alone(told: IncidentFile) -> None:
    times = {each.name: each for each in for_them(told.entries()).measures}
    assert times["time to first update"].value == timedelta(minutes=25)
    assert all(each.target is None and each.met is None for each in times.values())


def test_a_draft_for_them_is_not_shown(told: IncidentFile) -> None:
    drafted = [
        msgspec.structs.replace(entry, data={**entry.data, "state": "drafted"})
        if entry.kind is EntryKind.MESSAGE
        else entry
        for entry in told.entries()
    ]
    assert for_them(drafted).messages == ()


def test_it_says_what_is_left_out(told: IncidentFile) -> None:
    assert f"Left out are: {LEFT_OUT}." in written(for_them(told.entries()), Format.MARKDOWN)
