"""How a person picks the incident to join when several are open."""

from io import StringIO
from pathlib import Path

import pytest

from cockpit.incident.errors import IncidentFileError
from cockpit.incident.picking import Offer, asking, picked

OFFERS = [
    Offer(Path("/srv/INC-2026-11-21-002.incident"), "orders fail"),
    Offer(Path("/srv/INC-2026-11-21-001.incident"), "api is down", "bastion-b"),
]


class Terminal(StringIO):
    """Standard input or error of a person at a terminal."""

    def isatty(self) -> bool:
        """Say that it is one."""
        return True


def test_the_list_names_them_and_asks_until_a_number_of_it_is_typed() -> None:
    told = Terminal()
    assert picked(OFFERS, asking(Terminal("3\nthe second\n2\n"), told)) == OFFERS[1]
    assert told.getvalue() == (
        "Several incidents are open:\n"
        "  1  INC-2026-11-21-002  orders fail\n"
        "  2  INC-2026-11-21-001  api is down  on bastion-b\n" + "Which one, 1 to 2? " * 3
    )


@pytest.mark.parametrize("typed", ["", "\n"], ids=["end of input", "nothing"])
def test_who_picks_none_is_told_what_to_type(typed: str) -> None:
    with pytest.raises(IncidentFileError, match=r"cockpit --join /srv/INC-2026-11-21-002\.incident\n"):
        picked(OFFERS, asking(Terminal(typed), Terminal()))


def test_a_script_is_not_asked() -> None:
    assert asking(StringIO("1\n"), Terminal()) is None
    with pytest.raises(IncidentFileError, match="several incidents are open"):
        picked(OFFERS, None)
