"""Which alerts a silence covers.

Source: prometheus/alertmanager, `pkg/labels` and `silence/silence.go`: every matcher has to hold, a regular expression
of the whole value, a label that is not there counts as empty, and one matcher must not hold of the empty value.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from cockpit.actions.alertmanager.amtool import written
from cockpit.regex import PatternError, compile_re2
from cockpit.sources.web.model import Alert, Matcher

Holds = Callable[[str], bool]


def objection_to(matchers: Sequence[Matcher]) -> str:
    """Tell why Alertmanager would refuse a silence with these matchers; empty: it would not."""
    for matcher in matchers:
        if not matcher.name:
            return "a matcher needs the name of a label"
        try:
            _holds(matcher)
        except PatternError as error:
            return f"{written(matcher)} is not a regular expression: {error}"
    if all(_holds(matcher)("") for matcher in matchers):
        return "a silence needs a matcher that does not hold of an empty label, or it would cover everything"
    return ""


def covered(alerts: Iterable[Alert], matchers: Sequence[Matcher]) -> list[Alert]:
    """Give the alerts that a silence with these matchers covers; none where one of them cannot be understood."""
    try:
        conditions = [(matcher.name, _holds(matcher)) for matcher in matchers]
    except PatternError:
        return []

    def is_covered(labels: Mapping[str, str]) -> bool:
        return all(holds(labels.get(name, "")) for name, holds in conditions)

    return [alert for alert in alerts if is_covered(alert.labels)]


def _holds(matcher: Matcher) -> Holds:
    if not matcher.regex:
        return lambda value: (value == matcher.value) is matcher.equal
    pattern = compile_re2(rf"\A(?:{matcher.value})\z", ignore_case=False)
    return lambda value: (pattern.search(value) is not None) is matcher.equal
