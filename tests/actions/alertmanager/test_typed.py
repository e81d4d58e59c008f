"""Matchers are read as they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.actions.alertmanager.amtool import written
from cockpit.actions.alertmanager.typed import read_matchers
from cockpit.sources.web.model import Matcher


@pytest.mark.parametrize(
    ("text", "matchers"),
    [
        ("", ()),
        ('alertname="Down"', (Matcher("alertname", "Down"),)),
        ("{a=b}", (Matcher("a", "b"),)),
        ("a=b c!=d", (Matcher("a", "b"), Matcher("c", "d", equal=False))),
        (
            'a = "x y" , b=~"api-.*",c!~z,',
            (Matcher("a", "x y"), Matcher("b", "api-.*", regex=True), Matcher("c", "z", regex=True, equal=False)),
        ),
        ('a=""', (Matcher("a", ""),)),
        (r'"foo.bar"="say \"hi\"\n"', (Matcher("foo.bar", 'say "hi"\n'),)),
    ],
)
def test_matchers(text: str, matchers: tuple[Matcher, ...]) -> None:
    assert read_matchers(text) == matchers


@pytest.mark.parametrize("text", ["Down", "=x", 'a="x', 'a="x"b="y"', "a=b d", "a~b", ",", "a=b,,c=d"])
def test_what_is_no_matcher_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="is no matcher; write such as"):
        read_matchers(text)


@given(st.lists(st.builds(Matcher, st.text(min_size=1), st.text(), st.booleans(), st.booleans())))
def test_what_is_written_is_read_again(matchers: list[Matcher]) -> None:
    assert read_matchers(", ".join(map(written, matchers))) == tuple(matchers)
