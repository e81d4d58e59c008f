"""Statements are taken apart as the server does it."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.actions.postgres.sql_text import LONGEST, Sort, StatementRefusedError, statement_of


def words(sql: str) -> list[str]:
    return [token.text for token in statement_of(sql).tokens if token.sort in (Sort.WORD, Sort.NAME)]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ('SELECT Name FROM "Or""ders" AS o', ["select", "name", "from", 'Or"ders', "as", "o"]),
        ("SELECT 'it''s; -- no comment' AS a", ["select", "as", "a"]),
        (r"SELECT E'\'; x' AS a, e'\\' AS b", ["select", "as", "a", "as", "b"]),
        ("SELECT $$ ; ' $$ AS a, $x$ $$ ; $x$ AS b", ["select", "as", "a", "as", "b"]),
        ("/* a /* nested */ ; */ SELECT -- ;\n1", ["select"]),
        ("SELECT a$b, 1e5, 0x1F, .5, $1", ["select", "a$b"]),
        ("SELECT x'1f', B'01', N'n', U&'\\0061' ;;", ["select"]),
    ],
)
def test_strings_and_comments_are_told_from_words(sql: str, expected: list[str]) -> None:
    assert words(sql) == expected


def test_the_end_of_a_statement_is_its_last_token() -> None:
    assert statement_of("  SELECT 1 ; -- done\n;").text == "  SELECT 1"


def test_a_statement_behind_parentheses_begins_with_its_word() -> None:
    assert statement_of("((SELECT 1))").verb == "select"
    assert statement_of("'x'").verb == ""


def test_parameters_are_seen_outside_of_strings_alone() -> None:
    assert statement_of("SELECT $2, $1, $2").parameters == 2
    assert statement_of("SELECT '$1' -- $1").parameters == 0


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("", "there is no statement"),
        (" -- nothing\n;", "there is no statement"),
        ("SELECT 1; SELECT 2", "several statements"),
        ("SELECT 'cut", "not closed"),
        ('SELECT "cut', "not closed"),
        ("SELECT $$cut", "not closed"),
        ("SELECT /* cut", "not closed"),
        ("SELECT (1", "is missing"),
        ("SELECT 1)", "too many"),
        ("SELECT (1]", "too many"),
        (r"SELECT 'a\'; DROP TABLE x; --'", "two ways"),
        ("SELECT \x00", "code points"),
        ("x" * (LONGEST + 1), "longer than 100,000"),
    ],
)
def test_what_is_not_one_whole_statement_is_refused(sql: str, why: str) -> None:
    with pytest.raises(StatementRefusedError, match=why):
        statement_of(sql)


@given(st.text(alphabet="'\"$;-/*\\ \nab1()[]eEU&", max_size=40))
def test_any_text_is_one_statement_or_refused(sql: str) -> None:
    try:
        statement = statement_of(sql)
    except StatementRefusedError:
        return
    assert statement_of(statement.text).tokens == statement.tokens


@pytest.mark.parametrize("part", ["'", "''", "$a$", "$a$$b$", "/*", "(", "E'\\", '"', "--", "x'"])
def test_hostile_text_costs_no_more_than_its_length(part: str) -> None:
    began = time.process_time()
    with suppress(StatementRefusedError):
        statement_of("SELECT " + part * (90_000 // len(part)))
    assert time.process_time() - began < 1.0
