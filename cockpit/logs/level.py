r"""The severity that a log line states about itself.

Known are: words set in capitals, `level=error` (logfmt), JSON fields (words, and the numbers of pino and bunyan), klog,
Postgres, Monolog, syslog and nginx notations, uncaught exceptions, and the status in the access logs of nginx, Apache,
Envoy and the AWS load balancers, where 5xx is an error and 4xx a warning. Prose is full of the same words (`0 errors`,
`"error":null`): a lower-case word alone states nothing.
"""

import re

from cockpit.logs.matcher import Case, Matcher, Pattern

_NAME = r"@?(?:log[._])?(?:level(?:name)?|lvl|severity(?:_?text)?)"
_FIELD = rf'(?i:(?:^|[\s,{{{{(["]){_NAME}(?:"\s*:\s*"|=["\']?|:\s?){{words}})'
"""The field in which a line states its level. `loglevel=error` is a setting."""

_NOTATIONS = (
    rf"{_FIELD}(?:[^\w./-]|$)",  # level=error, "severity": "ERROR"; not level=error-rate
    r'"level"\s*:\s*{number}\b',  # pino, bunyan
    r"(?:^|[^\w/\"'=.?&-]){capitals}(?:[^\w\"'=.-]|\.\s|\.?$)",  # ERROR, [ERROR], FATAL:, celery's ERROR/MainProcess
    r"\w\.{capitals}: ",  # Monolog: `production.ERROR: `
    r"\[{words}\]",  # nginx, Apache: `[error] 12#0:`
    r"(?:^|[:\]] |Z ){words}(?:\[\w+\])?: ",  # `error: no database`
    r"(?:^|Z |\d ){letter}\d{{4}} \d\d:\d\d:\d\d",  # klog: `E1121 14:08:51.120 main.go:12] lost`
    r'" {status} (?:\d+|-)(?: |$)',  # `"GET / HTTP/1.1" 502 157`: nginx, Apache
    r'HTTP/[\d.]+" {status} ',  # `"GET / HTTP/1.1" 503 UF`: Envoy
    # ALB: the status that the balancer gave (docs.aws.amazon.com/elasticloadbalancing, access log entries)
    r"^(?:https?|h2|grpcs|wss?) \S+ app/\S+ \S+ \S+ \S+ \S+ \S+ {status} ",
)
_UNCAUGHT = (
    r"^Traceback \(most recent call last\)|^Exception in thread "
    r"|^(?:Uncaught )?[\w.$]*(?:Error|Exception)(?: \[\w+\])?: "
)

_NUMBER = re.compile(
    r'^" (\d{3}) |^HTTP/[\d.]+" (\d{3})| (\d{3}) $|([EFW]\d{4})(?= \d\d:\d\d:\d\d$)|^\w\.([A-Z]+): $', re.ASCII
)
_WORDS = re.compile(r"([\[@A-Za-z].*[\w\])])", re.ASCII)
"""The statement itself in a match, without what merely sets it apart."""


class LevelMatcher(Matcher):
    """Matches the lines that state a severity."""

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Give where a line states it, without what merely sets the statement apart."""
        return [_narrowed(text, start, end) for start, end in super().spans(text)]


def error_matcher() -> LevelMatcher:
    """Make a matcher for the lines that state an error or worse; the match is the statement itself."""
    return _matcher(
        _UNCAUGHT,
        words="(?:error|eror|err|fatal|critical|crit|d?panic|alert|severe|emergency|emerg)",
        capitals="(?:ERROR|ERR|FATAL|CRITICAL|CRIT|PANIC|ALERT|SEVERE|EMERGENCY|EMERG)",
        number="[56]0",
        letter="[EF]",
        status=r"5\d\d",
    )


def warning_matcher() -> LevelMatcher:
    """Make a matcher for the lines that state a warning; the match is the statement itself."""
    words, capitals = "(?:warning|warn)", "(?:WARNING|WARN)"
    return _matcher(words=words, capitals=capitals, number="40", letter="W", status=r"4\d\d")


def _matcher(*others: str, **severity: str) -> LevelMatcher:
    notations = [notation.format(**severity) for notation in _NOTATIONS]
    return LevelMatcher(Pattern("|".join([*notations, *others]), case=Case.MATCH))


def _narrowed(text: str, start: int, end: int) -> tuple[int, int]:
    match = text[start:end]
    statement = _NUMBER.search(match) or _WORDS.search(match)
    if statement is None:
        return start, end
    first, last = statement.span(statement.lastindex or 0)
    return start + first, start + last
