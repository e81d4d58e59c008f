"""What a log view says about itself in a few words, for the title of its pane."""

from cockpit.logs.grep import Grep
from cockpit.logs.search import Case
from cockpit.ui.text import fit

_PATTERN_CELLS = 24


def status(streams: int, grep: Grep, match: int | None, new_lines: int | None, notice: str) -> str:
    """Put together what there is to say.

    Args:
        streams: How many streams there are.
        grep: What is searched.
        match: Number of the line of the match that the person went to.
        new_lines: Lines that have come while the view was paused; None while it follows.
        notice: The answer to the last key, or why a pattern was refused.
    """
    paused = f"paused · {new_lines:,} new" if new_lines else "paused"
    facts = [
        f"{streams} streams" if streams > 1 else "",
        "following" if new_lines is None else paused,
        f"{grep.errors:,} errors" if grep.errors > 1 else "1 error" * grep.errors,
        _grep_status(grep, match),
        notice,
    ]
    return " · ".join(fact for fact in facts if fact)


def _grep_status(grep: Grep, match: int | None) -> str:
    """Say what is searched and how often it was found: `filter not "timeout" match 3 of 214`."""
    if grep.search is None:
        return ""
    words = ["filter" if grep.filtering else "grep"]
    if grep.pattern.inverse:
        words.append("not")
    words.append(f'"{fit(grep.pattern.text, _PATTERN_CELLS)}"')
    if grep.pattern.case is not Case.SMART:
        words.append("case matters" if grep.pattern.case is Case.MATCH else "any case")
    if grep.filtering and (grep.before or grep.after):
        words.append(f"±{grep.before}" if grep.before == grep.after else f"-B{grep.before} -A{grep.after}")
    count = f"{grep.search.count:,}" + ("…" if grep.searching else "")
    if match is None:
        words.append(count)
    else:
        words.append(f"match {grep.search.position(match) + 1:,} of {count}")
    return " ".join(words)
