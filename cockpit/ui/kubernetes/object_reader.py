"""Reads the pages of an object that are text: its description, and its YAML."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes.objects import ObjectRef
from cockpit.threads import call_in_thread
from cockpit.ui.kubernetes.holdings import Holdings
from cockpit.ui.kubernetes.object_pages import YAML
from cockpit.ui.widgets.line import Span
from cockpit.ui.widgets.text_view import TextLine

if TYPE_CHECKING:  # brings along the HTTP client
    from cockpit.sources.kubernetes.connection import Cluster


class ObjectReader:
    """Asks the cluster for one object, and puts it into words with what is held around it."""

    def __init__(self, cluster: "Callable[[], Cluster | None]", held: Holdings) -> None:
        """`cluster` gives the cluster that is looked at."""
        self._cluster = cluster
        self._held = held

    async def read(self, about: ObjectRef, page: str) -> Sequence[TextLine]:
        """Read a page, `describe` or `yaml`.

        Raises:
            SourceError: the object cannot be read.
        """
        cluster = self._cluster()
        if cluster is None:
            raise SourceError(TroubleKind.UNREACHABLE, "no cluster is looked at yet")
        return await call_in_thread(self._read, cluster, about, page)

    def _read(self, cluster: "Cluster", about: ObjectRef, page: str) -> list[TextLine]:
        from cockpit.sources.kubernetes.describe import Around, describe  # noqa: PLC0415  (brings along YAML)
        from cockpit.sources.kubernetes.object_text import read_object, yaml_lines  # noqa: PLC0415

        given = read_object(cluster, about.kind, about.namespace, about.name)
        if page == YAML:
            return [_yaml_line(line) for line in yaml_lines(given)]
        lines: list[TextLine] = []
        for section in describe(given, Around(self._held.listed_pods, self._held.listed)):
            lines += [[Span("")]] if lines else []
            lines.append([Span(f" {section.title}", "strong")])
            lines += [[Span(f"   {line}")] for line in section.lines]
        return lines


def _yaml_line(line: str) -> TextLine:
    """Set the key apart from the value, and remarks from both."""
    if line.startswith("#"):
        return [Span(f" {line}", "dim")]
    key, colon, value = line.partition(": ")
    if not colon:
        return [Span(f" {line}", "dim" if line.endswith(":") else "")]
    return [Span(f" {key}{colon}", "dim"), Span(value)]
