"""How the log keeps a change of severity or of the public status."""

from cockpit.incident.entry import Draft, EntryKind, EntrySource


def severity(before: str | None, after: str, actor: str, source: EntrySource = EntrySource.PERSON) -> Draft:
    """Write down that the severity is `after` now; `before` is None when there was none."""
    return _change(EntryKind.SEVERITY, before, after, actor, source)


def status(before: str | None, after: str, actor: str, source: EntrySource = EntrySource.PERSON) -> Draft:
    """Write down that the public status is `after` now; `before` is None when there was none."""
    return _change(EntryKind.STATUS, before, after, actor, source)


def _change(kind: EntryKind, before: str | None, after: str, actor: str, source: EntrySource) -> Draft:
    text = f"{kind} {before} → {after}" if before else f"{kind} {after}"
    return Draft(kind, text, actor, source, data={"from": before, "to": after})
