"""Regular expressions that people type. They run on RE2: linear time whatever is typed."""

from typing import Any


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
