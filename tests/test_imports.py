"""What is loaded when: the first frame, and every quick answer, comes before anything heavy."""

import subprocess
import sys

import pytest

HEAVY = {
    "textual",
    "kubernetes",
    "boto3",
    "botocore",
    "psycopg",
    "aiohttp",
    "httpx",
    "sqlite3",
    "re2",
    "urllib3",
    "yaml",
}
ROOMS = ("sources", "logs", "actions", "diagnosis", "incident", "runbooks")


def modules_loaded_by(statement: str) -> set[str]:
    """Give the modules that are in memory after a statement, in a fresh interpreter."""
    code = f"import sys\n{statement}\nprint(*sys.modules)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    return set(answer.stdout.split())


def loaded_by(statement: str) -> set[str]:
    """Give the packages that are in memory after a statement, in a fresh interpreter."""
    return {name.partition(".")[0] for name in modules_loaded_by(statement)}


def test_the_command_line_loads_nothing_heavy() -> None:
    assert loaded_by("import cockpit.cli") & (HEAVY | {"rich", "msgspec", "platformdirs", "asyncio"}) == set()


def test_the_screen_loads_only_what_it_draws_with() -> None:
    assert loaded_by("import cockpit.ui.app") & HEAVY == {"textual"}


def test_the_first_frame_waits_for_nothing_that_works_behind_the_screen() -> None:
    rooms = ("session", "sources.feed", "logs", "incident", "runbooks", "actions", "diagnosis.pods")
    behind = (*rooms, "ui.desks", "ui.paged")
    loaded = modules_loaded_by("import cockpit.ui.run")
    assert [name for name in loaded if name.startswith(tuple(f"cockpit.{late}" for late in behind))] == []


def test_what_works_behind_the_screen_loads_the_http_client_only_when_it_is_needed() -> None:
    assert loaded_by("import cockpit.ui.desks") & HEAVY == {"textual"}


def test_a_check_needs_no_screen_and_connects_to_nothing_when_it_is_loaded() -> None:
    assert loaded_by("import cockpit.check") & (HEAVY | {"rich"}) == set()


@pytest.mark.parametrize("room", ROOMS)
def test_the_rooms_below_do_not_know_the_screen(room: str) -> None:
    everything = f"""
import importlib, pkgutil
import cockpit.{room} as room
for module in pkgutil.walk_packages(room.__path__, room.__name__ + "."):
    importlib.import_module(module.name)
"""
    assert loaded_by(everything) & {"textual", "rich"} == set()
