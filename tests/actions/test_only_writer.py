"""What changes the outside world stands in one room: whatever can, is looked for in the whole program."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import cockpit

ROOT = Path(cockpit.__file__).parent


class Way(NamedTuple):
    """A way to change something outside, as it is written in a program."""

    what: str
    stands_for: Callable[[ast.AST], bool]
    may: tuple[str, ...]
    """Beginnings of the paths of those who may."""


def call(*names: str) -> Callable[[ast.AST], bool]:
    """Find methods with one of these names that are called or handed on."""
    return lambda node: isinstance(node, ast.Attribute) and node.attr in names


def argument(name: str, value: object) -> Callable[[ast.AST], bool]:
    """Find calls with this value for a parameter."""
    return lambda node: (
        isinstance(node, ast.keyword)
        and node.arg == name
        and isinstance(node.value, ast.Constant)
        and node.value.value == value
    )


def imports(module: str) -> Callable[[ast.AST], bool]:
    """Find imports of a package."""

    def stands_for(node: ast.AST) -> bool:
        names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        return any(name == module or name.startswith(f"{module}.") for name in names)

    return stands_for


WAYS = (
    Way(
        "a request to Kubernetes that is not a GET",
        call("send"),
        # The rights are asked for with a POST that changes nothing (SelfSubjectAccessReview).
        ("actions/", "sources/kubernetes/rights.py"),
    ),
    Way(
        "a statement to Postgres that may write",
        call("execute"),
        (
            "actions/postgres/",
            # The connection itself, and the console of a pooler, which is asked to SHOW.
            "sources/postgres/line.py",
            "sources/postgres/pooler.py",
            # Not to a server that is looked at: incident file, shared log, and the command of a shell that is shown.
            "incident/",
            "ui/actions/shell_desk.py",
        ),
    ),
    Way(
        "a session of Postgres that may write",
        argument("purpose", "act"),
        # They hand it to the actions, and do nothing with it themselves.
        ("ui/actions/server_desk.py", "sources/postgres/entrance.py"),
    ),
    Way(
        "a connection to Postgres past our sessions",
        imports("psycopg"),
        ("sources/postgres/", "actions/postgres/tables.py"),
    ),
    Way(
        "a program that is started",
        lambda node: call("create_subprocess_exec")(node) or imports("subprocess")(node),
        (
            "actions/commands/run.py",
            "actions/port_forwards.py",
            "ui/actions/lent_terminal.py",
            # They only ask: the machine, tmux, who logs in where, and what holds a token.
            "doctor/",
            "incident/who.py",
            "sources/kubernetes/exec_plugin.py",
            "sources/kubernetes/login_programs.py",
            "actions/messages/token.py",
        ),
    ),
    Way("an e-mail", imports("smtplib"), ("actions/messages/mail.py",)),
)
"""Of a new room, what it is that changes something there."""


def sources() -> Iterator[tuple[str, ast.AST]]:
    """Read the program, but for the practice world, which is no outside."""
    for path in sorted(ROOT.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith("gameday/"):
            yield name, ast.parse(path.read_text("utf-8"))


@pytest.fixture(scope="module")
def found() -> dict[str, set[str]]:
    """Give for each of the ways who goes it."""
    goers: dict[str, set[str]] = {way.what: set() for way in WAYS}
    for name, tree in sources():
        for node in ast.walk(tree):
            for way in WAYS:
                if way.stands_for(node):
                    goers[way.what].add(name)
    return goers


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.what)
def test_nobody_else_changes_the_outside_world(way: Way, found: dict[str, set[str]]) -> None:
    assert {name for name in found[way.what] if not name.startswith(way.may)} == set()
    unused = [each for each in way.may if not any(name.startswith(each) for name in found[way.what])]
    assert unused == [], "nobody who may does so: is it written in another way now?"
