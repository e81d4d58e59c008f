"""What the pages of an AWS account are drawn from."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from types import MappingProxyType
from typing import NamedTuple

from cockpit.diagnosis.aws.backing import Backing
from cockpit.diagnosis.policy import Policy
from cockpit.sources.aws.model import AwsLook, Balancer, Gap, TargetGroup
from cockpit.ui.widgets.line import Span


class AwsView(NamedTuple):
    """One look at an account and region, at the moment at which it is drawn."""

    name: str
    """What the configuration calls it."""
    look: AwsLook
    now: datetime
    zone: tzinfo
    backing: Backing
    """The pods and nodes behind the targets."""
    groups: Mapping[str, Sequence[TargetGroup]]
    """The target groups to which a balancer sends requests, by its ARN."""
    policy: Policy = Policy()
    counted: Mapping[str, int] = MappingProxyType({})
    """Connections as Postgres itself counts them, by the name of the instance, where its server is read as well."""

    def groups_of(self, balancer: Balancer) -> Sequence[TargetGroup]:
        """Give the target groups to which a balancer sends requests."""
        return self.groups.get(balancer.arn, ())


def gap_words(gap: Gap) -> str:
    """Name what is missing in a few words: `denied: rds:DescribeDBInstances`."""
    return f"{'denied' if gap.denied else 'missing'}: {gap.api}"


def gap_notes(view: AwsView, *services: str) -> list[list[Span]]:
    """Say of each part of these services that could not be read why, and what would mend it."""
    told: list[list[Span]] = []
    for gap in view.look.gaps:
        if gap.api.partition(":")[0] in services:
            told.append([Span(f" ! {gap_words(gap)} · {gap.message}", "doubtful")])
            if gap.remedy:
                told.append([Span("   try: "), Span(gap.remedy, "strong")])
    return told


def nothing_words(view: AwsView, nothing: str, services: Sequence[str], *apis: str) -> str:
    """Say what it means that nothing is listed: that there is `nothing`, or that nobody knows.

    Args:
        view: what is drawn.
        nothing: says that there is nothing.
        services: those of which no part may be missing.
        apis: what has to be answered before anything is known.
    """
    if any(gap.api.partition(":")[0] in services for gap in view.look.gaps):
        return "not known"
    return "asking AWS …" if any(api in view.look.waiting for api in apis) else nothing
