"""Shells, and ports of the cluster on this machine, with a kubectl that does what the test wants."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from support.flight import Flight
from support.practice import pods_of
from textual.app import App, SuspendNotSupported

from cockpit.ui.actions.forwards_dialog import ForwardsDialog
from cockpit.ui.widgets.picker import Picker
from cockpit.ui.widgets.question import Question

from .conftest import Practise, go_to

Kubectl = Callable[[str], Path]
OPENS = "echo 'Forwarding from 127.0.0.1:40123 -> 8080'; exec sleep 60"


@pytest.fixture
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the screen of the test be lent, though there is no terminal."""

    @contextmanager
    def suspend(_: App[None]) -> Iterator[None]:
        yield

    monkeypatch.setattr(App, "suspend", suspend)


async def open_shell(flight: Flight, choice: str) -> str:
    """Ask for a shell in the first pod of web, and give the name of the pod."""
    pod = min(each.name for each in pods_of(flight.world, "web"))
    await flight.press("/", *pod, "enter")
    await flight.until(lambda: flight.names() == [pod])
    await flight.press("s")
    await flight.until(lambda: isinstance(flight.app.screen, Picker))
    await flight.press(*choice, "enter")
    return pod


@pytest.mark.usefixtures("_terminal")
async def test_a_shell_is_opened_in_the_container_and_recorded(practise: Practise, kubectl: Kubectl) -> None:
    calls = kubectl("exit 0")
    async with practise() as flight:
        pod = await open_shell(flight, "shell")
        await flight.tells(f"shell in web of pod/{pod}: left")
        assert f"-n shop exec -it {pod} -c web --" in calls.read_text()
        assert flight.entries[1].startswith(f"shell in web of pod/{pod}: kubectl --context practice")
        assert flight.entries[2] == f"shell in web of pod/{pod} — left"


@pytest.mark.usefixtures("_terminal")
async def test_what_kubectl_complains_of_is_told_and_recorded(practise: Practise, kubectl: Kubectl) -> None:
    kubectl("echo 'error: unable to upgrade connection: container not found' >&2; exit 1")
    async with practise() as flight:
        pod = await open_shell(flight, "shell")
        await flight.tells(
            f"shell in web of pod/{pod}: ended with status 1: error: unable to upgrade connection: container not found"
        )
        assert "container not found" in flight.entries[-1]


@pytest.mark.usefixtures("_terminal")
async def test_a_debugger_asks_for_its_image(practise: Practise, kubectl: Kubectl) -> None:
    calls = kubectl("exit 0")
    async with practise() as flight:
        pod = await open_shell(flight, "debug")
        await flight.until(lambda: isinstance(flight.app.screen, Question))
        await flight.press("enter")
        await flight.tells(f"debug web of pod/{pod}: left")
        assert f"debug -it {pod} --image=busybox:stable --target=web" in calls.read_text()


async def test_a_screen_that_cannot_be_lent_says_so(
    practise: Practise, kubectl: Kubectl, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def suspend(_: App[None]) -> Iterator[None]:
        raise SuspendNotSupported
        yield

    monkeypatch.setattr(App, "suspend", suspend)
    kubectl("exit 0")
    async with practise() as flight:
        await open_shell(flight, "shell")
        await flight.tells("this terminal cannot be lent to another program")


async def test_without_kubectl_no_shell(practise: Practise, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async with practise() as flight:
        monkeypatch.setenv("PATH", str(tmp_path))
        await open_shell(flight, "shell")
        await flight.tells("kubectl is not on the PATH of this machine; try: command -v kubectl")


async def test_a_shell_needs_writing_to_be_allowed(practise: Practise) -> None:
    async with practise(write=False) as flight:
        await flight.press("s")
        await flight.tells("the cockpit is read-only: W allows it to write in this context")


async def test_a_shell_that_one_may_not_open_says_which_right_is_missing(practise: Practise, kubectl: Kubectl) -> None:
    kubectl("exit 0")
    async with practise(context="practice-viewer") as flight:
        pod = await open_shell(flight, "shell")
        await flight.tells("shell in web is not allowed: may not create pods/exec in shop", pod)


@pytest.mark.usefixtures("_terminal")
async def test_in_a_protected_context_the_name_of_the_pod_is_typed(practise: Practise, kubectl: Kubectl) -> None:
    calls = kubectl("exit 0")
    async with practise(protected=("*",)) as flight:
        pod = await open_shell(flight, "shell")
        await flight.shows("This context is protected: type the name of the pod")
        await flight.press(*"web", "enter")
        await flight.shows(f"type {pod}, or escape")
        assert not calls.exists()
        await flight.press("ctrl+u", *pod, "enter")
        await flight.tells(f"shell in web of pod/{pod}: left")


async def test_a_port_is_opened_listed_and_closed(practise: Practise, kubectl: Kubectl) -> None:
    calls = kubectl(OPENS)
    async with practise() as flight:
        await go_to(flight, "Services", "web")
        await flight.press("F")
        await flight.shows("no port is open", "n opens a port of service/web · x closes one")
        await flight.press("n")
        await flight.shows("Port of service/web", "known: 80")
        await flight.press("enter")
        await flight.tells("service/web:80 is at 127.0.0.1:40123")
        await flight.shows("shop/service/web", "127.0.0.1:40123", "open")
        assert "port-forward --address 127.0.0.1 service/web :80" in calls.read_text()
        await flight.press("x")
        await flight.shows("no port is open")
        await flight.press("escape")
        await flight.until(lambda: not isinstance(flight.app.screen, ForwardsDialog))
        assert not any("has ended" in told for told in flight.told)


async def test_a_port_that_cannot_be_opened_says_why(practise: Practise, kubectl: Kubectl) -> None:
    kubectl("echo 'error: unable to listen on any of the requested ports' >&2; exit 1")
    async with practise() as flight:
        await go_to(flight, "Services", "web")
        await flight.press("F", "n", "enter")
        await flight.tells("port-forward of service/web has ended: error: unable to listen on any")
        await flight.shows("ended", "error: unable to listen on any of the requested ports")


async def test_what_is_no_port_is_refused_where_it_stands(practise: Practise, kubectl: Kubectl) -> None:
    calls = kubectl(OPENS)
    async with practise() as flight:
        await go_to(flight, "Services", "web")
        await flight.press("F", "n", "x", "enter")
        await flight.shows("'80x' is neither PORT nor LOCAL:PORT")
        assert not calls.exists()


async def test_ports_are_closed_when_the_cockpit_is_left(practise: Practise, kubectl: Kubectl, tmp_path: Path) -> None:
    number = tmp_path / "number"
    kubectl(f"echo $$ >{number}; {OPENS}")
    async with practise() as flight:
        await go_to(flight, "Services", "web")
        await flight.press("F", "n", "enter")
        await flight.tells("service/web:80 is at 127.0.0.1:40123")
        assert psutil.pid_exists(int(number.read_text()))
    with pytest.raises(ProcessLookupError):
        os.kill(int(number.read_text()), 0)
