"""What explains a cause, as the modules that know one cause each tell it to `pods`."""

from typing import NamedTuple

from cockpit.diagnosis.finding import Evidence, Suggestion
from cockpit.diagnosis.wording import one_line
from cockpit.sources.kubernetes.kind_names import EVENTS
from cockpit.sources.kubernetes.objects import Event, ObjectRef

MOST_ASKED = 20
"""Pods of a workload whose logs and events are looked at: they tell the same."""


class Shared(NamedTuple):
    """What several workloads may fail from at the same time."""

    key: str
    """Says what it is and what is wrong with it: `registry/ghcr.io does not answer`."""
    text: str
    """Said of all of them: `cannot pull images: ghcr.io does not answer`."""


class Explanation(NamedTuple):
    """What is known beyond the cause itself."""

    why: str = ""
    """In a few words: `there is no tag 9.9.9`."""
    detail: str = ""
    """What stands before the explanation in a title: `exit 1`."""
    evidence: tuple[Evidence, ...] = ()
    objects: tuple[ObjectRef, ...] = ()
    actions: tuple[Suggestion, ...] = ()
    shared: Shared | None = None
    """Set where the same words, said of another workload, mean the same thing."""


def event_evidence(event: Event) -> Evidence:
    """Make a proof of an event."""
    times = f" ({event.count} times)" if event.count > 1 else ""
    return Evidence(EVENTS, event.meta.key, f"{one_line(event.reason)}: {one_line(event.message)}{times}")
