"""Login programs (exec plugins) that fail, talk or hang, without a byte of theirs on the screen."""

import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import pytest
from support.cluster import Cockpit, write_kubeconfig

from cockpit.gameday.world import World
from cockpit.sources.kubernetes.exec_plugin import ExecPlugin

Open = Callable[..., AbstractAsyncContextManager[Cockpit]]
LogIn = Callable[[str], Path]
API_VERSION = "client.authentication.k8s.io/v1"
CREDENTIAL = json.dumps(
    {"apiVersion": API_VERSION, "kind": "ExecCredential", "status": {"token": "practice-admin-token"}}
)


@pytest.fixture
def log_in_with(tmp_path: Path, world: World) -> LogIn:
    """Write a kubeconfig whose login program is this shell script; a second call replaces the program."""

    def write(script: str) -> Path:
        fresh = tmp_path / "login.new"
        fresh.write_text(f"#!/bin/sh\n{script}\n")
        fresh.chmod(0o755)
        program = fresh.rename(tmp_path / "login")
        user = {"exec": {"apiVersion": API_VERSION, "command": str(program)}}
        return write_kubeconfig(tmp_path / "kubeconfig", world.url, user)

    return write


async def test_a_login_program_that_fails_is_quoted_and_run_again(
    log_in_with: LogIn, cockpit_on: Open, capfd: pytest.CaptureFixture[str]
) -> None:
    kubeconfig = log_in_with("echo 'your session has ended' >&2; exit 1")
    async with cockpit_on(kubeconfig) as cockpit:
        await cockpit.begin_note("log in first")
        await cockpit.pods_fail("login said: your session has ended", str(kubeconfig.parent / "login"))
        assert "pods expired" in cockpit.header
        log_in_with(f"echo '{CREDENTIAL}'")
        await cockpit.pods_are_well()
        await cockpit.finish_note("log in first")
    assert capfd.readouterr() == ("", "")


async def test_an_aws_login_that_has_ended_names_the_login(log_in_with: LogIn, cockpit_on: Open) -> None:
    said = "Error loading SSO Token: Token for shop does not exist"
    async with cockpit_on(log_in_with(f"echo '{said}' >&2; exit 255")) as cockpit:
        await cockpit.pods_fail(said, "aws sso login")


async def test_a_login_program_that_talks_while_it_works_leaves_the_screen_alone(
    log_in_with: LogIn, cockpit_on: Open, capfd: pytest.CaptureFixture[str]
) -> None:
    loud = r"printf '\033[2J\033[31mnew version available' >&2; echo hello > /dev/tty; read answer"
    async with cockpit_on(log_in_with(f"({loud}) || true\necho '{CREDENTIAL}'")) as cockpit:
        await cockpit.pods_are_well()
        assert "new version" not in cockpit.screen()
    assert capfd.readouterr() == ("", "")


async def test_a_login_program_that_hangs_is_ended_with_its_children(
    log_in_with: LogIn, cockpit_on: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("cockpit.sources.kubernetes.credentials.ExecPlugin", partial(ExecPlugin, time_out=0.3))
    kubeconfig = log_in_with(f"sleep 600 & echo $! > {tmp_path}/child; wait")
    async with cockpit_on(kubeconfig) as cockpit:
        await cockpit.begin_note("waiting for the browser")
        await cockpit.pods_fail("login gave no credential within 0.3 s", str(kubeconfig.parent / "login"))
        child = int((tmp_path / "child").read_text())
        log_in_with(f"echo '{CREDENTIAL}'")
        await cockpit.pods_are_well()
        await cockpit.until(lambda: not _is_running(child))
        await cockpit.finish_note("waiting for the browser")


def _is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


async def test_a_login_program_that_is_not_installed(tmp_path: Path, world: World, cockpit_on: Open) -> None:
    user = {
        "exec": {"apiVersion": API_VERSION, "command": "shop-login", "installHint": "see the wiki, page Bastions"},
    }
    async with cockpit_on(write_kubeconfig(tmp_path / "kubeconfig", world.url, user)) as cockpit:
        await cockpit.pods_fail("No such file or directory; see the wiki, page Bastions", "command -v shop-login")
