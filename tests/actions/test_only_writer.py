"""What changes the outside world stands in one room."""

import ast
from pathlib import Path

import cockpit

ROOT = Path(cockpit.__file__).parent
MAY_SEND = ("actions/", "sources/kubernetes/rights.py")
"""The rights are asked for with a POST that changes nothing (SelfSubjectAccessReview)."""


def test_only_actions_send() -> None:
    senders = {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("*.py")
        if ".send" in (source := path.read_text("utf-8"))
        and any(isinstance(node, ast.Attribute) and node.attr == "send" for node in ast.walk(ast.parse(source)))
    }
    assert {path for path in senders if not path.startswith(MAY_SEND)} == set()
    assert any(path.startswith("actions/") for path in senders)
