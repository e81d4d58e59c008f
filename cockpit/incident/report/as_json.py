"""A report as JSON. docs/report.md describes its shape."""

import json
from datetime import datetime, timedelta
from typing import Any

import msgspec

from cockpit.clock import rfc3339
from cockpit.incident.report.model import Report

VERSION = 1
"""Of the shape: it grows when something changes its name or meaning, not when something is added."""


def as_json(report: Report) -> str:
    """Write a report: one object in ASCII, times as RFC 3339 in UTC, lengths of time in seconds."""
    fields = msgspec.to_builtins(report, builtin_types=(datetime, timedelta), enc_hook=str)
    return json.dumps({"cockpit_report": VERSION, **_plain(fields)}, indent=2) + "\n"


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {name: _plain(each) for name, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case datetime():
            return rfc3339(value)
        case timedelta():
            return value.total_seconds()
    return value
