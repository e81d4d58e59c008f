"""What the state of a target means, in words."""

from cockpit.diagnosis.aws.reasons import REASONS, reason_of
from cockpit.sources.aws.model import Target, TargetState


def meaning(target: Target) -> str:
    """Say why a target is in its state, after the codes that it answered. Empty where the state says it all."""
    if target.state is TargetState.HEALTHY:
        return ""
    told = (REASONS.get(target.reason) or reason_of(target)).meaning
    codes = target.description.partition("[")[2].partition("]")[0]
    return "" if told == target.state.value else f"{codes}: {told}" if codes else told
