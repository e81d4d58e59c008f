"""What the reasons of a target's state mean (AWS documentation, TargetHealth of Elastic Load Balancing)."""

from typing import NamedTuple

from cockpit.sources.aws.model import Target, TargetState


class Reason(NamedTuple):
    """What a reason means, and whether something is wrong."""

    meaning: str
    fault: bool = True


REASONS = {
    "Elb.RegistrationInProgress": Reason("being registered", fault=False),
    "Elb.InitialHealthChecking": Reason("not judged yet", fault=False),
    "Elb.InternalError": Reason("an error on AWS' side"),
    "Target.ResponseCodeMismatch": Reason("the application answers with the wrong code"),
    "Target.Timeout": Reason("no answer in time: a slow application, or a security group in between"),
    "Target.FailedHealthChecks": Reason("the connection is refused, or the answer is malformed"),
    "Target.NotRegistered": Reason("not registered", fault=False),
    "Target.NotInUse": Reason("in no use: its zone is not enabled for the balancer"),
    "Target.InvalidState": Reason("the instance is stopped or terminated"),
    "Target.IpUnusable": Reason("the address is used by a balancer, and cannot be a target"),
    "Target.DeregistrationInProgress": Reason("draining", fault=False),
    "Target.HealthCheckDisabled": Reason("health checks are off", fault=False),
}
_STATES = {
    TargetState.UNHEALTHY: Reason("it fails its health checks"),
    TargetState.UNAVAILABLE: Reason("its health is not known", fault=False),
    TargetState.UNUSED: Reason("in no use", fault=False),
}
"""What a state means by itself, when its reason says nothing that is known."""
_JUDGED = (TargetState.UNHEALTHY, TargetState.UNUSED, TargetState.UNAVAILABLE)


def reason_of(target: Target) -> Reason:
    """Say why a target is in its state, and whether that is a fault: what comes or goes is none."""
    if target.state not in _JUDGED:
        return Reason(target.state.value, fault=False)
    return REASONS.get(target.reason) or _STATES[target.state]
