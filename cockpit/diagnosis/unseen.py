"""Findings whose source cannot be read now: unknown is not over."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from cockpit.diagnosis.finding import Finding


class Unread(NamedTuple):
    """A source that cannot be read now."""

    read_at: datetime | None
    """When it was read last (UTC); None: never."""
    stands: bool
    """Whether rules go on with its last answer, instead of telling only that it cannot be read."""


def source_of(finding: Finding) -> str:
    """Name the reading that a finding rests on first; empty: it names none."""
    return finding.evidence[0].source if finding.evidence else ""


class Unseen:
    """Remembers what was found while it could be seen, and keeps it while its source cannot be read."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._seen: dict[str, Finding] = {}
        """As it was seen last, by key."""

    def kept(self, findings: Sequence[Finding], unread: Mapping[str, Unread]) -> tuple[Finding, ...]:
        """Give what is wrong as far as is known, worst first.

        What was seen in a source before it could not be read any more stays, marked as not seen since; so does what
        rules find in its last answer. That it cannot be read is a finding like any other.

        Args:
            findings: what the rules find now.
            unread: the sources that cannot be read now, by name.
        """
        told = {key for finding in findings for key in (finding.key, *finding.covers)}
        gone = [each for key, each in self._seen.items() if key not in told and source_of(each) in unread]
        known = [self._marked(each, unread) for each in findings]
        seen = {each.key: each for each in findings if source_of(each) not in unread or each.key in self._seen}
        self._seen = seen | {each.key: each for each in gone}
        stays = [_not_seen(each, unread[source_of(each)]) for each in gone]
        return tuple(sorted((*known, *stays), key=lambda each: each.severity))

    def _marked(self, finding: Finding, unread: Mapping[str, Unread]) -> Finding:
        source = unread.get(source_of(finding))
        return _not_seen(finding, source) if source and source.stands and finding.key in self._seen else finding


def _not_seen(finding: Finding, source: Unread) -> Finding:
    return msgspec.structs.replace(finding, unseen_since=source.read_at)
