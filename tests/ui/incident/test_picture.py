"""A picture shows no secret, whole or cut, and everything else as it stood on the screen."""

import xml.etree.ElementTree as ET

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from cockpit.redact import secrets_in
from cockpit.ui.incident.picture import mask_fragments, picture

TOKEN = "ghp_" + "aB3dE6gH9j" * 4


def drawn(*rows: str, secrets: dict[str, str] | None = None) -> str:
    """Draw rows, and read what the picture says."""
    strips = [Strip([Segment(row.ljust(60), Style(color="red"))], 60) for row in rows]
    svg = picture(strips, secrets or {}, "#101010", "#eeeeee")
    return "".join(ET.fromstring(svg).itertext()).replace("\N{NO-BREAK SPACE}", " ")  # noqa: S314  (our own picture)


def test_what_is_no_secret_is_drawn_in_its_colours() -> None:
    strip = Strip([Segment("api <down> & ", Style(color="#ff0000")), Segment("db", Style(bold=True))])
    svg = picture([strip], {}, "#101010", "#eeeeee")
    text = "".join(ET.fromstring(svg).itertext())  # noqa: S314  (our own picture)
    assert "api\N{NO-BREAK SPACE}<down>" in text
    assert "#ff0000" in svg
    assert "#101010" in svg


def test_a_secret_in_a_row_is_masked_and_nothing_moves() -> None:
    row = f"token {TOKEN} of api"
    masked = mask_fragments(row, secrets_in(row))
    assert len(masked) == len(row)
    assert masked.startswith("token [redacted:github-token]•••")
    assert masked.endswith(" of api")
    assert "aB3dE6" not in drawn(row)


@pytest.mark.parametrize("shown", [TOKEN[:12], TOKEN[-15:], TOKEN[5:25]])
def test_a_secret_that_the_screen_has_cut_is_masked(shown: str) -> None:
    secrets = secrets_in(f"token {TOKEN}")
    assert shown[2:-2] not in drawn(f"api {shown}…", secrets=secrets)


def test_a_secret_that_is_wrapped_is_masked_in_both_rows() -> None:
    text = drawn(f"api {TOKEN[:20]}", f"    {TOKEN[20:]} end", secrets=secrets_in(TOKEN))
    assert "aB3dE6" not in text
    assert "end" in text


def test_short_secrets_do_not_black_out_other_words() -> None:
    assert "database" in drawn("PASSWORD=at", "database", secrets=secrets_in("PASSWORD=at"))
