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
ROOMS = ("sources", "logs", "diagnosis", "incident", "runbooks")


def loaded_by(statement: str) -> set[str]:
    """Give the packages that are in memory after a statement, in a fresh interpreter."""
    code = f"import sys\n{statement}\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    return set(answer.stdout.split())


def test_the_command_line_loads_nothing_heavy() -> None:
    assert loaded_by("import cockpit.cli") & (HEAVY | {"rich", "msgspec", "platformdirs", "asyncio"}) == set()


def test_the_screen_loads_only_what_it_draws_with() -> None:
    assert loaded_by("import cockpit.ui.app") & HEAVY == {"textual"}


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
