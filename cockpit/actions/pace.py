"""How patient an action is, and what it tells of one target."""

from typing import NamedTuple

from cockpit.actions.receipt import TargetReceipt


class Pace(NamedTuple):
    """How long an action waits for what. All times in seconds."""

    answer: float = 15.0
    """For the server's answer. The server itself is told to give up a third earlier."""
    find_out: float = 15.0
    """When there was none: for the change to be seen."""
    look_again: float = 1.0
    """Between two looks."""
    blocked: float = 60.0
    """A drain: for a disruption budget to allow the next eviction."""


class Carried(NamedTuple):
    """What became of one target, and whether there is sense in going on to the next."""

    receipt: TargetReceipt
    go_on: bool = True
    blocked: bool = False
    """A disruption budget did not allow it now."""
