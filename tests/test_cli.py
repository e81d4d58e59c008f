"""What can be typed, and what comes of it."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import cockpit
from cockpit import cli
from cockpit.config import Config, Flags


class Calls:
    """Stands in for what the command line calls, and remembers with what."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.checked: list[tuple[Config, dict[str, Any]]] = []
        self.flown: list[tuple[Config, Path | None]] = []
        self.environs: list[Mapping[str, str]] = []
        self.practised: list[bool] = []
        monkeypatch.setattr("cockpit.check.run_check", self._check)
        monkeypatch.setattr("cockpit.ui.run.run_app", self._fly)
        monkeypatch.setattr("cockpit.ui.terminal.capabilities.this_terminal", lambda _: SimpleNamespace(trouble=None))
        monkeypatch.setattr("cockpit.ui.terminal.capabilities.textual_environment", lambda _: {})

    def _check(
        self, config: Config, environ: Mapping[str, str], _clock: object, _stdout: object, **options: Any
    ) -> int:
        self.checked.append((config, options))
        self.environs.append(environ)
        return 1

    def _fly(
        self,
        config: Config,
        _clock: object,
        _terminal: object,
        environ: Mapping[str, str],
        resume: Path | None,
        *,
        write: bool,
        practice: bool,
    ) -> int:
        self.flown.append((config, resume))
        self.practised.append(practice)
        self.environs.append(environ)
        return 7


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("COCKPIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    return Calls(monkeypatch)


def test_shared_options_may_stand_before_and_after_the_command(calls: Calls) -> None:
    assert cli.run(["--context", "staging", "check", "-n", "shop"]) == 1
    ((config, _),) = calls.checked
    assert (config.kubernetes.context, config.kubernetes.namespace) == ("staging", "shop")


def test_the_later_of_two_wins(calls: Calls) -> None:
    cli.run(["--context", "a", "check", "--context", "b"])
    assert calls.checked[0][0].kubernetes.context == "b"


@pytest.mark.parametrize("arguments", [[], ["check"]])
def test_postgres_servers_can_be_named(calls: Calls, arguments: list[str]) -> None:
    cli.run(["--dsn", "host=db-1 dbname=shop", *arguments, "--dsn", "host=db-2 dbname=users"])
    (config, *_) = (calls.checked or calls.flown)[0]
    assert list(config.postgres) == ["shop", "users"]


def test_the_doctor_is_told_of_postgres_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    examined: list[Flags] = []

    def examine(flags: Flags, *_: object) -> int:
        examined.append(flags)
        return 0

    monkeypatch.setattr("cockpit.doctor.run_doctor", examine)
    assert cli.run(["--dsn", "host=db-1", "doctor", "--dsn", "host=db-2"]) == 0
    assert examined[0].dsn == ("host=db-1", "host=db-2")


@pytest.mark.parametrize("arguments", [[], ["check"]])
def test_a_password_on_the_command_line_is_refused_and_not_repeated(
    calls: Calls, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        cli.run([*arguments, "--dsn", "postgres://app:hunter2@db/shop"])
    assert left.value.code == 2
    told = capsys.readouterr().err
    assert "~/.pgpass" in told
    assert "hunter2" not in told
    assert not calls.flown + calls.checked


def test_check_hands_over_how_to_write(calls: Calls) -> None:
    cli.run(["check"])
    cli.run(["check", "--json", "--watch"])
    assert [options for _, options in calls.checked] == [
        {"as_json": False, "watch": False},
        {"as_json": True, "watch": True},
    ]


def test_plain_is_a_check_that_goes_on(calls: Calls) -> None:
    cli.run(["--plain", "-A"])
    ((config, options),) = calls.checked
    assert config.kubernetes.all_namespaces
    assert options == {"as_json": False, "watch": True}


def test_the_exit_status_of_the_screen_is_that_of_the_program(calls: Calls, tmp_path: Path) -> None:
    file = tmp_path / "INC-2026-11-21-001.incident"
    assert cli.run(["--incident", str(file), "--profile", "ops", "--region", "eu-west-1"]) == 7
    ((config, resume),) = calls.flown
    assert (config.aws.profile, config.aws.region, resume) == ("ops", "eu-west-1", file)


@pytest.mark.parametrize(
    "arguments",
    [["--nonsense"], ["fly"], ["--context"], ["-A", "-n", "shop"], ["-A", "check", "-n", "shop"], ["--cont", "a"]],
)
def test_what_cannot_be_understood_is_2(arguments: list[str], calls: Calls) -> None:
    with pytest.raises(SystemExit) as left:
        cli.run(arguments)
    assert left.value.code == 2
    assert not calls.flown
    assert not calls.checked


def test_a_wrong_configuration_is_told_and_2(calls: Calls, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "cockpit.toml"
    path.write_text("[ui]\nmuse = true")
    with pytest.raises(SystemExit) as left:
        cli.run(["--config", str(path)])
    assert left.value.code == 2
    assert "did you mean 'mouse'?" in capsys.readouterr().err
    assert calls.flown == []


def test_a_terminal_that_cannot_show_the_screen_is_told_what_to_use_instead(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    trouble = "TERM=dumb cannot move the cursor; use `cockpit check --watch`"
    monkeypatch.setattr("cockpit.ui.terminal.capabilities.this_terminal", lambda _: SimpleNamespace(trouble=trouble))
    assert cli.run([]) == 2
    assert capsys.readouterr().err == f"cockpit: {trouble}\n"
    assert calls.flown == []


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """A practice world that is not there, and what it did."""
    done: list[str] = []

    @contextmanager
    def practice(scenario: str, denied: Sequence[str] = ()) -> Iterator[SimpleNamespace]:
        done.extend((scenario, *(f"without {resource}" for resource in denied)))
        server = SimpleNamespace(name="shop-db", dsn="port=1 user=cockpit", emergency="port=1 user=spare")
        where = {"kubeconfig": tmp_path / "kubeconfig", "context": "practice", "namespace": "shop"}
        lacks = "" if scenario != "moonless" else "there is no moon"
        yield SimpleNamespace(**where, postgres=server if not lacks else None, aws=None, web=None, lacks=lacks)
        done.append("over")

    monkeypatch.setattr("cockpit.gameday.command.practice", practice)
    monkeypatch.setattr(os, "environ", dict(os.environ))  # a game day takes all of AWS out of it
    return done


def test_the_game_day_opens_the_cockpit_on_the_practice_world(
    calls: Calls, world: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COCKPIT_CONTEXT", "prod")
    assert cli.run(["gameday"]) == 7
    assert not calls.environs[0], "a game day must not look at the server that DATABASE_URL names"
    ((config, _),) = calls.flown
    here = config.kubernetes
    assert (here.kubeconfig, here.context, here.namespace) == (tmp_path / "kubeconfig", "practice", "shop")
    assert world == ["bad-deploy", "over"]
    assert calls.practised == [True]
    assert config.thresholds.idle_in_transaction_minutes == 1


def test_the_game_day_looks_at_its_own_database_alone(calls: Calls, world: list[str], tmp_path: Path) -> None:
    path = tmp_path / "cockpit.toml"
    path.write_text("[postgres.real]\ndsn = 'host=db-1'")
    cli.run(["--config", str(path), "gameday"])
    ((config, _),) = calls.flown
    assert {name: (server.dsn, server.emergency) for name, server in config.postgres.items()} == {
        "shop-db": ("port=1 user=cockpit", "port=1 user=spare")
    }


def test_the_game_day_knows_nothing_of_the_persons_aws(
    calls: Calls, world: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "real")
    path = tmp_path / "cockpit.toml"
    path.write_text("[aws]\nregion = 'eu-west-1'\nlog_groups = ['/real']")
    cli.run(["--config", str(path), "--profile", "production", "gameday"])
    ((config, _),) = calls.flown
    assert (config.aws.enabled, config.aws.profile, config.aws.region) == (False, None, None)
    assert config.aws.log_groups == ()
    assert "real" not in os.environ.values()
    assert os.environ["AWS_ENDPOINT_URL"] == "http://127.0.0.1:9"


def test_what_the_practice_world_lacks_is_said(
    calls: Calls, world: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["gameday", "--scenario", "moonless"]) == 7
    assert capsys.readouterr().err == "cockpit: there is no moon\n"
    assert calls.flown[0][0].postgres == {}


def test_practice_is_recorded_apart_from_real_incidents(calls: Calls, world: list[str], tmp_path: Path) -> None:
    cli.run(["gameday"])
    cli.run([])
    practised, real = (config.incident.directory for config, _ in calls.flown)
    assert practised == real / "gameday"


def test_the_game_day_can_show_all_namespaces(calls: Calls, world: list[str]) -> None:
    cli.run(["gameday", "-A"])
    here = calls.flown[0][0].kubernetes
    assert (here.all_namespaces, here.namespace) == (True, None)


def test_the_game_day_can_be_without_some_rights(calls: Calls, world: list[str]) -> None:
    assert cli.run(["gameday", "--deny", "nodes", "--deny", "pods/log"]) == 7
    assert world == ["bad-deploy", "without nodes", "without pods/log", "over"]


def test_the_game_day_can_be_watched_without_a_screen(calls: Calls, world: list[str]) -> None:
    cli.run(["gameday", "--plain", "--scenario", "steady"])
    assert calls.checked[0][1]["watch"]
    assert world == ["steady", "over"]


def test_a_practice_world_that_does_not_start_is_told(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from cockpit.gameday.command import PracticeError

    def practice(scenario: str, **_: object) -> None:
        raise PracticeError(f"there is no scenario {scenario!r}")

    monkeypatch.setattr("cockpit.gameday.command.practice", practice)
    assert cli.run(["gameday", "--scenario", "moon"]) == 2
    assert capsys.readouterr().err == "cockpit: there is no scenario 'moon'\n"


def test_without_its_extra_the_game_day_says_what_to_install(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("cockpit.cli.find_spec", lambda _: None)
    assert cli.run(["gameday"]) == 2
    assert "pip install 'incident-cockpit[gameday]'" in capsys.readouterr().err


def test_the_scenarios_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["gameday", "--list"]) == 0
    assert capsys.readouterr().out.startswith("bad-deploy ")


def test_a_report_of_nothing_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["report"]) == 1
    assert f"no incident in {tmp_path / 'state' / 'cockpit' / 'incidents'}" in capsys.readouterr().err


def test_a_report_in_a_zone_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["report", "--zone", "Mars/Olympus"]) == 2
    assert "'Mars/Olympus' is not a time zone" in capsys.readouterr().err


def test_a_report_can_be_typed_in_every_format_and_for_every_audience() -> None:
    from cockpit.incident.report.formats import Format
    from cockpit.incident.report.model import Audience

    for wanted in Format:
        for audience in Audience:
            assert cli.parser().parse_args(["report", "--format", wanted, "--audience", audience]).format == wanted


def test_the_module_and_the_command_are_the_same_program() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "cockpit", "--version"], capture_output=True, text=True, check=False, timeout=20
    )
    assert (answer.returncode, answer.stdout) == (0, f"cockpit {cockpit.__version__}\n")
