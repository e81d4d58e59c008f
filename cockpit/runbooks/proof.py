"""Which steps the record itself proves done: marked so by the runbook, or worded so that they can mean nothing else."""

import re
from typing import Final

PROOFS: Final = (
    "declared",
    "severity",
    "acknowledged",
    "lead",
    "impact started",
    "detected",
    "identified",
    "mitigated",
    "resolved",
)
"""What an incident log can prove: that it was declared, a severity was set, somebody leads, a time is known …"""

_MARK: Final = re.compile(r"\s*<!--\s*proven by:?\s+([^<>\n]{1,40}?)\s*-->", re.IGNORECASE)
_WORDS: Final = {
    "declared": re.compile(r"declare\s+(?:the\s+|an\s+)?incident", re.IGNORECASE),
    "severity": re.compile(
        r"(?:set|classify|determine|assess|assign)\s+(?:the\s+)?(?:incident\s+)?severity(?:\s+level)?", re.IGNORECASE
    ),
}
"""All that the text of such a step may say."""


def marked(text: str) -> tuple[str, str]:
    """Take the mark out of a step's text: `Say how bad it is <!-- proven by: severity -->`.

    Returns:
        The text without it, and what it names, which may be none of `PROOFS`; empty when there is no mark.
    """
    found = _MARK.search(text)
    if found is None:
        return text, ""
    return (text[: found.start()] + text[found.end() :]).strip(), found[1].casefold()


def worded(text: str) -> str:
    """Tell what proves a step without a mark, by its whole text; empty: nothing surely does."""
    return next((proof for proof, words in _WORDS.items() if words.fullmatch(text.strip(" .*"))), "")
