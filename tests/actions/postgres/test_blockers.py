"""Who is at the root of a pile of locks."""

from cockpit.actions.postgres.blockers import roots_of


def test_the_root_with_most_behind_it_comes_first() -> None:
    roots = roots_of({2: (1,), 3: (2,), 4: (2, 3), 6: (5,)})
    assert list(roots.waiting.items()) == [(1, 3), (5, 1)]


def test_who_waits_for_two_roots_counts_for_both() -> None:
    assert roots_of({3: (1, 2)}).waiting == {1: 1, 2: 1}


def test_a_circle_has_no_root() -> None:
    assert roots_of({1: (2,), 2: (1,), 3: (1,)}).waiting == {}


def test_a_prepared_transaction_is_no_backend() -> None:
    roots = roots_of({2: (0,), 3: (2,)})
    assert (roots.waiting, roots.prepared) == ({}, 2)
