"""Which pods a person wants to see: a regular expression, its inverse, and label selectors."""

import re
from collections.abc import Callable, Mapping, Sequence

import msgspec

from cockpit.regex import Find, PatternError, compile_re2, finder
from cockpit.sources.kubernetes.model import Pod


class FilterError(ValueError):
    """What was typed cannot be understood; the message says what and why."""


class LabelTerm(msgspec.Struct, frozen=True):
    """One term of a label selector (Kubernetes: equality-based requirement, and existence)."""

    label: str
    value: str | None = None
    """None: only whether the label is there."""
    negated: bool = False

    def accepts(self, labels: Mapping[str, str]) -> bool:
        """Tell whether `labels` fulfil the term. As in kubectl, `!=` holds for objects without the label."""
        found = self.label in labels if self.value is None else labels.get(self.label) == self.value
        return found is not self.negated


class PodFilter(msgspec.Struct, frozen=True):
    """A filter that was understood."""

    typed: str
    find: Find | None = None
    """Finds the expression in a text (UTF-8); None: nothing is looked for."""
    inverse: bool = False
    labels: tuple[LabelTerm, ...] = ()

    @property
    def matches(self) -> Callable[[str], bool] | None:
        """Tells whether a text holds the expression; None: nothing is looked for."""
        return None if self.find is None else self._holds

    def accepts(self, pod: Pod) -> bool:
        """Tell whether the pod is wanted.

        The expression looks at its name, and at a second line of namespace/name, status, node, IP and workload.
        """
        about = f"{pod.key} {pod.status} {pod.node} {pod.ip} {pod.workload.kind}/{pod.workload.name}"
        return self.accepts_text(f"{pod.name}\n{about}", pod.labels)

    def accepts_text(self, text: str, labels: Mapping[str, str]) -> bool:
        """Tell whether an object with these labels is wanted, of which the expression sees `text`."""
        if not all(term.accepts(labels) for term in self.labels):
            return False
        return self.find is None or self._holds(text) is not self.inverse

    def accepts_each(self, texts: Sequence[bytes]) -> list[bool]:
        """Tell of many objects without labels whether they are wanted, by what the expression sees of each (UTF-8)."""
        find, inverse = self.find, self.inverse
        if find is None or not all(term.accepts({}) for term in self.labels):
            return [self.accepts_text("", {})] * len(texts)
        return [(find(text, 0, len(text)) >= 0) is not inverse for text in texts]

    def _holds(self, text: str) -> bool:
        encoded = text.encode("utf-8", "replace")
        return self.find is not None and self.find(encoded, 0, len(encoded)) >= 0


EVERYTHING = PodFilter("")

_LABELS = re.compile(r"(?:^|\s)-l\s*(\S+)")


def parse_filter(typed: str) -> PodFilter:
    """Understand what was typed: `[!]REGEX` and any number of `-l key=value,key!=value,key,!key`.

    The expression ignores case unless it holds an upper-case letter.

    Raises:
        FilterError: The expression or the selector cannot be parsed.
    """
    terms = tuple(
        _label_term(term) for match in _LABELS.finditer(typed) for term in match.group(1).split(",") if term.strip()
    )
    expression = _LABELS.sub(" ", typed).strip()
    inverse = expression.startswith("!")
    expression = expression.removeprefix("!").strip()
    return PodFilter(typed, _find(expression) if expression else None, inverse, terms)


def _label_term(term: str) -> LabelTerm:
    found = re.fullmatch(r"(!?)([\w./-]+)(?:(==?|!=)([\w.-]*))?", term.strip())
    if found is None or (found[1] and found[3]):
        raise FilterError(f"label selector {term!r}: expected key=value, key!=value, key or !key")
    return LabelTerm(found[2], found[4], negated=bool(found[1]) or found[3] == "!=")


def _find(expression: str) -> Find:
    try:
        return finder(compile_re2(expression, ignore_case=expression == expression.lower()))
    except PatternError as error:
        raise FilterError(f"regular expression: {error}") from error
