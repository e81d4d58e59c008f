"""URLs are shown without what nobody else must see."""

import pytest

from cockpit.sources.web.urls import below, looks_like_login, shown


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("https://shop.example/healthz?deep=1#x", "https://shop.example/healthz?deep=1"),
        ("https://user:hunter2@shop.example:8443/", "https://shop.example:8443/"),
        ("https://shop.example/?api_key=abc&n=1", "https://shop.example/?api_key=[redacted:secret]&n=1"),
        ("https://a/?Access%5FToken=abc&sig=d", "https://a/?Access%5FToken=[redacted:secret]&sig=[redacted:secret]"),
        ("https://sso/?code=abc&state=def&key=", "https://sso/?code=[redacted:secret]&state=[redacted:secret]&key="),
        ("https://a/\x1b[2J\u202eb", "https://a/b"),
        ("http://[::1/?user:pw@x", "x"),
        ("", ""),
    ],
)
def test_shown(url: str, seen: str) -> None:
    assert shown(url) == seen


def test_a_long_url_is_cut() -> None:
    assert len(shown("https://a/" + "x" * 10_000)) == 300


def test_paths_are_put_below_the_path_that_is_configured() -> None:
    assert below("https://a/prom/?tenant=x", "/api", [("q", "a b+c")]) == "https://a/prom/api?tenant=x&q=a%20b%2Bc"


@pytest.mark.parametrize(
    ("target", "asked", "login"),
    [
        ("https://shop/blog/in", "https://shop/", False),
        ("https://shop/catalog-index", "https://shop/", False),
        ("https://www.shop/", "https://shop/", False),
        ("https://shop/user/login.jsp", "https://shop/", True),
        ("https://login.microsoftonline.com/common", "https://shop/", True),
        ("https://login.shop/healthz/", "https://login.shop/healthz", False),
        ("https://idp/x?SAMLRequest=abc", "https://shop/", True),
        ("https://shop/x?client_id=1", "https://shop/", False),
    ],
)
def test_logins(target: str, asked: str, login: bool) -> None:
    assert looks_like_login(target, asked) is login
