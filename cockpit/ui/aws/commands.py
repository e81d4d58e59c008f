"""What a person types outside of the cockpit, which changes nothing in an account, to see more of an object of it."""

import shlex
from collections.abc import Iterator

from cockpit.diagnosis.aws import kinds
from cockpit.sources.kubernetes.objects import ObjectRef
from cockpit.text import clean
from cockpit.ui.aws.aws_view import AwsView

_EVENT_MINUTES = 120
_EVENTS_OF = {kinds.RDS: "db-instance", kinds.CLUSTER: "db-cluster"}


def commands_about(about: ObjectRef, view: AwsView) -> list[tuple[str, str]]:
    """Give each command with what it tells."""
    return [(clean(f"{command}{_where(view)}"), why) for command, why in _commands(about, view)]


def _commands(about: ObjectRef, view: AwsView) -> Iterator[tuple[str, str]]:
    name = about.name.partition("/")[2]
    if (source := _EVENTS_OF.get(about.kind)) is not None:
        quoted, thing = shlex.quote(name), source.removeprefix("db-")
        events = f"--source-type {source} --source-identifier {quoted} --duration {_EVENT_MINUTES}"
        yield f"aws rds describe-events {events}", "what RDS did to it in the last two hours"
        yield f"aws rds describe-{source}s --db-{thing}-identifier {quoted}", "all that RDS knows of it"
    elif about.kind == kinds.TARGET_GROUP:
        arns = [group.arn for group in view.look.groups if group.name == name]
        for arn in arns[:1]:
            yield (
                f"aws elbv2 describe-target-health --target-group-arn {shlex.quote(arn)}",
                "its targets as AWS sees them",
            )


def _where(view: AwsView) -> str:
    who = view.look.identity
    region = f" --region {shlex.quote(who.region)}" if who.region else ""
    return f"{region} --profile {shlex.quote(who.profile)}" if who.profile else region
