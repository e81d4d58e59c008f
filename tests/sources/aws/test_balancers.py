"""What ELB says of balancers, groups and targets, and which groups are asked for first."""

from datetime import timedelta

from support.aws_facts import balancer, balancer_arn, group, group_arn, target
from support.aws_server import AwsServer, Parameters
from support.aws_watch import Time

from cockpit.aws_config import AwsAccount
from cockpit.sources.aws.asking import Ask
from cockpit.sources.aws.balancers import groups_of, read_balancers, read_groups
from cockpit.sources.aws.calls import MOST_CALLS
from cockpit.sources.aws.classic_balancers import read_classic
from cockpit.sources.aws.model import BalancerKind, Target, TargetGroup, TargetState
from cockpit.sources.aws.targets import Health, allowed, next_groups, read_targets

ALL = AwsAccount()
WELL, UNWELL = (Target("10.0.0.1", 80, None, state) for state in (TargetState.HEALTHY, TargetState.UNHEALTHY))


def used(*names: str) -> list[TargetGroup]:
    return [TargetGroup(group_arn(name), name, ("lb",)) for name in names]


def test_a_balancer_has_its_state_and_place(aws: AwsServer, ask: Ask) -> None:
    state = {"Code": "active_impaired", "Reason": "no capacity"}
    inner = balancer("inner", kind="network", Scheme="internal", State=state)
    aws.answer("elbv2:DescribeLoadBalancers", {"LoadBalancers": [balancer("shop"), inner]})
    first, second = read_balancers(ask, ALL, 10).shown
    assert (first.kind, first.public, first.state) == (BalancerKind.NETWORK, False, "active_impaired")
    assert first.state_reason == "no capacity"
    assert (second.host, second.public, second.zones) == (
        "shop-1.us-west-2.elb.amazonaws.com",
        True,
        ("us-west-2a", "us-west-2b"),
    )


def test_tags_choose_balancers_twenty_a_call(aws: AwsServer, ask: Ask) -> None:
    def tags(parameters: Parameters) -> dict[str, object]:
        arns = [value for key, value in parameters.items() if key.startswith("ResourceArns")]
        team = {balancer_arn("lb-07"): "shop"}
        described = [{"ResourceArn": arn, "Tags": [{"Key": "team", "Value": team.get(arn, "other")}]} for arn in arns]
        return {"TagDescriptions": described}

    aws.answer("elbv2:DescribeLoadBalancers", {"LoadBalancers": [balancer(f"lb-{nth:02}") for nth in range(45)]})
    aws.answer("elbv2:DescribeTags", tags)
    found = read_balancers(ask, AwsAccount(tags={"team": "shop"}), 10)
    assert [each.name for each in found.shown] == ["lb-07"]
    assert (found.total, found.seen, aws.count("elbv2:DescribeTags")) == (1, 45, 3)


def test_the_check_of_a_group_is_said_in_words(aws: AwsServer, ask: Ask) -> None:
    tcp = {"HealthCheckProtocol": "TCP", "HealthCheckPath": "", "HealthCheckPort": "5432", "Matcher": {}}
    several = [group("a", "shop"), group("b", **tcp), group("c", HealthCheckEnabled=False)]
    aws.answer("elbv2:DescribeTargetGroups", {"TargetGroups": several})
    assert [each.check for each in read_groups(ask)] == [
        "HTTP :8080/healthz wants 200 every 10 s",
        "TCP :5432 every 10 s",
        "none",
    ]


def test_groups_follow_their_balancers_and_what_is_in_no_use_is_kept_unless_some_were_chosen(
    aws: AwsServer, ask: Ask
) -> None:
    aws.answer("elbv2:DescribeLoadBalancers", {"LoadBalancers": [balancer("shop")]})
    several = [group("api", "shop"), group("other", "elsewhere"), group("idle")]
    aws.answer("elbv2:DescribeTargetGroups", {"TargetGroups": several})
    groups, balancers = read_groups(ask), read_balancers(ask, ALL, 10).shown
    assert [each.name for each in groups_of(groups, balancers, chosen=False)] == ["api", "idle"]
    assert [each.name for each in groups_of(groups, balancers, chosen=True)] == ["api"]


