"""What a log view says about itself in a few words, for the title of its pane, and why there is nothing in it."""

from collections.abc import Callable, Mapping
from typing import Final

from cockpit.logs.buffer import LogBuffer
from cockpit.logs.grep import Grep
from cockpit.logs.matcher import Case
from cockpit.logs.tail import StreamState
from cockpit.ui.widgets.text import fit

States = Callable[[], Mapping[StreamState, int]]
"""Tells how many of the followed streams are in each state."""

_PATTERN_CELLS = 24

_NOTHING_YET: Final = {
    StreamState.OPENING: "opening …",
    StreamState.WAITING: "no log yet: the container is being created",
    StreamState.TROUBLE: "no line could be read",
    StreamState.ENDED: "the log has ended without a line",
}


def status(
    buffer: LogBuffer,
    grep: Grep,
    states: Mapping[StreamState, int],
    line: int | None,
    new_lines: int | None,
    notice: str,
) -> str:
    """Put together what there is to say.

    Args:
        buffer: What is shown.
        grep: What is searched.
        states: How many of the followed streams are in each state.
        line: Number of the line that the person went to.
        new_lines: Lines that have come while the view was paused; None while it follows.
        notice: The answer to the last key, or why a pattern was refused.
    """
    streams = sum(states.values()) or len(buffer.streams)
    others = {state: count for state, count in states.items() if count and state is not StreamState.FOLLOWING}
    alike = next(iter(others)) if streams and list(others.values()) == [streams] else None
    following = str(alike) if alike else "following"
    paused = f"paused · {new_lines:,} new" if new_lines else "paused"
    facts = [
        f"{streams} streams" if streams > 1 else "",
        *(f"{count} {state}" for state, count in others.items() if state is not alike),
        following if new_lines is None else paused,
        f"{grep.errors:,} errors" if grep.errors > 1 else "1 error" * grep.errors,
        f"{buffer.first:,} lines dropped" if buffer.first else "",
        _grep_status(grep, line),
        notice,
    ]
    return " · ".join(fact for fact in facts if fact)


def nothing(buffer: LogBuffer, grep: Grep, states: Mapping[StreamState, int]) -> str:
    """Say why no line is shown."""
    if buffer.end:
        return "searching …" if grep.searching else f"no line matches; & shows all {buffer.end - buffer.first:,}"
    present = [state for state, count in states.items() if count]
    if not present:
        return "no lines yet"
    return _NOTHING_YET.get(present[0], "no line yet: what is written from now on appears here; s looks further back")


def _grep_status(grep: Grep, line: int | None) -> str:
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
    if line is not None and grep.search.following(line - 1) == line:
        words.append(f"match {grep.search.position(line) + 1:,} of {count}")
    else:
        words.append(count)
    return " ".join(words)
