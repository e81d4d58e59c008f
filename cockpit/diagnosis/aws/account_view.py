"""One AWS account and region as rules look at it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from cockpit.diagnosis import outside
from cockpit.diagnosis.aws.backing import Backing
from cockpit.diagnosis.aws.kinds import ALARM, BALANCER, CLUSTER, RDS, TARGET_GROUP, account_ref, aws_ref
from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.facts import Outside
from cockpit.diagnosis.finding import Evidence
from cockpit.diagnosis.policy import Policy
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.view import View
from cockpit.diagnosis.wording import one_line
from cockpit.reading import Trouble
from cockpit.sources.aws.model import AWS, AwsLook, Balancer, DbInstance, Identity, TargetGroup
from cockpit.sources.kubernetes.objects import ObjectRef

A_MINUTE = timedelta(minutes=1)
"""Span of a point of CloudWatch, which bears the time at which it begins."""

_NOTHING = AwsLook(Identity("", "", "", ""))
_WORDS = {RDS: "RDS", CLUSTER: "RDS cluster", BALANCER: "balancer", TARGET_GROUP: "target group", ALARM: "alarm"}


class AccountView:
    """Looks things up in what is known of one account. Where we are blind, only `unreadable` speaks."""

    def __init__(self, name: str, known: Outside[AwsLook], view: View) -> None:
        self.name = name
        self.trouble: Trouble | None = outside.trouble_of(known, view.now)
        self.look = outside.current(known, view.now) or _NOTHING
        self.view = view
        self.now: datetime = view.now
        self.policy: Policy = view.policy
        self.ref = account_ref(name)
        self.source = f"{AWS}{name}"

    @cached_property
    def backing(self) -> Backing:
        """Who stands behind the targets of balancers."""
        return Backing(self.look.groups, self.view)

    @cached_property
    def groups_of(self) -> Mapping[str, Sequence[TargetGroup]]:
        """The target groups of each balancer, by its ARN."""
        found: dict[str, list[TargetGroup]] = {}
        for group in self.look.groups:
            for arn in group.balancers:
                found.setdefault(arn, []).append(group)
        return found

    @cached_property
    def balancers(self) -> Mapping[str, Balancer]:
        """The balancers by ARN."""
        return {each.arn: each for each in self.look.balancers}

    def instance(self, instance: DbInstance) -> ObjectRef:
        """Name a database instance."""
        return self.object(RDS, instance.name)

    def object(self, kind: str, name: str) -> ObjectRef:
        """Name an object of this account."""
        return aws_ref(kind, self.name, name)

    def title(self, ref: ObjectRef) -> str:
        """Say what a title calls an object of this account: with the account when there are several."""
        name = ref.name if len(self.view.facts.aws) > 1 else ref.name.removeprefix(f"{self.name}/")
        return one_line(f"{_WORDS.get(ref.kind, ref.kind)} {name}")

    def proof(self, ref: str, fact: str) -> Evidence:
        """Name a fact that stands in the reading of this account."""
        return outside.proof(self.source, ref, fact)

    def problem(self, cause: Cause, stem: str, subject: ObjectRef, what: str, **parts: Any) -> Problem:
        """Make a problem of an object of this account.

        Args:
            cause: Why it does not do its work.
            stem: What the key calls it: `load`.
            subject: The object.
            what: What is wrong with it.
            parts: Others of `Problem`.
        """
        key = f"aws/{stem}/{subject.kind}/{subject.name}"
        return outside.problem(cause, key, subject, self.title(subject), what, **parts)
