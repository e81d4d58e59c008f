"""From what is known of AWS accounts to problems."""

from collections.abc import Callable, Iterator

from cockpit.diagnosis.aws import (
    alarms,
    balancers,
    events,
    load,
    replication,
    status,
    storage,
    target_groups,
    unreadable,
    upkeep,
)
from cockpit.diagnosis.aws.account_view import AccountView
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.view import View

RULES: tuple[Callable[[AccountView], Iterator[Problem]], ...] = (
    unreadable.problems,
    status.problems,
    storage.problems,
    load.problems,
    replication.lag,
    replication.transaction_ids,
    events.problems,
    upkeep.problems,
    target_groups.problems,
    balancers.problems,
    alarms.problems,
)
"""Each finds the problems of one family in one account."""


def problems(view: View) -> Iterator[Problem]:
    """Find what is wrong in the accounts, one after the other. What is well gives nothing."""
    for name, known in view.facts.aws.items():
        account = AccountView(name, known, view)
        for rule in RULES:
            yield from rule(account)
