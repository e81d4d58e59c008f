"""How what a person types is understood."""

import shlex
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.ui.actions.parameters import parse_env, parse_image, parse_number, parse_resources
from cockpit.ui.actions.ports_desk import parse_ports

NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,20}", fullmatch=True)
VALUES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=40)
AMOUNTS = st.from_regex(r"[0-9]{1,6}(m|Mi|Gi|k)?", fullmatch=True)


@given(st.dictionaries(NAMES, st.none() | VALUES, min_size=1, max_size=6))
def test_variables_come_back_as_they_were_meant_whatever_stands_in_them(changes: dict[str, str | None]) -> None:
    typed = shlex.join(f"{name}-" if value is None else f"{name}={value}" for name, value in changes.items())
    assert parse_env(typed) == changes


@given(st.text(max_size=60))
def test_whatever_is_typed_for_variables_is_understood_or_refused_in_words(typed: str) -> None:
    with suppress(ValueError):
        understood = parse_env(typed)
        assert understood
        assert all("=" not in name and name.strip() == name and name for name in understood)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "nothing to set"),
        ("DEBUG", "'DEBUG' is neither NAME=value nor NAME-"),
        ("=x", "'' is no name"),
        ("1A=x", "'1A' is no name"),
        ("A='x", "No closing quotation"),
    ],
)
def test_what_is_no_variable(typed: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse_env(typed)


@given(
    st.dictionaries(st.sampled_from(["cpu", "memory"]), AMOUNTS, max_size=2),
    st.dictionaries(st.sampled_from(["cpu", "memory"]), AMOUNTS, max_size=2),
)
def test_resources_come_back_as_they_were_meant(requests: dict[str, str], limits: dict[str, str]) -> None:
    names = sorted(requests.keys() | limits.keys())
    typed = " ".join(f"{name}={requests.get(name, '')}/{limits.get(name, '')}" for name in names)
    if names:
        assert parse_resources(typed) == (requests, limits)
    else:
        with pytest.raises(ValueError, match="nothing to set"):
            parse_resources(typed)


def test_a_request_needs_no_slash() -> None:
    assert parse_resources("cpu=100m") == ({"cpu": "100m"}, {})


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("cpu", "not of the form memory=REQUEST/LIMIT"),
        ("cpu=lots", "'lots' is no Kubernetes quantity"),
        ("cpu=1/2/3", "'2/3' is no Kubernetes quantity"),
        ("cpu=/", "nothing to set"),
    ],
)
def test_what_are_no_resources(typed: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse_resources(typed)


@pytest.mark.parametrize("typed", ["", "-1", "three", "1.5", "٣", "9" * 10])
def test_what_is_no_number(typed: str) -> None:
    with pytest.raises(ValueError, match="number"):
        parse_number(typed)


@pytest.mark.parametrize("typed", ["", "shop/api:1 shop/api:2", "shop/api:1\t"])
def test_what_is_no_image(typed: str) -> None:
    with pytest.raises(ValueError, match="image"):
        parse_image(typed)


@pytest.mark.parametrize(("typed", "ports"), [("80", (0, 80)), ("8080:80", (8080, 80)), ("0:80", (0, 80))])
def test_ports(typed: str, ports: tuple[int, int]) -> None:
    assert parse_ports(typed) == ports


@given(st.text(max_size=12))
def test_whatever_is_typed_for_a_port_is_one_or_refused_in_words(typed: str) -> None:
    with suppress(ValueError):
        local, port = parse_ports(typed)
        assert 0 <= local <= 65535
        assert 0 < port <= 65535
