"""How often Python looks for objects that nothing but each other holds."""

import gc

YOUNG = 20_000
"""New lists, dicts and the like that make it look among the newest. With Python's own 700 it would look dozens of times
while 5,000 pods are listed, which costs a fifth of the list's time; hardly anything there is in a cycle."""


def collect_seldom() -> None:
    """Take all that is there for lasting, so that no collection looks through it again, and collect seldom."""
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)
    gc.enable()
