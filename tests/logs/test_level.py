"""The severity that a line states."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.logs.level import error_matcher, warning_matcher

ERRORS = error_matcher()
WARNINGS = warning_matcher()

ALB = (
    "https 2026-11-21T14:08:51.186641Z app/shop/50dc6c495c0c9188 192.0.2.39:2817 10.0.0.1:80 0.086 0.048 0.037 {} {} 0 "
    '57 "GET https://shop.example:443/ HTTP/1.1" "curl/7.46.0" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2'
)

# line, what states an error, what states a warning
LINES = [
    # plain
    ("2026-11-21 14:08:51 ERROR no database", "ERROR", None),
    ("2026-11-21 14:08:51,120 [main] ERROR c.e.shop.Store - no database", "ERROR", None),
    ("2026-11-21 14:08:51 | CRITICAL | no database", "CRITICAL", None),
    ("[ERROR] no database", "[ERROR]", None),
    ("ERROR:root:no database", "ERROR", None),
    ("FATAL: DATABASE_URL is not set", "FATAL", None),
    ("[2026-11-21 14:08:51: ERROR/MainProcess] Task failed", "ERROR", None),
    ("[2026-11-21] production.ERROR: no database {}", "ERROR", None),
    ("npm ERR! missing script: start", "ERR", None),
    ("error: no database", "error", None),
    ("main.c:12:3: error: expected ';'", "error", None),
    ("error[E0382]: use of moved value", "error[E0382]", None),
    ("panic: runtime error: index out of range", "panic", None),
    ("2026-11-21 14:08:51 WARN slow", None, "WARN"),
    ("WARNING: slow", None, "WARNING"),
    ("level=warning msg=slow", None, "level=warning"),
    # uncaught exceptions
    ("Traceback (most recent call last):", "Traceback (most recent call last)", None),
    ("psycopg.OperationalError: connection refused", "psycopg.OperationalError", None),
    ("Error: Cannot find module 'express'", "Error", None),
    ("Uncaught TypeError: x is not a function", "Uncaught TypeError", None),
    ('Exception in thread "main" java.lang.IllegalStateException', "Exception in thread", None),
    # JSON
    ('{"ts":1,"level":"error","msg":"x"}', 'level":"error', None),
    ('{"severity": "ERROR", "message": "x"}', 'severity": "ERROR', None),
    ('{"@level":"error","@message":"x"}', '@level":"error', None),
    ('{"log.level":"error","message":"x"}', 'log.level":"error', None),
    ('{"lvl":"crit","msg":"x"}', 'lvl":"crit', None),
    ('{"level":50,"time":1795270131000,"pid":1,"msg":"x"}', 'level":50', None),
    ('{"name":"shop","level":60,"msg":"x"}', 'level":60', None),
    ('{"level":40,"msg":"x"}', None, 'level":40'),
    ('{"level":"warn","msg":"x"}', None, 'level":"warn'),
    ('{"levelname": "ERROR", "message": "x"}', 'levelname": "ERROR', None),
    # logfmt
    ("ts=1 level=fatal msg=x", "level=fatal", None),
    ('time="2026-11-21T14:08:51Z" level=error msg="x"', "level=error", None),
    ('t=1 lvl=eror msg="x"', "lvl=eror", None),
    ('severity="ERROR" msg=x', 'severity="ERROR', None),
    # klog
    ("E1121 14:08:51.120 1 main.go:12] lost", "E1121", None),
    ("F1121 14:08:51.120 1 main.go:12] lost", "F1121", None),
    ("W1121 14:08:51.120 1 main.go:12] slow", None, "W1121"),
    ("I1121 14:08:51.120 1 main.go:12] fine", None, None),
    # Postgres
    ('2026-11-21 14:08:51.120 UTC [71] ERROR:  relation "orders" does not exist', "ERROR", None),
    ("2026-11-21 14:08:51.120 UTC [71] FATAL:  too many connections", "FATAL", None),
    ("2026-11-21 14:08:51.120 UTC [71] PANIC:  could not write", "PANIC", None),
    ("2026-11-21 14:08:51.120 UTC [71] LOG:  checkpoint complete", None, None),
    ("2026-11-21 14:08:51.120 UTC [71] WARNING:  there is no transaction", None, "WARNING"),
    # nginx, Apache, Envoy
    ("2026/11/21 14:08:51 [error] 12#12: *7 connect() failed (111)", "[error]", None),
    ("2026/11/21 14:08:51 [emerg] 1#1: bind() failed", "[emerg]", None),
    ("2026/11/21 14:08:51 [warn] 12#12: a client request body is buffered", None, "[warn]"),
    ('192.0.2.1 - - [21/Nov/2026:14:08:51 +0000] "GET / HTTP/1.1" 502 157 "-" "curl/8"', "502", None),
    ('192.0.2.1 - - [21/Nov/2026:14:08:51 +0000] "GET / HTTP/1.1" 404 - "-" "curl/8"', None, "404"),
    ('192.0.2.1 - - [21/Nov/2026:14:08:51 +0000] "GET /500 HTTP/1.1" 200 503 "-" "curl/8"', None, None),
    ('192.0.2.1 - - [21/Nov/2026:14:08:51 +0000] "" 400 0 "-" "-"', None, "400"),
    ('[2026-11-21T14:08:51.120Z] "GET / HTTP/1.1" 503 UF 0 91 3 - "-" "curl/8"', "503", None),
    # AWS load balancer
    (ALB.format(502, "-"), "502", None),
    (ALB.format(460, "-"), None, "460"),
    (ALB.format(200, 200), None, None),
    # prose, settings, names
    ("GET /errors 200, 0 errors", None, None),
    ("0 errors, 0 warnings", None, None),
    ('{"level":"info","error":null,"errors":0}', None, None),
    ('{"level":30,"status":500}', None, None),
    ("done errors=0 warn=0 error=none", None, None),
    ("starting with loglevel=error --log-level=error", None, None),
    ('{"loglevel":"error"}', None, None),
    ("level=error-budget", None, None),
    ('level=info msg="the last error: none"', None, None),
    ("TERRORS ERRORS ERROR_COUNT=0", None, None),
    ("GET /ERROR/x?state=ERROR 200", None, None),
    ("ERROR=0 'ERROR' \"ERROR\":null ERROR.log", None, None),
    ("net::ERR_CONNECTION_REFUSED was handled", None, None),
    ("no error here: all is well", None, None),
    ("a warning, and a fatal mistake", None, None),
    ("retried after TimeoutError: took 3 s", None, None),
    ("invoice E1121 was paid at 14:08:51", None, None),
    ("took 500 ms", None, None),
]


def said(line: str, spans: list[tuple[int, int]]) -> list[str]:
    return [line[start:end] for start, end in spans]


@pytest.mark.parametrize(("line", "error", "warning"), LINES)
def test_a_level_is_known_by_its_form(line: str, error: str | None, warning: str | None) -> None:
    assert said(line, ERRORS.spans(line)) == ([] if error is None else [error])
    assert said(line, WARNINGS.spans(line)) == ([] if warning is None else [warning])


@given(st.text("0123456789abcdefxyz /.,;-_=", max_size=60))
def test_lower_case_words_without_a_form_state_nothing(line: str) -> None:
    assert not ERRORS.spans(line)


@given(
    st.sampled_from(["level", "lvl", "severity", "@level", "log.level"]),
    st.sampled_from(["error", "ERROR", "Fatal", "critical"]),
    st.text("abc ,:{}[]0", max_size=10),
)
def test_a_level_field_is_known_wherever_it_stands(field: str, word: str, rest: str) -> None:
    for line in (f'{{"msg":"{rest}","{field}":"{word}"}}', f'{{"{field}": "{word}", "msg":"{rest}"}}'):
        assert ERRORS.spans(line)
    assert ERRORS.spans(f"msg=x {field.lstrip('@')}={word} rest={rest}")
