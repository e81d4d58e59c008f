"""What several threads may decode at once was made ready before there were any: see `cockpit.threads`."""

import ast
from collections.abc import Iterator
from pathlib import Path

import cockpit

ROOT = Path(cockpit.__file__).parent
IN_ONE_THREAD = {
    "doctor/cluster.py",  # asks one thing after the other
    "incident/beforehand.py",  # the thread of the incident file
    "incident/opening.py",
    "sources/web/api.py",  # the event loop
}


def decoding_on_the_spot() -> Iterator[str]:
    """Name the modules that hand a type of ours to `msgspec.json.decode`."""
    for path in ROOT.rglob("*.py"):
        name = path.relative_to(ROOT).as_posix()
        if name.startswith("gameday/"):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "msgspec.json.decode":
                types = [ast.unparse(keyword.value) for keyword in node.keywords if keyword.arg == "type"]
                if any(not each.startswith(("dict", "list[dict")) for each in types):
                    yield name


def test_no_other_module_learns_a_type_while_it_decodes() -> None:
    assert set(decoding_on_the_spot()) == IN_ONE_THREAD
