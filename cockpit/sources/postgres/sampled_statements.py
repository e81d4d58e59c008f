"""Statements without pg_stat_statements: what was seen running, look by look."""

import re
from datetime import datetime

from cockpit.sources.postgres.model import Activity, Backend, BackendState, Statement, Statements
from cockpit.sources.postgres.statement_ledger import ZERO, Cost

_MOST = 500
"""Different statements that are kept; those that were seen least are dropped."""
_PATTERN_LENGTH = 2000
"""Characters of a statement by which it is told from others."""
_LITERAL = re.compile(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b")
_SPACES = re.compile(r"\s+")
_CLIENT = "client backend"

_Key = tuple[str, str, str]
"""User, database, and the id or the pattern of the statement."""


class SampledStatements:
    """Adds up what clients were seen doing. A sighting stands for the time since the look before."""

    def __init__(self) -> None:
        """Start with nothing seen."""
        self._seen: dict[_Key, Cost] = {}
        self._texts: dict[_Key, str] = {}
        self._by_id: dict[_Key, _Key] = {}
        """Of statements that the server has numbered, by their text."""
        self._before: dict[_Key, Cost] = {}
        self._since: datetime | None = None
        self._looked_at: datetime | None = None
        self._taken_at: datetime | None = None

    def look(self, activity: Activity, now: datetime, own: tuple[int, ...] = ()) -> None:
        """Take what runs at the moment `now`, but for our own backends."""
        elapsed = 0.0 if self._looked_at is None else (now - self._looked_at).total_seconds()
        self._since, self._looked_at = self._since or now, now
        for backend in activity.backends:
            if backend.state is not BackendState.ACTIVE or backend.backend_type != _CLIENT or backend.pid in own:
                continue
            key = self._key(backend)
            seen = self._seen.get(key, ZERO)
            self._seen[key] = seen._replace(calls=seen.calls + 1, total_ms=seen.total_ms + 1000 * elapsed)
            self._texts.setdefault(key, _normalised(backend.query))
        if len(self._seen) > _MOST:
            self._drop_least()

    def take(self, now: datetime) -> Statements:
        """Give what was seen since the session began, and since this was asked for last."""
        statements = tuple(
            Statement(
                key="/".join(key),
                user=key[0],
                database=key[1],
                text=self._texts[key],
                total=seen.counters(),
                session=seen.counters(),
                interval=seen.since(self._before.get(key, ZERO)).counters(),
            )
            for key, seen in self._seen.items()
        )
        seconds = None if self._taken_at is None else (now - self._taken_at).total_seconds()
        self._before, self._taken_at = dict(self._seen), now
        return Statements(
            statements=statements,
            known=len(statements),
            taken_at=now,
            session_since=self._since,
            interval_seconds=seconds,
            sampled=True,
        )

    def _key(self, backend: Backend) -> _Key:
        """Tell which statement it is. The server's id for it is not there from the first moment on."""
        by_text = (backend.user, backend.database, _normalised(backend.query))
        if backend.query_id is None:
            return self._by_id.get(by_text, by_text)
        key = self._by_id[by_text] = (*by_text[:2], str(backend.query_id))
        if (early := self._seen.pop(by_text, None)) is not None:
            self._seen[key], self._texts[key] = early, self._texts.pop(by_text)
        return key

    def _drop_least(self) -> None:
        kept = sorted(self._seen, key=lambda key: self._seen[key].calls, reverse=True)[: _MOST // 2]
        self._seen = {key: self._seen[key] for key in kept}
        self._texts = {key: self._texts[key] for key in kept}
        self._by_id = {by_text: key for by_text, key in self._by_id.items() if key in self._seen}


def _normalised(text: str) -> str:
    """Put `?` for literals, so that calls with other values are one statement and values are not shown."""
    return _SPACES.sub(" ", _LITERAL.sub("?", text[:_PATTERN_LENGTH])).strip()
