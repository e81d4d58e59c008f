"""What one revision of a workload changed, as text."""

from cockpit.diagnosis.template_diff import TemplateChange, diff
from cockpit.sources.kubernetes.objects import ReplicaSet
from cockpit.text import clean
from cockpit.ui.widgets.line import Span
from cockpit.ui.widgets.text_view import TextLine


def revision_lines(revision: ReplicaSet, before: ReplicaSet | None) -> list[TextLine]:
    """Tell what `revision` changed against the one before it; None: it is the oldest that is kept."""
    if before is None:
        return [
            [Span(f" Revision {revision.revision} is the oldest that is kept", "dim")],
            *_images(revision),
        ]
    changes = diff(before.template, revision.template)
    heading = [Span(f" Revision {revision.revision}", "strong"), Span(f" against {before.revision}", "dim")]
    if not changes:
        return [heading, [Span("   the same template", "dim")]]
    return [heading, *(_change(change) for change in changes)]


def _change(change: TemplateChange) -> TextLine:
    sign, tone = ("+", "well") if not change.before else ("-", "wrong") if not change.after else ("~", "changing")
    place = f"  ({change.container})" if change.container else ""
    return [Span(f"   {sign} ", tone), Span(change.text), Span(place, "dim")]  # type: ignore[arg-type]


def _images(revision: ReplicaSet) -> list[TextLine]:
    return [[Span(f"   {clean(each.name)} ", "dim"), Span(clean(each.image))] for each in revision.template.containers]
