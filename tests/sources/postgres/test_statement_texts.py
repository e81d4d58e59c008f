"""Texts of statements are fetched seldom, and kept within bounds."""

from cockpit.sources.postgres.statement_ledger import Key
from cockpit.sources.postgres.statement_texts import StatementTexts

A: Key = (10, 5, 1, True)
B: Key = (10, 5, 2, True)
C: Key = (10, 5, 3, True)


def test_nothing_is_fetched_while_all_that_is_shown_is_known() -> None:
    texts = StatementTexts()
    texts.learn([A], {A: "SELECT 1"})
    assert texts.missing([A], active=[A, B]) == set()
    assert (texts[A], texts[B]) == ("SELECT 1", "")


def test_what_may_be_shown_next_is_fetched_along() -> None:
    texts = StatementTexts()
    texts.learn([A], {A: "SELECT 1"})
    assert texts.missing([A, B], active=[A, C]) == {B, C}


def test_what_has_no_text_is_not_fetched_again() -> None:
    texts = StatementTexts()
    texts.learn([A], {})
    assert texts.missing([A], active=[]) == set()


def test_texts_are_forgotten_before_they_take_the_memory() -> None:
    texts = StatementTexts()
    many: list[Key] = [(10, 5, nth, True) for nth in range(400)]
    for key in many:
        texts.learn([key], {key: "x" * 100_000})
    assert 0 < sum(len(texts[key]) for key in many) <= 16_200_000
    assert texts[many[-1]]
