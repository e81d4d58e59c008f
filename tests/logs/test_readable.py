"""JSON lines made readable."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.logs.readable import MOST_BYTES, readable


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ('{"time":"14:08:51","level":"error","msg":"no store","db":"x","try":3}', "ERROR no store db=x try=3"),
        ('{"level":50,"time":1795270131120,"pid":7,"msg":"slow"}', "ERROR slow pid=7"),
        ('{"severity":"WARNING","message":"slow","ok":false,"by":null,"s":1.5}', "WARNING slow ok=false by=null s=1.5"),
        ('{"event":"started","logger":"shop api","empty":""}', 'started logger="shop api" empty=""'),
        ('{"msg":"x","url":"/a?b=c","said":"\\"no\\""}', 'x url="/a?b=c" said="\\"no\\""'),
        ('{"msg":"x","user":{"id":7,"name":"Ana B"},"tags":["a",1]}', 'x user={id=7 name="Ana B"} tags=[a 1]'),
        ('{"msg":"boom\\n  at a\\n  at b"}', "boom ↵   at a ↵   at b"),
        ('{"msg":"grün","größe":"ä ö"}', 'grün größe="ä ö"'),
        ('{"level":{"name":"error"},"msg":"x"}', "x level={name=error}"),
    ],
)
def test_an_object_becomes_level_message_and_fields(line: str, text: str) -> None:
    assert readable(line.encode(), with_time=False).decode() == text


@pytest.mark.parametrize(
    ("time", "text"),
    [
        ('"2026-11-21T14:08:51Z"', "2026-11-21T14:08:51Z"),
        ("1795270131120", "2026-11-21T14:08:51.120Z"),
        ("1795270131.12", "2026-11-21T14:08:51.120Z"),
        ("1e300", "1e+300"),
    ],
)
def test_its_own_time_comes_first_where_it_is_wanted(time: str, text: str) -> None:
    line = f'{{"level":"info","ts":{time},"msg":"x"}}'.encode()
    assert readable(line, with_time=True).decode() == f"{text} INFO x"
    assert readable(line, with_time=False).decode() == "INFO x"


@pytest.mark.parametrize(
    "line",
    [b"", b"plain text", b"{not json}", b'["a"]', b"{}", b'prefix {"a":1}', b'{"a":1} {"b":2}', b'{"a":' * 2000 + b"}"],
)
def test_every_other_line_stays_as_it_is(line: bytes) -> None:
    assert readable(line, with_time=True) == line


def test_what_is_nested_is_kept_short_and_a_huge_line_is_left_alone() -> None:
    line = json.dumps({"msg": "x", "body": {"items": list(range(1000))}}).encode()
    text = readable(line, with_time=False).decode()
    assert text.startswith("x body={items=[0 1 2 3")
    assert text.endswith("18 19 …}")
    assert len(text) == len("x body=") + 60
    huge = json.dumps({"msg": "x" * MOST_BYTES}).encode()
    assert readable(huge, with_time=False) == huge


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["time", "level", "msg", "a", "b b"]) | st.text(max_size=5), VALUES, max_size=6))
def test_any_object_becomes_one_line_of_text(fields: dict[str, object]) -> None:
    text = readable(json.dumps(fields).encode(), with_time=True).decode()
    assert "\n" not in text
    assert text
