"""Who is typing is known, or left out; it is never guessed."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from cockpit.incident.who import Who, name_of, tmux_clients, who

NAMES = {0: "root", 1000: "ana"}
SSH = {"SSH_CONNECTION": "192.0.2.7 50022 192.0.2.1 22"}
TMUX = {"TMUX": "/run/tmux,1,0", "TMUX_PANE": "%3"}


@pytest.mark.parametrize(
    ("loginuid", "environ", "known"),
    [
        ("1000", {}, Who("ana", "login uid 1000")),
        ("1000", {"SUDO_USER": "bob"}, Who("ana", "login uid 1000")),  # the kernel knows better than sudo
        ("4294967295", {"SUDO_USER": "bob"}, Who("bob", "SUDO_USER")),
        ("4294967295", {}, Who("root", "uid 0")),
        ("garbage", {}, Who("root", "uid 0")),
        (None, {}, Who("root", "uid 0")),
        ("1000", SSH, Who("ana", "login uid 1000, SSH from 192.0.2.7")),
        ("1000", SSH | TMUX, Who("ana", "login uid 1000")),  # the address may be that of an earlier login
    ],
)
def test_the_best_evidence_counts(tmp_path: Path, loginuid: str | None, environ: dict[str, str], known: Who) -> None:
    path = tmp_path / "loginuid"
    if loginuid is not None:
        path.write_text(loginuid)
    assert who(environ, loginuid=path, uid=0, name_of=NAMES.__getitem__) == known


def test_a_uid_without_an_account_names_itself() -> None:
    assert name_of(0) == "root"
    assert name_of(3_999_999_999) == "uid 3999999999"


def test_everybody_attached_to_the_tmux_session_is_listed() -> None:
    asked: list[list[str]] = []

    def run(command: list[str], **options: Any) -> "subprocess.CompletedProcess[str]":
        asked.append(command)
        assert options["timeout"] <= 2
        return subprocess.CompletedProcess(command, 0, stdout="/dev/pts/1\n/dev/pts/4\n", stderr="")

    owners = {"/dev/pts/1": "ana", "/dev/pts/4": "bob"}
    clients = tmux_clients(TMUX, run=run, owner=owners.__getitem__)
    assert clients == (Who("ana", "tmux client on /dev/pts/1"), Who("bob", "tmux client on /dev/pts/4"))
    assert asked == [["tmux", "list-clients", "-t", "%3", "-F", "#{client_tty}"]]


@pytest.mark.parametrize(
    "failure",
    [FileNotFoundError("tmux"), subprocess.TimeoutExpired("tmux", 2), subprocess.CalledProcessError(1, "tmux")],
)
def test_nobody_is_listed_when_tmux_does_not_answer(failure: Exception) -> None:
    def run(*_: Any, **__: Any) -> "subprocess.CompletedProcess[str]":
        raise failure

    assert tmux_clients(TMUX, run=run) == ()


def test_outside_tmux_nobody_is_asked() -> None:
    def run(*_: Any, **__: Any) -> "subprocess.CompletedProcess[str]":
        pytest.fail("there is no tmux to ask")

    assert tmux_clients({}, run=run) == ()
