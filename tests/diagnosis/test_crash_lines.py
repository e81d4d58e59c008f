"""What the last lines of a crashed container say of the cause."""

import time

import pytest
from support.samples import samples

from cockpit.diagnosis.crash_lines import last_words
from cockpit.diagnosis.crash_sign import CrashCause


@pytest.mark.parametrize(("cause", "text", "line"), samples("crash-lines"))
def test_the_usual_causes_are_recognised_in_many_languages(cause: str, text: str, line: str) -> None:
    words = last_words(("api 1.4.2 starting", line, "    at Object.<anonymous> (/app/index.js:3:1)", "Node.js v22.1.0"))
    assert words is not None
    assert (words.cause, words.text) == (cause, text)


def test_the_newest_line_with_a_usual_cause_tells() -> None:
    lines = (
        "WARN config.yaml: not found, using defaults",
        "dial tcp 10.0.0.3:5432: connect: connection refused, trying again",
        "panic: gave up",
        "goroutine 1 [running]:",
    )
    words = last_words(lines)
    assert words is not None
    assert words.text == "10.0.0.3:5432 refuses the connection"
    assert words.name == "10.0.0.3:5432"


def test_another_error_of_the_program_is_quoted() -> None:
    words = last_words(("starting", "ValueError: no such order", "    raise ValueError"))
    assert words is not None
    assert (words.cause, words.text) == (CrashCause.CRASH, "ValueError: no such order")


def test_a_line_that_nobody_knows_is_the_last_one_that_is_no_stack_frame() -> None:
    words = last_words(("starting", "gone fishing", "    at main.go"))
    assert words is not None
    assert (words.cause, words.line) == (None, "gone fishing")
    assert last_words(()) is None


def test_a_setting_that_pydantic_misses_is_named() -> None:
    lines = ("1 validation error for Settings", "database_url", "  Field required [type=missing]")
    words = last_words(lines)
    assert words is not None
    assert (words.text, words.name) == ("setting database_url is missing", "DATABASE_URL")


def test_a_place_in_a_source_file_is_no_server() -> None:
    words = last_words(("main.go:42: dial tcp: connection refused",))
    assert words is not None
    assert words.text == "a server refuses the connection"


def test_secrets_are_masked_and_nothing_steers_the_terminal() -> None:
    words = last_words(("\x1b[31mcould not open postgres://shop:hunter2secret@db:5432/shop: connection refused",))
    assert words is not None
    assert words.text == "db:5432 refuses the connection"
    assert "hunter2secret" not in words.line
    assert words.line.isprintable()


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-21T08:00:18.765Z INFO  req=232a86a7 GET /healthz 200 dur=90ms n=23443",
        "listening on :8080",
        "worker 3.2.1 starting, queue=orders",
        "GET /errors/not-found 200",
    ],
)
def test_everyday_lines_have_no_cause(line: str) -> None:
    words = last_words((line,))
    assert words is None or words.cause is None


@pytest.mark.parametrize("filler", ["x", " ", "A_", "/a", "1:", '"', "error ", "lookup a.", "host=' "])
def test_no_line_takes_long(filler: str) -> None:
    """A line is cut before it is looked at, and no pattern goes over it again and again."""
    began = time.process_time()
    assert last_words(("not " + filler * 100_000, "error " + filler * 100_000)) is not None
    assert time.process_time() - began < 1
