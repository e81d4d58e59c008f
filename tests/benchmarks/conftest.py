"""How the benchmarks report, and how they open a cockpit in a terminal."""

from collections.abc import Callable
from pathlib import Path

import pytest
from support.benchmark import Report
from support.terminal import PtyProcess, StartInTerminal

SIZE = (160, 45)
EMPTY_APP = Path(__file__).with_name("empty_app.py")

_REPORT = pytest.StashKey[Report]()
OpenCockpit = Callable[[Path], PtyProcess]


@pytest.fixture(scope="session")
def report(pytestconfig: pytest.Config) -> Report:
    """Take the results that are printed as one table at the end."""
    return pytestconfig.stash.setdefault(_REPORT, Report())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    report = config.stash.get(_REPORT, Report())
    if report.results:
        terminalreporter.section("benchmarks")
        for line in report.lines():
            terminalreporter.write_line(line)


@pytest.fixture
def open_cockpit(start_in_terminal: StartInTerminal, tmp_path: Path) -> OpenCockpit:
    """Open a cockpit on a kubeconfig, with a home of its own."""

    def open_cockpit(kubeconfig: Path) -> PtyProcess:
        home = {"HOME": str(tmp_path), "COCKPIT_INCIDENT_DIRECTORY": str(tmp_path / "incidents")}
        return start_in_terminal("-m", "cockpit", "--kubeconfig", str(kubeconfig), size=SIZE, env=home)

    return open_cockpit


@pytest.fixture
def open_empty_app(start_in_terminal: StartInTerminal) -> Callable[[], PtyProcess]:
    """Open the app that the cockpit is held against."""
    return lambda: start_in_terminal(str(EMPTY_APP), size=SIZE)
