from collections.abc import Sequence

from support.postgres_looks import ACTIVE, IN_TRANSACTION, ago, backend, look
from support.postgres_screen import seen, troubled

from cockpit.sources.postgres.model import Health, LockWait, Prepared
from cockpit.ui.paged.page import Choices, Page
from cockpit.ui.postgres.blocking_page import COLUMNS, draw, tree
from cockpit.ui.widgets.rows import layout


def wait(pid: int, *blocked_by: int, seconds: float = 10) -> LockWait:
    return LockWait(pid, blocked_by, ago(seconds=seconds), "relation", "ShareLock", "orders")


def shape(waits: Sequence[LockWait]) -> list[tuple[int, int, int]]:
    return [(node.pid, node.depth, node.behind) for node in tree(waits)]


def cells(page: Page, at: int = 1) -> list[str]:
    return [row.cells[at].text for row in page.rows]


def test_roots_come_first_with_how_many_wait_behind_each() -> None:
    assert shape([wait(2, 1), wait(3, 2), wait(4, 2), wait(6, 5)]) == [
        (1, 0, 3), (2, 1, 2), (3, 2, 0), (4, 2, 0), (5, 0, 1), (6, 1, 0),
    ]  # fmt: skip


def test_who_waits_for_several_hangs_below_the_last_of_them() -> None:
    assert shape([wait(2, 1), wait(3, 1, 2)]) == [(1, 0, 2), (2, 1, 1), (3, 2, 0)]


def test_a_cycle_ends_and_is_told() -> None:
    nodes = tree([wait(2, 3), wait(3, 2), wait(9, 3)])
    assert [(node.pid, node.depth, node.cycle) for node in nodes] == [(2, 0, True), (3, 1, False), (9, 2, False)]
    page = draw(seen(look(waits=(wait(2, 3), wait(3, 2)))), Choices())
    assert page.rows[0].cells[4].text == "deadlock"
    assert "wait for each other" in page.notes[0][0].text


def test_who_waits_for_itself_alone_is_drawn_once() -> None:
    assert [node.pid for node in tree([wait(2, 2)])] == [2]


def test_a_long_queue_is_drawn() -> None:
    nodes = tree([wait(pid, pid - 1) for pid in range(2, 300)])
    assert [node.depth for node in nodes] == list(range(299))


def test_the_tree_is_drawn_with_branches() -> None:
    page = draw(seen(troubled()), Choices())
    assert cells(page) == ["4711", "└─ 4720", "   ├─ 4730", "   ├─ 4731", "   ├─ 4732", "   └─ 4733"]
    assert page.told == "5 waiting behind 1 root"


def test_branches_of_several_levels_stay_apart() -> None:
    page = draw(seen(look(waits=(wait(2, 1), wait(3, 2), wait(4, 1)))), Choices())
    assert cells(page) == ["1", "├─ 2", "│  └─ 3", "└─ 4"]


def test_each_says_what_it_waits_for_and_how_long_and_the_root_what_it_holds() -> None:
    page = draw(seen(troubled()), Choices())
    root, alter = page.rows[0], page.rows[1]
    assert [cell.text for cell in root.cells[2:8]] == ["5", "01:35", "idle in tx", "holds it", "public.orders", "api"]
    assert [cell.text for cell in alter.cells[2:7]] == ["4", "01:35", "waiting", "AccessExclusiveLock", "public.orders"]
    assert root.cells[0].text == "●"


def test_a_prepared_transaction_is_named_with_what_ends_it() -> None:
    health = Health(prepared=(Prepared("order-17", "shop", "shop", ago(hours=3)),))
    page = draw(seen(look(backend(2, ACTIVE), waits=(wait(2, 0),), health=health)), Choices())
    assert cells(page)[0] == "prepared"
    assert "prepared transaction order-17" in page.rows[0].cells[-1].text
    assert "ROLLBACK PREPARED 'order-17'" in page.rows[0].cells[-1].text


def test_a_blocker_that_is_gone_is_told_so() -> None:
    page = draw(seen(look(backend(2, ACTIVE), waits=(wait(2, 99),))), Choices())
    assert page.rows[0].cells[4].text == "gone"
    assert page.rows[0].key not in page.about


def test_the_backend_of_each_row_can_be_acted_on() -> None:
    page = draw(seen(look(backend(1, IN_TRANSACTION), backend(2, ACTIVE), waits=(wait(2, 1),))), Choices())
    assert [page.about[row.key].pid for row in page.rows] == [1, 2]


def test_a_small_window_shows_who_it_is_before_which_lock_it_waits_for() -> None:
    shown = [COLUMNS[index].key for index, _ in layout(COLUMNS, 78)]
    assert shown[1:] == ["tree", "behind", "time", "state", "client", "statement"]


def test_nobody_waits() -> None:
    page = draw(seen(look()), Choices())
    assert (page.told, page.empty) == ("nobody waits", "nobody waits for a lock")
