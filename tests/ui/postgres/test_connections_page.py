from types import MappingProxyType

import pytest
from support.postgres_looks import ACTIVE, HIDDEN, IDLE, IN_TRANSACTION, ago, backend, backends, look
from support.postgres_screen import seen, troubled
from support.ward import Ward

from cockpit.sources.kubernetes.model import Pods, Workload
from cockpit.sources.postgres.model import Gap, PostgresLook, Slots
from cockpit.ui.paged.page import Choices
from cockpit.ui.postgres.connections_page import TURNS, draw, reserved_words


def groups(look: PostgresLook, turn: str, pods: Pods | None = None) -> list[list[str]]:
    page = draw(seen(look, pods), Choices(turn=TURNS.index(turn)))
    return [[cell.text for cell in row.cells if cell.text and "█" not in cell.text] for row in page.rows]


def notes(look: PostgresLook) -> list[str]:
    return ["".join(span.text for span in line).strip() for line in draw(seen(look), Choices()).notes]


MIXED = look(
    backend(10, ACTIVE, application="api", user="shop", client_address="10.0.0.1", database="shop"),
    backend(11, IDLE, application="api", user="shop", client_address="10.0.0.2", database="shop"),
    backend(12, IN_TRANSACTION, since=ago(minutes=8), application="", user="bob", client_address="", database="x"),
)


@pytest.mark.parametrize(
    ("turn", "names"),
    [
        ("by workload", ["api", "on the server itself"]),
        ("by state", ["active", "idle", "idle in transaction"]),
        ("by application", ["api", "(no name given)"]),
        ("by user", ["shop", "bob"]),
        ("by client address", ["(local socket)", "10.0.0.1", "10.0.0.2"]),
        ("by database", ["shop", "x"]),
    ],
)
def test_connections_are_grouped(turn: str, names: list[str]) -> None:
    found = groups(MIXED, turn)
    assert [next(text for text in row if text not in "●◐") for row in found] == names


def test_the_workload_is_that_of_the_pod_with_the_clients_address() -> None:
    pod = Ward().pod("checkout-1", ip="10.0.0.1", workload=Workload("Deployment", "checkout"))
    pods = Pods("shop", {pod.key: pod}, "1")
    assert groups(look(backend(10)), "by workload", pods)[0][0] == "checkout"


def test_a_group_tells_its_share_and_its_oldest_idle_transaction() -> None:
    open_since = [ago(minutes=8), ago(seconds=5)]
    looked = look(
        *backends(30), *(backend(10 + nth, IN_TRANSACTION, since=since) for nth, since in enumerate(open_since))
    )
    page = draw(seen(looked), Choices())
    (row,) = page.rows
    told = {column.key: cell.text for column, cell in zip(page.columns, row.cells, strict=True)}
    assert told["sign"] == "●"
    assert (told["connections"], told["share"], told["in_transaction"], told["oldest"]) == ("32", "33 %", "2", "08:00")


def test_hidden_connections_are_counted_as_such() -> None:
    page = draw(seen(look(backend(10, HIDDEN), backend(11, HIDDEN))), Choices())
    assert page.rows[0].cells[-1].text == "2"


def test_processes_that_are_no_clients_take_no_connection() -> None:
    assert groups(look(backend(10, backend_type="walsender")), "by workload") == []


def test_the_head_tells_used_usable_left_and_the_course_since_the_session_began() -> None:
    first, reserved, idle = notes(troubled())
    assert first.startswith("87 of 97 usable in use · 90 % · 10 left ▂")
    assert first.endswith("since the session began")
    assert reserved == "max_connections 100 - 3 kept for superusers = 97 for everybody else"
    assert idle == "21 idle in transaction · oldest 07:12 by pid 4711 of api"


def test_every_reserved_slot_is_explained() -> None:
    words = reserved_words(Slots(100, superuser_reserved=3, reserved=5, rds_reserved=2))
    assert words == (
        "max_connections 100 - 3 kept for superusers - 5 for pg_use_reserved_connections - 2 for RDS itself"
        " = 90 for everybody else"
    )


def test_none_left_is_said() -> None:
    assert "none left for roles without privilege" in notes(look(slots={"used": 97}))[0]


def test_what_could_not_be_read_is_said_with_its_remedy() -> None:
    looked = look(gaps=MappingProxyType({"activity": Gap("states are hidden", "GRANT pg_monitor TO cockpit")}))
    assert notes(looked)[-2:] == ["! states are hidden", "try: GRANT pg_monitor TO cockpit"]
