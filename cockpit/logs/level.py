"""The severity that a log line states about itself."""

from cockpit.logs.search import Case, Matcher, Pattern

# Upper-case words stand for themselves; lower-case ones only where a format sets them apart, since prose is full of
# them ("0 errors"): `level=error`, `"level":"error"`, `[error]`, `error:` at the start, klog's `E1121 14:08:51`.
_FORMATS = r'\b{upper}\b|(?i:\b(?:level|lvl|severity)"?[=:] ?"?{lower}\b)|\[{lower}\]|^{lower}:|^{klog}\d{{4}} '
_ERROR = _FORMATS.format(
    upper="(?:ERROR|FATAL|CRITICAL|PANIC|SEVERE|EMERG)",
    lower="(?:error|fatal|critical|panic|severe|emerg|crit|err)",
    klog="[EF]",
)
_WARN = _FORMATS.format(upper="(?:WARN|WARNING)", lower="(?:warn|warning)", klog="W")


def error_matcher() -> Matcher:
    """Make a matcher for the lines that state an error or worse; the match is the statement itself."""
    return Matcher(Pattern(_ERROR, case=Case.MATCH))


def warning_matcher() -> Matcher:
    """Make a matcher for the lines that state a warning; the match is the statement itself."""
    return Matcher(Pattern(_WARN, case=Case.MATCH))
