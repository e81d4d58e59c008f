"""How a table of contacts is read: who is who, whatever the order of its columns."""

import pytest

from cockpit.runbooks.load import read_runbook


@pytest.mark.parametrize(
    ("table", "read"),
    [
        ("| Role | Phone |\n|---|---|\n| DBA | +1 555 |\n", [("DBA", ("+1 555",))]),
        ("| Name | Role | Phone |\n|---|---|---|\n| Ana | Lead | +1 555 |\n", [("Lead", ("Ana", "+1 555"))]),
        ("| Person | Slack | Team |\n|---|---|---|\n| Bo | @bo | Data |\n", [("Data", ("Bo", "@bo"))]),
        ("| Name | E-mail |\n|---|---|\n| Ana | ana@example.com |\n", [("Ana", ("ana@example.com",))]),
        ("| Name | Value |\n|---|---|\n| Pool size | 20 |\n", []),
    ],
    ids=["role first", "name first", "role last", "no role", "no contacts"],
)
def test_who_is_reached_how(table: str, read: list[tuple[str, tuple[str, ...]]]) -> None:
    runbook = read_runbook(f"# Shop\n## Contacts\n{table}")
    assert [(contact.role, contact.ways) for contact in runbook.contacts] == read
