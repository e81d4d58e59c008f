"""The formats in which a report can be written."""

from collections.abc import Mapping
from datetime import UTC, tzinfo
from enum import StrEnum
from pathlib import Path

from cockpit.incident.report.as_github import github
from cockpit.incident.report.as_html import HtmlPage
from cockpit.incident.report.as_json import as_json
from cockpit.incident.report.as_markdown import markdown
from cockpit.incident.report.layout import document
from cockpit.incident.report.model import Report
from cockpit.incident.report.words import Calendar


class Format(StrEnum):
    """A format, as it is typed; but for `github` also how its files end."""

    MARKDOWN = "md"
    HTML = "html"
    JSON = "json"
    GITHUB = "github"
    """The action items only, for the body of an issue."""


def format_of(path: Path | None) -> Format:
    """Tell the format by how a file ends; Markdown, when that does not tell."""
    ending = path.suffix.removeprefix(".").casefold() if path is not None else ""
    return Format(ending) if ending in (Format.HTML, Format.JSON) else Format.MARKDOWN


def written(report: Report, wanted: Format, zone: tzinfo = UTC, pictures: Mapping[str, bytes] | None = None) -> str:
    """Write a report: the same report, format, zone and pictures give the same text.

    Args:
        report: what it says.
        wanted: the format.
        zone: in which people read times; JSON has them in UTC.
        pictures: captured ones (SVG) by their SHA-256; HTML shows them.
    """
    calendar = Calendar(zone)
    match wanted:
        case Format.MARKDOWN:
            return markdown(document(report, calendar))
        case Format.HTML:
            return HtmlPage(calendar, pictures or {}).write(document(report, calendar))
        case Format.JSON:
            return as_json(report)
        case Format.GITHUB:
            return github(report)
