"""Regular expressions that people type. They run on RE2: linear time whatever is typed."""

from collections.abc import Callable
from typing import Any

Find = Callable[[bytes, int, int], int]
"""Tells where in a text the first match begins, between two offsets; -1 if there is none."""


class PatternError(ValueError):
    """The text is not a regular expression; the message is what RE2 says about it."""


def compile_re2(text: str, *, ignore_case: bool) -> Any:
    """Compile `text` to search in lines: `^` and `$` are their borders, and no match crosses a line end (`never_nl`).

    Groups are not captured.

    Returns:
        A compiled expression with the methods of `re.Pattern`.

    Raises:
        PatternError: RE2 does not accept it.
    """
    import re2  # noqa: PLC0415  (loaded with the first expression, not with the first frame)

    options = re2.Options()
    options.log_errors = False  # they would be written onto the screen
    options.never_nl = True
    options.never_capture = True
    options.case_sensitive = not ignore_case
    try:
        return re2.compile(f"(?m){text}", options)
    except re2.error as error:
        reason = error.args[0]
        said = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise PatternError(said.replace("(?m)", "", 1)) from None
    except UnicodeEncodeError:
        raise PatternError("holds half a character (a lone surrogate)") from None


def finder(compiled: Any) -> Find:
    """Make the quickest way to ask for one match: the match objects of the `re2` package cost more than the search."""
    match, anywhere = compiled._regexp.Match, type(compiled._regexp).Anchor.UNANCHORED  # noqa: SLF001

    def find(text: bytes, start: int, end: int) -> int:
        return match(anywhere, text, start, end)[0][0]  # type: ignore[no-any-return]

    return find
