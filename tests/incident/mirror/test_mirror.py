"""Two hosts share an incident through a PostgreSQL that comes and goes."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from statistics import median

import psycopg
import pytest
from support.mirror import Host, Running, frozen

from cockpit.clock import Clock, utc_now
from cockpit.gameday.postgres.server import PostgresServer
from cockpit.incident.entry import Draft, EntryKind
from cockpit.incident.file import IncidentFile
from cockpit.incident.mirror.mirror import Mirror
from cockpit.incident.mirror.patience import Patience
from cockpit.incident.mirror.standing import Standing, told

WRITERS, EACH = 2, 50
"""Writers on each of the two hosts, and how many notes each of them writes."""


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server that these tests stop and freeze."""
    with PostgresServer() as server:
        yield server


Start = Callable[..., Running]


def write(host: Host, name: str) -> None:
    """Write notes as a cockpit would."""
    with closing(IncidentFile.open(host.path, clock=utc_now)) as file:
        for index in range(EACH):
            file.append(Draft(EntryKind.NOTE, f"{name} {index}", name))


def is_shared(last: int) -> Callable[[Standing], bool]:
    return lambda standing: (standing.shared, standing.waiting, standing.lost_since) == (last, 0, None)


def test_news_come_by_themselves_both_ways(home: Host, other: Host, running: Start) -> None:
    here, there = running(home), running(other)
    home.note("looking at the db")
    there.wait_until(is_shared(3), "note of the home")
    other.note("it is the network")
    here.wait_until(is_shared(4), "note of the other host")
    there.wait_until(is_shared(4), "own note")
    assert other.texts() == ["api is down", "looking at the db", "it is the network"]


def test_who_is_here_is_told(home: Host, other: Host, running: Start) -> None:
    here = running(home, "ana")
    here.wait_until(lambda standing: standing.present == ("ana on bastion-a",), "ana")
    there = running(other, "ben")
    for each in (here, there):
        each.wait_until(lambda standing: standing.present == ("ana on bastion-a", "ben on bastion-b"), "both")


def test_a_mirror_that_comes_and_goes_loses_and_doubles_nothing(
    home: Host, other: Host, running: Start, server: PostgresServer
) -> None:
    mirrors = [running(home), running(home, "ben"), running(other)]
    writers = [
        threading.Thread(target=write, args=(host, f"{host.name}-{number}"))
        for host in (home, other)
        for number in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    for at_once in (True, False):
        server.stop(at_once=at_once)
        server.start()
    for writer in writers:
        writer.join()
    server.stop()
    server.start()
    for each in mirrors:
        each.mirror.hurry()
    last = 2 + 2 * WRITERS * EACH
    for each in mirrors:
        each.wait_until(is_shared(last), "everything")

    assert other.entries() == home.entries()
    texts = home.texts()
    assert len(texts) == len(set(texts)) == last - 1
    for host in (home, other):
        for number in range(WRITERS):
            own = [text for text in texts if text.startswith(f"{host.name}-{number} ")]
            assert own == [f"{host.name}-{number} {index}" for index in range(EACH)], "in the order of writing"


def test_a_mirror_lost_for_an_hour_is_caught_up(
    home: Host,
    other: Host,
    running: Start,
    server: PostgresServer,
    clock: Clock,
    wait: Callable[[timedelta], None],
) -> None:
    here, there = running(home), running(other)
    there.wait_until(is_shared(2), "first entries")
    here.wait_until(is_shared(2), "first entries")
    lost_at = clock()
    server.stop(at_once=False)
    for each in (here, there):
        standing = each.wait_until(lambda standing: standing.lost_since is not None, "loss")
        assert standing.lost_since == lost_at
        assert told(standing, 2, "14:08")[0] == "not shared since 14:08"
        assert (standing.remedy or "").startswith("pg_isready")

    for minute in range(60):
        wait(timedelta(minutes=1))
        home.note(f"home, minute {minute}")
        other.note(f"other, minute {minute}")
    assert len(other.waiting()) == 60
    assert here.mirror.standing.lost_since == lost_at
    server.start()
    for each in (here, there):
        each.mirror.hurry()
        standing = each.wait_until(is_shared(122), "everything")
        assert told(standing, 122, "") == ("shared",)

    assert other.entries() == home.entries()
    said = [text for text in home.texts() if text.startswith("other")]
    assert said == [f"other, minute {minute}" for minute in range(60)]
    times = [entry.occurred_at for entry in home.entries() if entry.text.startswith("other")]
    assert times[-1] - times[0] == timedelta(minutes=59), "each keeps the time at which it was written"


def seconds_to_write(host: Host, notes: int = 40) -> float:
    durations = []
    with closing(IncidentFile.open(host.path, clock=host.clock)) as file:
        for index in range(notes):
            began = time.perf_counter()
            file.append(Draft(EntryKind.NOTE, f"note {index}", "ana"))
            durations.append(time.perf_counter() - began)
    return median(durations)


def test_nobody_waits_for_a_server_that_stands_still(
    home: Host, other: Host, running: Start, server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Patience.__init__, "__defaults__", (1.0,))
    without = {host.name: seconds_to_write(host) for host in (home, other)}
    here, there = running(home), running(other)
    here.wait_until(is_shared(82), "everything")
    with frozen(server):
        for host in (home, other):
            assert seconds_to_write(host) < 5 * without[host.name] + 0.005
        for each in (here, there):
            each.wait_until(lambda standing: standing.lost_since is not None, "loss")
    for each in (here, there):
        each.mirror.hurry()
        each.wait_until(is_shared(162), "everything")
    assert other.entries() == home.entries()


def test_the_last_entry_is_shared_before_the_program_ends(home: Host, running: Start) -> None:
    here = running(home)
    here.wait_until(is_shared(2), "first entries")
    home.append(Draft(EntryKind.CLOSED, "Incident closed", "ana"))
    here.close()
    with psycopg.connect(home.dsn) as connection:
        row = connection.execute("SELECT kind FROM cockpit.entry ORDER BY sequence DESC LIMIT 1").fetchone()
        assert row == ("closed",)
        assert connection.execute("SELECT count(*) FROM cockpit.presence").fetchone() == (0,)


def test_what_cannot_be_reached_holds_up_neither_start_nor_end(tmp_path: Path, clock: Clock) -> None:
    with closing(IncidentFile.create(tmp_path, clock=clock)) as file:
        file.append(Draft(EntryKind.NOTE, "api is down", "ana"))
    mirror = Mirror("host=192.0.2.1 dbname=none", "ana", clock=clock)  # RFC 5737: nobody is there
    began = time.monotonic()
    mirror.start(file.path)
    mirror.stop()
    mirror.join()
    assert time.monotonic() - began < 2.0
