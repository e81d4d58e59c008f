"""How the clock of this machine is judged."""

import socket
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from support.api_server import ScriptedServer

from cockpit.clock import utc_now
from cockpit.doctor import clock
from cockpit.doctor.clock import clock_probe
from cockpit.doctor.result import Result, Verdict


def judged(server: str, wrong_by: timedelta = timedelta()) -> Result:
    def wrong_clock() -> datetime:
        return utc_now() + wrong_by

    (result,) = clock_probe(server, wrong_clock)()
    return result


@pytest.fixture
def nobody() -> str:
    """An address at which nothing listens."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{closed.getsockname()[1]}"


@pytest.mark.parametrize(
    ("seconds", "verdict"), [(0, Verdict.OK), (10, Verdict.WARNING), (-10, Verdict.WARNING), (120, Verdict.BROKEN)]
)
def test_the_clock_is_held_against_the_servers(server: ScriptedServer, seconds: int, verdict: Verdict) -> None:
    result = judged(server.url, timedelta(seconds=seconds))
    assert result.verdict is verdict
    if seconds:
        assert result.remedy == "timedatectl set-ntp true"


def test_no_credentials_are_sent_for_it(server: ScriptedServer) -> None:
    judged(server.url)
    assert "Authorization" not in server.asked[-1].headers


@pytest.mark.parametrize(("answer", "verdict"), [("yes", Verdict.OK), ("no", Verdict.WARNING), ("?", Verdict.WARNING)])
def test_without_a_server_this_machine_is_asked(
    nobody: str, program: Callable[[str, str], None], answer: str, verdict: Verdict
) -> None:
    program("timedatectl", f"echo '{answer}'")
    assert judged(nobody).verdict is verdict


def test_a_machine_that_does_not_say_in_time_is_not_waited_for(
    nobody: str, program: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "_TIME_OUT", 0.2)
    program("timedatectl", "exec /bin/sleep 5")
    assert "nothing here tells" in judged(nobody).message
