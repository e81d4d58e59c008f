"""Hosts of URLs, and certificates for them."""

import pytest

from cockpit.diagnosis.web.hosts import host_of, is_for


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Shop.example.test/healthz", "shop.example.test"),
        ("https://u:p@shop.example.test:8443?x=/", "shop.example.test"),
        ("http://[2001:db8::1]:80/", "[2001:db8::1]"),
        ("shop", ""),
    ],
)
def test_the_host_is_told_without_port_and_user(url: str, host: str) -> None:
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("name", "fits"),
    [("shop.example.test", True), ("*.example.test", True), ("*.test", False), ("example.test", False)],
)
def test_a_star_stands_for_one_label(name: str, fits: bool) -> None:
    assert is_for(name, "shop.example.test") is fits
    assert not is_for(name, "")
