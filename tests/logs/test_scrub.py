"""Log text, cleaned at the door."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.logs.scrub import scrub

PIECES = st.sampled_from(
    [b"\x1b[31m", b"\x1b]0;t\x07", b"\x1b]", b"\x1b", b"\r", b"\n", b"\x00", b"\xff", "é".encode()]
)
ANY_BYTES = st.lists(st.one_of(st.binary(max_size=4), PIECES)).map(b"".join)


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        (b"plain\tline [bold]x[/]", b"plain\tline [bold]x[/]"),
        (b"\x1b[1;31mERROR\x1b[0m down", b"ERROR down"),
        (b"\x1b]8;;https://x\x1b\\link\x1b]8;;\x1b\\", b"link"),
        (b"\x1b]0;no end\nnext line\x07", b"0;no end\nnext line"),
        (b"10 %\r20 %\r30 %", b"30 %"),
        (b"dos\r\nfile\r", b"dos\nfile"),
        (b"N\x00U\x07L\x7f", b"NUL"),
        (b"caf\xe9", "caf\N{REPLACEMENT CHARACTER}".encode()),
        (b"\xed\xa0\x80", "\N{REPLACEMENT CHARACTER}".encode() * 3),
        ("日本 é".encode(), "日本 é".encode()),
    ],
)
def test_what_steers_a_terminal_is_taken_out(raw: bytes, kept: bytes) -> None:
    assert scrub(raw) == kept


@given(ANY_BYTES)
def test_any_bytes_become_text_of_as_many_lines(raw: bytes) -> None:
    kept = scrub(raw)
    assert kept.count(b"\n") == raw.count(b"\n")
    assert not any(ord(character) < 32 and character not in "\t\n" for character in kept.decode())


@given(ANY_BYTES)
def test_cleaning_twice_changes_nothing(raw: bytes) -> None:
    assert scrub(scrub(raw)) == scrub(raw)