def test_a_target_has_its_state_with_the_reason_in_the_words_of_aws(aws: AwsServer, ask: Ask, time: Time) -> None:
    words = "Health checks failed with these codes: [502]"
    told = [target("10.0.0.1"), target("10.0.0.2", "unhealthy", "Target.ResponseCodeMismatch", words)]
    aws.answer("elbv2:DescribeTargetHealth", {"TargetHealthDescriptions": [*told, target("10.0.0.3", "new-state")]})
    health = read_targets(ask, used("api"), time)[group_arn("api")]
    assert health is not None
    assert health.read_at == time.now
    well, unwell, strange = health.targets
    assert (well.id, well.port, well.state, well.reason) == ("10.0.0.1", 8080, TargetState.HEALTHY, "")
    assert (unwell.state, unwell.reason, unwell.description) == (
        TargetState.UNHEALTHY,
        "Target.ResponseCodeMismatch",
        words,
    )
    assert strange.state is TargetState.UNAVAILABLE


def test_a_group_that_was_deleted_meanwhile_is_forgotten(aws: AwsServer, ask: Ask, time: Time) -> None:
    aws.refuse("elbv2:DescribeTargetHealth", "TargetGroupNotFound", "One or more target groups not found")
    assert read_targets(ask, used("api"), time) == {group_arn("api"): None}


def test_a_classic_balancer_has_a_group_of_its_own_name(aws: AwsServer, ask: Ask, time: Time) -> None:
    old = {
        "LoadBalancerName": "old",
        "Scheme": "internet-facing",
        "AvailabilityZones": ["us-west-2a"],
        "ListenerDescriptions": [{"Listener": {"Protocol": "HTTP", "InstanceProtocol": "HTTP", "InstancePort": 8080}}],
        "HealthCheck": {"Target": "HTTP:8080/ping", "Interval": 30},
    }
    late = "Instance registration is still in progress."
    states = [
        {"InstanceId": "i-1", "State": "InService", "ReasonCode": "N/A", "Description": "N/A"},
        {"InstanceId": "i-2", "State": "OutOfService", "ReasonCode": "Instance", "Description": "Failed checks"},
        {"InstanceId": "i-3", "State": "OutOfService", "ReasonCode": "ELB", "Description": late},
    ]
    aws.answer("elb:DescribeLoadBalancers", {"LoadBalancerDescriptions": [old]})
    aws.answer("elb:DescribeInstanceHealth", {"InstanceStates": states})
    found, groups = read_classic(ask, ALL, 10)
    assert [(each.name, each.kind, each.state) for each in found.shown] == [("old", BalancerKind.CLASSIC, "active")]
    assert (groups[0].balancers, groups[0].port, groups[0].check) == (("old",), 8080, "HTTP :8080/ping every 30 s")
    health = read_targets(ask, groups, time)["old"]
    assert health is not None
    assert [(each.state, each.reason) for each in health.targets] == [
        (TargetState.HEALTHY, ""),
        (TargetState.UNHEALTHY, "Instance"),
        (TargetState.INITIAL, "ELB"),
    ]


def test_groups_that_may_be_unwell_come_first_and_the_others_take_turns(time: Time) -> None:
    known = {
        group_arn("seen-ill"): Health((UNWELL,), time.now),
        group_arn("old"): Health((WELL,), time.now - timedelta(minutes=9)),
        group_arn("new"): Health((WELL,), time.now),
    }
    groups = used("new", "old", "seen-ill", "counted-ill", "never")
    chosen = next_groups(groups, known, {group_arn("counted-ill")}, 4)
    assert [each.name for each in chosen] == ["counted-ill", "never", "old", "new"]
    chosen = next_groups(groups, known, {group_arn("counted-ill")}, 5)
    assert [each.name for each in chosen] == ["counted-ill", "seen-ill", "never", "old", "new"]


def test_a_group_that_no_balancer_uses_is_not_asked_for() -> None:
    assert next_groups([TargetGroup(group_arn("idle"), "idle", ())], {}, (), 5) == []


def test_what_is_left_of_the_calls_of_a_minute_goes_to_targets() -> None:
    assert allowed(0, 0) == 10
    assert allowed(MOST_CALLS - 8, 0) == 2
    assert allowed(MOST_CALLS, 0) <= 0
    assert allowed(MOST_CALLS, unwell=3) == 1
