"""What became of an action."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from cockpit.actions.resource import Ref


class Outcome(StrEnum):
    """What became of one target, or of all."""

    DONE = "done"
    REFUSED = "refused"
    """The server, the guard or the cockpit said no. Nothing was done."""
    FAILED = "failed"
    """It could not be done. Nothing was done."""
    UNKNOWN = "unknown"
    """It may have been done."""
    NOT_TRIED = "not tried"
    """Because of what became of an earlier target."""
    PARTLY = "partly"
    """Of all targets: some were done, and it is known which."""


class TargetReceipt(msgspec.Struct, frozen=True):
    """What became of one target."""

    ref: Ref
    outcome: Outcome
    said: str = ""
    """What the server said, or how it was found out."""
    generation: int = 0
    """metadata.generation with the change in it, from which on a rollout can be followed; 0: unknown."""
    pending: bool = False
    """The server has accepted it, and it will not come about by itself: `said` tells why."""

    @property
    def word(self) -> str:
        """Say in a word what became of it."""
        return "accepted" if self.pending else self.outcome.value


class Receipt(msgspec.Struct, frozen=True):
    """What became of an action."""

    title: str
    command: str
    outcome: Outcome
    targets: tuple[TargetReceipt, ...]
    began_at: datetime
    took: timedelta
    said: str = ""
    """Why it was refused or failed as a whole."""
    unrecorded: str = ""
    """Why the incident log does not have it; empty: it has."""

    @property
    def summary(self) -> str:
        """Tell it in a line: `done in 12 s`, `partly: 2 of 5 done; pod/api-3 refused: …`."""
        pending = Counter(each.said for each in self.targets if each.pending)
        done_in = f"{'accepted' if pending else 'done'} in {_seconds(self.took)}"
        head = done_in if self.outcome is Outcome.DONE else self.outcome.value
        if self.said:
            told = [self.said]
        elif len(self.targets) == 1:
            told = [self.targets[0].said]
        else:
            done = sum(each.outcome is Outcome.DONE and not each.pending for each in self.targets)
            others = [each for each in self.targets if each.outcome not in (Outcome.DONE, Outcome.NOT_TRIED)]
            told = [
                f"{done} of {len(self.targets)} done",
                *(f"{count} accepted: {said}" for said, count in pending.items()),
                *(f"{each.ref} {each.outcome}: {each.said}" for each in others),
            ]
        said = "; ".join(each for each in told if each)
        return f"{head}: {said}" if said else head


def overall(targets: Sequence[TargetReceipt]) -> Outcome:
    """Add up what became of the targets, of which the first was tried."""
    outcomes = [each.outcome for each in targets]
    if Outcome.UNKNOWN in outcomes:
        return Outcome.UNKNOWN
    if Outcome.DONE in outcomes:
        return Outcome.DONE if set(outcomes) == {Outcome.DONE} else Outcome.PARTLY
    return outcomes[0]


def _seconds(time: timedelta) -> str:
    seconds = time.total_seconds()
    return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
