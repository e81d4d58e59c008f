"""Who is typing is known, or left out; it is never guessed."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cockpit.incident.who import Who, name_of, tmux_clients, who

NAMES = {0: "root", 1000: "ana"}
SSH = {"SSH_CONNECTION": "192.0.2.7 50022 192.0.2.1 22"}
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
KEY_NAME = "SHA256:ZkAslGjFiUHdGf/WUL8rQvkib4PTvQatUV0OUQSncCA"
"""As `ssh-keygen -l` prints it."""
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


def attached(*clients: str) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Stand in for a tmux with these clients."""

    def run(command: list[str], **options: Any) -> "subprocess.CompletedProcess[str]":
        assert command[:4] == ["tmux", "list-clients", "-t", "%3"]
        assert options["timeout"] <= 2
        return subprocess.CompletedProcess(command, 0, stdout="".join(f"{client}\n" for client in clients), stderr="")

    return run


def process(proc: Path, pid: int, *, login: str = "4294967295", environ: str = "") -> None:
    """Make what the kernel tells of a process."""
    (proc / str(pid)).mkdir()
    (proc / str(pid) / "loginuid").write_text(login)
    (proc / str(pid) / "environ").write_bytes(environ.replace(" ", "\0").encode())


def test_everybody_attached_to_the_tmux_session_is_listed_by_their_login(tmp_path: Path) -> None:
    process(tmp_path, 10, login="1000", environ="TERM=xterm SSH_CONNECTION=192.0.2.7")
    run = attached("/dev/pts/1\t10\troot", "/dev/pts/4\t11\tbob")
    assert tmux_clients(TMUX, run=run, proc=tmp_path, name_of=NAMES.__getitem__) == (
        Who("ana", "tmux client on /dev/pts/1, login uid 1000, SSH from 192.0.2.7"),
        Who("bob", "tmux client on /dev/pts/4"),
    )


def test_where_tmux_does_not_tell_the_user_the_terminal_does(tmp_path: Path) -> None:
    clients = tmux_clients(
        TMUX, run=attached("/dev/pts/4\t11\t"), proc=tmp_path, owner={"/dev/pts/4": "bob"}.__getitem__
    )
    assert clients == (Who("bob", "tmux client on /dev/pts/4"),)


@pytest.mark.parametrize(
    "failure",
    [FileNotFoundError("tmux"), subprocess.TimeoutExpired("tmux", 2), subprocess.CalledProcessError(1, "tmux")],
)
def test_when_tmux_does_not_answer_nobody_knows(failure: Exception) -> None:
    def run(*_: Any, **__: Any) -> "subprocess.CompletedProcess[str]":
        raise failure

    assert tmux_clients(TMUX, run=run) is None


def test_outside_tmux_nobody_is_asked() -> None:
    def run(*_: Any, **__: Any) -> "subprocess.CompletedProcess[str]":
        pytest.fail("there is no tmux to ask")

    assert tmux_clients({}, run=run) == ()


def test_the_key_of_a_login_is_named_as_ssh_names_it(tmp_path: Path) -> None:
    told = tmp_path / "auth"
    told.write_text(f"publickey {KEY}\n")
    environ = {"SSH_USER_AUTH": str(told)}
    assert (
        who(environ, loginuid=tmp_path / "none", uid=0, name_of=NAMES.__getitem__).how == f"uid 0, SSH key {KEY_NAME}"
    )


@pytest.mark.parametrize("text", ["password\n", "publickey ssh-ed25519 not-base64\n", "publickey\n", ""])
def test_a_login_without_a_key_that_can_be_read_names_none(tmp_path: Path, text: str) -> None:
    told = tmp_path / "auth"
    told.write_text(text)
    assert who({"SSH_USER_AUTH": str(told)}, loginuid=tmp_path / "none", uid=0).how == "uid 0"
