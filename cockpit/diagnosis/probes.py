"""Why pods that run are not ready: what their probes are answered."""

from collections.abc import Sequence

from cockpit.diagnosis.explanation import MOST_ASKED, Explanation, event_evidence
from cockpit.diagnosis.symptoms import Symptom
from cockpit.diagnosis.view import View
from cockpit.diagnosis.wording import one_line, quoted

_PROBES = {"readiness": "readiness", "startup": "startup", "liveness": "liveness"}


def explain(found: Sequence[Symptom], view: View) -> Explanation:
    """Explain why pods are not ready by the newest answer to a probe; the readiness probe goes before the others."""
    events = view.events_of_pods((symptom.pod for symptom in found[:MOST_ASKED]), "Unhealthy", "ProbeWarning")
    events.sort(key=lambda event: not event.message.startswith("Readiness"))
    if not events:
        return Explanation(one_line(found[0].pod.message))
    event = events[0]
    probe, _, answer = event.message.partition(" probe ")
    answer = answer.partition(": ")[2]
    named = _PROBES.get(probe.lower(), "")
    said = quoted(answer or event.message)
    why = f"the {named} probe fails: {said}" if named and said else said
    return Explanation(why, evidence=(event_evidence(event),))
