"""The names that kubectl and k9s have taught people's fingers."""

import pytest

from cockpit.ui.aliases import COMMAND_ALIASES, KIND_ALIASES
from cockpit.ui.kubernetes.kind_tabs import KIND_TABS, LISTED_TABS


def test_every_kind_has_the_names_of_kubectl() -> None:
    assert set(KIND_ALIASES) == {"Pods", *(tab.title for tab in (*KIND_TABS, *LISTED_TABS))}


def test_no_name_means_two_kinds_or_two_commands() -> None:
    for named in (KIND_ALIASES, COMMAND_ALIASES):
        names = [name for title in named for name in set(named[title])]
        assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("deploy", "Workloads"),
        ("ingresses", "Ingresses"),
        ("netpol", "Network policies"),
        ("networkpolicies", "Network policies"),
    ],
)
def test_short_and_long_names_in_singular_and_plural(name: str, title: str) -> None:
    assert name in KIND_ALIASES[title]
