"""What is said of incident directory, terminal and packages."""

import shutil
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from cockpit.doctor import incidents
from cockpit.doctor.incidents import directory_probe
from cockpit.doctor.packages import package_probe
from cockpit.doctor.result import Result, Verdict, broken
from cockpit.doctor.terminal import judge, set_clipboard
from cockpit.incident.file_system import FileSystem
from cockpit.ui.terminal.capabilities import Capabilities, Colours

GOOD = Capabilities(
    trouble=None,
    colours=Colours.TRUECOLOR,
    encoding="utf-8",
    mouse=True,
    clipboard=True,
    multiplexer=None,
    columns=160,
    lines=45,
)


def test_a_directory_that_can_be_written_is_good_and_stays_empty(tmp_path: Path) -> None:
    (result,) = directory_probe(tmp_path / "incidents")()
    assert result.verdict is Verdict.OK
    assert list((tmp_path / "incidents").iterdir()) == []


def test_a_directory_that_cannot_be_made_is_broken(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (result,) = directory_probe(tmp_path / "file" / "incidents")()
    assert result.verdict is Verdict.BROKEN
    assert result.remedy is not None


@pytest.mark.parametrize(("free", "verdict"), [(50 * 2**20, Verdict.WARNING), (1000, Verdict.BROKEN)])
def test_little_room_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, verdict: Verdict) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    (result,) = directory_probe(tmp_path)()
    assert (result.verdict, result.remedy) == (verdict, f"df -h {tmp_path}")


@pytest.mark.parametrize(("options", "verdict"), [((), Verdict.WARNING), (("nolock",), Verdict.BROKEN)])
def test_a_network_file_system_is_judged_by_its_locks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], verdict: Verdict
) -> None:
    monkeypatch.setattr(incidents, "file_system", lambda _: FileSystem("nfs4", frozenset(options)))
    (result,) = directory_probe(tmp_path)()
    assert result.verdict is verdict
    assert "nfs4" in result.message


def warnings(terminal: Capabilities, clipboard: str = "") -> list[str]:
    return [result.subject for result in judge(terminal, clipboard) if result.verdict is not Verdict.OK]


def test_a_good_terminal_is_good() -> None:
    assert warnings(GOOD) == []


@pytest.mark.parametrize(
    ("differs", "subject"),
    [
        ({"columns": 40}, "terminal size"),
        ({"colours": Colours.NONE}, "colours"),
        ({"encoding": "ascii"}, "signs"),
        ({"clipboard": False}, "copying"),
        ({"trouble": "TERM=dumb cannot move the cursor"}, "terminal"),
    ],
)
def test_what_a_terminal_lacks_is_told(differs: dict[str, object], subject: str) -> None:
    assert warnings(msgspec.structs.replace(GOOD, **differs)) == [subject]


def test_tmux_has_to_let_a_copy_through() -> None:
    inside = msgspec.structs.replace(GOOD, clipboard=False, multiplexer="tmux")
    assert warnings(inside, "on") == []
    (copying,) = [result for result in judge(inside, "external") if result.subject == "copying"]
    assert copying.remedy == "tmux set-option -s set-clipboard on"


def test_tmux_is_asked_for_its_setting(program: Callable[[str, str], None]) -> None:
    program("tmux", "echo external")
    assert set_clipboard({"TMUX": "/tmp/tmux-0/default,1,0"}) == "external"
    assert set_clipboard({}) == ""


def test_the_packages_are_listed_without_those_of_extras() -> None:
    (result,) = package_probe()
    assert "textual 8" in result.message
    assert "pytest" not in result.message


def test_a_missing_package_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    installed = metadata.version

    def version(name: str) -> str:
        if name == "google-re2":
            raise metadata.PackageNotFoundError(name)
        return installed(name)

    monkeypatch.setattr(metadata, "version", version)
    (result,) = package_probe()
    assert (result.verdict, result.message) == (Verdict.BROKEN, "missing: google-re2")


def test_a_result_is_one_plain_line() -> None:
    assert str(broken("x", "a\x1b[31m", "vi f")) == "broken   x: a; try: vi f"
    assert str(Result(Verdict.OK, "x", "fine")) == "ok       x: fine"
