"""Texts of statements, kept because the server reads a whole file to give a single one."""

from collections.abc import Collection, Mapping

from cockpit.sources.postgres.statement_ledger import Key

_MOST_CHARACTERS = 16_000_000


class StatementTexts:
    """What is known of the texts, up to some megabytes."""

    def __init__(self) -> None:
        """Start with nothing known."""
        self._texts: dict[Key, str] = {}
        self._characters = 0

    def __getitem__(self, key: Key) -> str:
        """Give a text; empty while it is not known."""
        return self._texts.get(key, "")

    def missing(self, shown: Collection[Key], active: Collection[Key]) -> set[Key]:
        """Tell which texts to fetch: none while all that are shown are known.

        Else those of all that were active, which may be shown next, are fetched with them: they cost little more.
        """
        missing = set(shown) - self._texts.keys()
        return missing | (set(active) - self._texts.keys()) if missing else missing

    def learn(self, wanted: Collection[Key], told: Mapping[Key, str]) -> None:
        """Take the texts that were fetched. What was not told, has no text, and is not fetched again."""
        if self._characters > _MOST_CHARACTERS:
            self._texts.clear()
            self._characters = 0
        for key in wanted:
            text = self._texts[key] = told.get(key, "")
            self._characters += len(text)
