"""Secrets in large texts and in JSON are masked, wherever the text is cut into blocks."""

import json

import pytest

from cockpit.incident.masking import mask_json, mask_lines, mask_svg

SECRET = "hunter2" + "hunter2"
KEY = "-----BEGIN PRIVATE KEY-----\n" + "MIIEpAIBAAKCAQEA7xcgzmZzWOd1ABCD\n" * 40 + "-----END PRIVATE KEY-----\n"


def test_a_long_text_is_masked_like_a_short_one_and_otherwise_kept_to_the_letter() -> None:
    lines = "\n".join(f"line {number} " + "x" * 100 for number in range(2_000))
    assert mask_lines(lines.encode()) == lines.encode()
    masked = mask_lines(f"{lines}\nDB_PASSWORD={SECRET}\n{lines}".encode()).decode()
    assert masked == f"{lines}\nDB_PASSWORD=[redacted:password]\n{lines}"


@pytest.mark.parametrize("before", [32_000, 32_600, 32_760, 32_768])
def test_a_key_is_not_torn_between_two_blocks(before: int) -> None:
    filler = ("x" * 79 + "\n") * (before // 80)
    masked = mask_lines(f"{filler}{KEY}{filler}".encode())
    assert b"MIIE" not in masked
    assert masked.decode() == f"{filler}[redacted:private-key]\n{filler}"


def test_one_line_without_an_end_is_masked() -> None:
    assert SECRET.encode() not in mask_lines(f"{'x' * 100_000} DB_PASSWORD={SECRET}".encode())


@pytest.mark.parametrize(
    "value",
    [
        {"env": f'TOKEN={SECRET}"quoted\\'},
        {"password": SECRET},
        {"password": f'{SECRET} with\nlines and "quotes"'},
        [f'curl --token {SECRET}"', 1, None, {"a": [f"DB_PASSWORD={SECRET}"]}],
        KEY.split("\n"),
    ],
)
def test_json_stays_json(value: object) -> None:
    masked = mask_json(json.dumps(value).encode())
    assert SECRET.encode() not in masked
    assert b"MIIE" not in masked
    assert b"[redacted:" in masked
    assert type(json.loads(masked)) is type(value)


def test_json_without_secrets_is_not_touched() -> None:
    content = b'{ "pods":  [1, "api"] }'
    assert mask_json(content) == content


def test_what_only_calls_itself_json_is_masked_like_text() -> None:
    assert mask_json(f"{{ DB_PASSWORD={SECRET}".encode()) == b"{ DB_PASSWORD=[redacted:password]"


def test_a_picture_stays_a_picture() -> None:
    shown = f"<svg><style>a {{ color: red }}</style><text id='1'>a &lt;b&gt;&#160;DB_PASSWORD={SECRET}</text></svg>"
    masked = mask_svg(shown.encode()).decode()
    assert masked == (
        "<svg><style>a { color: red }</style><text id='1'>a &lt;b&gt;\N{NO-BREAK SPACE}"
        "DB_PASSWORD=[redacted:password]</text></svg>"
    )
    assert mask_svg(masked.encode()).decode() == masked


def test_a_mask_that_had_no_room_does_not_tear_the_picture() -> None:
    shown = "<text>PASSWORD=[r</text><text>next</text>"
    assert mask_svg(shown.encode()).endswith(b"</text><text>next</text>")
