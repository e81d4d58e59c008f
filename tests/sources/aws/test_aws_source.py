"""What a look at an account tells, and what a bad day costs."""

import threading
from collections.abc import Callable
from contextlib import aclosing
from datetime import UTC, datetime, timedelta

import pytest
from support.aws_facts import balancer, group, instance, target
from support.aws_server import AwsFaultError, AwsServer, Parameters
from support.aws_watch import Time, Watch, settled

from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.aws.aws_source import AwsSource
from cockpit.sources.aws.model import AwsLook, DbMetric, Identity

Make = Callable[..., AwsSource]


@pytest.fixture(autouse=True)
def shop(aws: AwsServer) -> None:
    aws.answer("rds:DescribeDBInstances", {"DBInstances": [instance("shop")]})
    aws.answer("elbv2:DescribeLoadBalancers", {"LoadBalancers": [balancer("shop")]})
    aws.answer("elbv2:DescribeTargetGroups", {"TargetGroups": [group("api", "shop")]})
    aws.answer("elbv2:DescribeTargetHealth", {"TargetHealthDescriptions": [target("10.0.0.1")]})


def gaps(look: AwsLook) -> dict[str, str]:
    return {gap.api: gap.message for gap in look.gaps}


async def raised_by(source: AwsSource) -> SourceError:
    with pytest.raises(SourceError) as caught:
        await settled(source)
    return caught.value


async def test_who_we_are_is_known_before_anything_else(make_source: Make) -> None:
    async with aclosing(make_source().stream()) as looks:  # type: ignore[type-var]
        first = await anext(looks)
    assert first.identity == Identity(
        "123456789012", "arn:aws:sts::123456789012:assumed-role/ops/ana", "ops", "us-west-2"
    )
    assert first.instances == ()
    assert "rds:DescribeDBInstances" in first.waiting


async def test_a_look_has_databases_balancers_and_their_targets(make_source: Make) -> None:
    look = await settled(make_source())
    assert [each.name for each in look.instances] == ["shop"]
    assert [(each.name, [target.id for target in each.targets]) for each in look.groups] == [("api", ["10.0.0.1"])]
    assert look.groups[0].balancers == (look.balancers[0].arn,)
    assert (look.gaps, look.left_out) == ((), ())
    assert look.calls.last_minute > 8
    assert look.clock_ahead == timedelta()


async def test_without_metrics_cloudwatch_is_not_asked_for_numbers(make_source: Make, aws: AwsServer) -> None:
    look = await settled(make_source(metrics=False))
    assert aws.count("cloudwatch:GetMetricData") == 0
    assert look.metrics_at is None
    assert look.instances[0].metrics == {}


async def test_what_is_denied_costs_its_figure_only_and_is_asked_for_again_when_a_person_wants(
    make_source: Make, aws: AwsServer
) -> None:
    aws.refuse("rds:DescribeDBInstances", "AccessDenied", "no identity-based policy allows it", 403)
    source = make_source()
    async with aclosing(source.stream()) as looks:  # type: ignore[type-var]
        watch = Watch(looks)
        look = await watch.until(lambda look: not look.waiting)
        (gap,) = look.gaps
        assert (gap.api, gap.denied) == ("rds:DescribeDBInstances", True)
        assert gap.message.startswith("ops may not rds:DescribeDBInstances: ")
        assert gap.remedy == "aws rds describe-db-instances --region us-west-2"
        assert look.balancers
        await watch.until(lambda look: look.calls.total > 60)
        assert aws.count("rds:DescribeDBInstances") == 1
        aws.answer("rds:DescribeDBInstances", {"DBInstances": [instance("shop")]})
        source.retry_denied()
        look = await watch.until(lambda look: look.instances)
        assert look.gaps == ()


async def test_what_is_throttled_waits_longer_and_keeps_what_was_known(
    make_source: Make, aws: AwsServer, time: Time
) -> None:
    async with aclosing(make_source().stream()) as looks:  # type: ignore[type-var]
        watch = Watch(looks)
        await watch.until(lambda look: not look.waiting)
        aws.refuse("rds:DescribeDBInstances", "Throttling", "Rate exceeded")
        look = await watch.until(lambda look: look.gaps)
        assert gaps(look) == {"rds:DescribeDBInstances": "Throttling: Rate exceeded"}
        assert [each.name for each in look.instances] == ["shop"]
        asked, since = aws.count("rds:DescribeDBInstances"), time.now
        await watch.until(lambda _: time.now - since > timedelta(seconds=80))
        assert aws.count("rds:DescribeDBInstances") == asked
        aws.answer("rds:DescribeDBInstances", {"DBInstances": []})
        await watch.until(lambda look: not look.gaps and not look.instances)


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ("<!doctype html><h1>Bad Gateway</h1>", 502, "<h1>Bad Gateway</h1>"),
        ("", 500, "Internal Server Error"),
        ("<DescribeDBInstancesResponse><Describe", 200, "cannot be understood"),
        ('{"not": "xml"}', 200, "cannot be understood"),
        ("<html><body>Please log in to the network</body></html>", 200, "cannot be understood"),
        (
            "<a><DescribeDBInstancesResult><DBInstances><DBInstance/></DBInstances></DescribeDBInstancesResult></a>",
            200,
            "KeyError",
        ),
    ],
)
async def test_an_answer_that_is_no_answer_costs_its_part_only(
    make_source: Make, aws: AwsServer, body: str, status: int, words: str
) -> None:
    aws.say("rds:DescribeDBInstances", body, status)
    look = await settled(make_source())
    assert words in gaps(look)["rds:DescribeDBInstances"]
    assert look.balancers


async def test_malformed_json_costs_its_part_only(make_source: Make, aws: AwsServer) -> None:
    aws.say("cloudwatch:DescribeAlarms", '{"MetricAlarms": [')
    look = await settled(make_source())
    assert "cannot be understood" in gaps(look)["cloudwatch:DescribeAlarms"]
    assert look.instances


async def test_a_list_cut_in_the_middle_leaves_the_older_one(make_source: Make, aws: AwsServer) -> None:
    fails = False

    def pages(parameters: Parameters) -> dict[str, object]:
        if "Marker" not in parameters:
            return {"DBInstances": [instance("first")], "Marker": "page-2"}
        if fails:
            raise AwsFaultError("InternalFailure", "the second page is away", 500)
        return {"DBInstances": [instance("second")]}

    aws.answer("rds:DescribeDBInstances", pages)
    async with aclosing(make_source().stream()) as looks:  # type: ignore[type-var]
        watch = Watch(looks)
        await watch.until(lambda look: not look.waiting)
        fails = True
        look = await watch.until(lambda look: look.gaps)
    assert [each.name for each in look.instances] == ["first", "second"]
    assert "the second page is away" in gaps(look)["rds:DescribeDBInstances"]


async def test_a_service_that_cannot_be_reached_costs_its_part_only(
    make_source: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_RDS", "http://127.0.0.1:9")
    source = make_source()
    source._account._endpoint_url = None
    monkeypatch.setenv("AWS_ENDPOINT_URL", source_url(source, make_source))
    look = await settled(source)
    (remedy,) = {gap.remedy for gap in look.gaps}
    assert {gap.api.partition(":")[0] for gap in look.gaps} == {"rds"}
    assert remedy == "curl -sv http://127.0.0.1:9/"
    assert look.balancers


def source_url(source: AwsSource, make_source: Make) -> str:
    url = make_source()._account._endpoint_url
    assert url is not None
    return url


async def test_a_way_to_sts_is_not_needed(make_source: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    source = make_source()
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ENDPOINT_URL", source_url(source, make_source))
    source._account._endpoint_url = None
    look = await settled(source)
    assert look.instances
    assert (look.identity.account, look.identity.region) == ("", "us-west-2")
    assert list(gaps(look)) == ["sts:GetCallerIdentity"]


async def test_a_service_that_hangs_holds_nobody_else_up(make_source: Make, aws: AwsServer) -> None:
    answers = threading.Event()

    def hang(_: Parameters) -> dict[str, object]:
        answers.wait(10)
        return {"DBInstances": []}

    aws.answer("rds:DescribeEvents", hang)
    async with aclosing(make_source(metrics=False).stream()) as looks:  # type: ignore[type-var]
        look = await Watch(looks).until(lambda look: look.waiting == ("rds:DescribeEvents",))
    answers.set()
    assert look.groups[0].targets
    assert look.gaps == ()


async def test_when_nothing_answers_the_source_fails(make_source: Make, aws: AwsServer) -> None:
    source = make_source()
    aws.close()
    error = await raised_by(source)
    assert error.kind is TroubleKind.UNREACHABLE
    assert error.remedy == f"curl -sv {aws.url}/"


async def test_when_the_way_is_lost_the_source_fails_and_knows_all_when_it_is_back(
    make_source: Make, aws: AwsServer
) -> None:
    source = make_source()
    async with aclosing(source.stream()) as looks:  # type: ignore[type-var]
        watch = Watch(looks)
        await watch.until(lambda look: not look.waiting)
        away, source._account._endpoint_url = aws.url, "http://127.0.0.1:9"
        source._account.forget_login()
        with pytest.raises(SourceError, match="Could not connect"):
            await watch.until(lambda _: False)
    source._account._endpoint_url = away
    source._account.forget_login()
    async with aclosing(source.stream()) as looks:  # type: ignore[type-var]
        first = await anext(looks)
        assert first.instances
        await Watch(looks).until(lambda look: not look.gaps)


async def test_credentials_that_end_meanwhile_end_the_look_and_are_read_anew(make_source: Make, aws: AwsServer) -> None:
    source = make_source()
    aws.refuse("rds:DescribeEvents", "ExpiredToken", "The security token included in the request is expired", 403)
    error = await raised_by(source)
    assert (error.kind, error.remedy) == (TroubleKind.EXPIRED, "aws sso login")
    aws.answer("rds:DescribeEvents", {"Events": []})
    assert (await settled(source)).gaps == ()


async def test_a_clock_ten_minutes_ahead_explains_the_signatures(make_source: Make, aws: AwsServer) -> None:
    aws.ahead = timedelta(minutes=10)
    aws.refuse("sts:GetCallerIdentity", "SignatureDoesNotMatch", "Signature not yet current: 20261121T1410Z", 403)
    error = await raised_by(make_source())
    assert error.kind is TroubleKind.EXPIRED
    assert error.message.startswith("this machine's clock is 10 minutes ahead of AWS'")
    assert error.remedy in {"sudo timedatectl set-ntp true", "sudo chronyc makestep"}


async def test_a_clock_that_is_a_little_behind_is_told(make_source: Make, aws: AwsServer) -> None:
    aws.ahead = timedelta(minutes=-3)
    assert (await settled(make_source())).clock_ahead == timedelta(minutes=-3)


async def test_without_credentials_the_way_to_get_some_is_told(
    make_source: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    error = await raised_by(make_source())
    assert (error.kind, error.remedy) == (TroubleKind.EXPIRED, "aws configure sso")


async def test_another_role_is_asked_again_for_what_the_first_was_denied(make_source: Make, aws: AwsServer) -> None:
    aws.refuse("rds:DescribeEvents", "AccessDenied", "", 403)
    source = make_source()
    assert (await settled(source)).gaps
    arn = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/ana"
    aws.answer("sts:GetCallerIdentity", {"Account": "123456789012", "Arn": arn})
    aws.answer("rds:DescribeEvents", {"Events": []})
    async with aclosing(source.stream()) as looks:  # type: ignore[type-var]
        look = await Watch(looks).until(lambda look: not look.gaps)
    assert look.identity.role == "Admin"


async def test_numbers_are_asked_for_every_minute_and_only_what_is_new(
    make_source: Make, aws: AwsServer, time: Time
) -> None:
    def numbers(parameters: Parameters) -> dict[str, object]:
        newest = time.now.replace(second=0)
        results = [
            {"Id": query["Id"], "Timestamps": [newest], "Values": [40.0]}
            for query in parameters["MetricDataQueries"]
            if query["MetricStat"]["Metric"]["MetricName"] == "CPUUtilization"
        ]
        return {"MetricDataResults": results}

    aws.answer("cloudwatch:GetMetricData", numbers)
    async with aclosing(make_source().stream()) as looks:  # type: ignore[type-var]
        watch = Watch(looks)
        look = await watch.until(lambda look: len(look.instances) and look.instances[0].metrics.get(DbMetric.CPU))
        look = await watch.until(lambda look: len(look.instances[0].metrics[DbMetric.CPU].values) == 3)
    spans = [
        int(asked.parameters["EndTime"] - asked.parameters["StartTime"])
        for asked in aws.asked
        if asked.api == "cloudwatch:GetMetricData"
    ]
    assert spans[0] == 1800
    assert all(300 < span < 400 for span in spans[1:])
    assert look.metrics_at is not None
    assert look.calls.metrics_last_minute == 17
    assert look.calls.dollars_per_hour == pytest.approx((17 + 3) * 60 * 0.01 / 1000, rel=0.1)


async def test_an_instance_bears_the_role_that_its_cluster_gives_it_and_what_aws_will_do(
    make_source: Make, aws: AwsServer
) -> None:
    names = ("a", "b")
    members = [{"DBInstanceIdentifier": name, "IsClusterWriter": name == "b"} for name in names]
    cluster = {
        "DBClusterIdentifier": "orders",
        "Engine": "aurora-postgresql",
        "Status": "available",
        "DBClusterMembers": members,
    }
    instances = [instance(name, DBClusterIdentifier="orders", Engine="aurora-postgresql") for name in names]
    action = {
        "Action": "system-update",
        "Description": "New kernel",
        "CurrentApplyDate": datetime(2026, 11, 22, 3, tzinfo=UTC),
    }
    upkeep = {"ResourceIdentifier": "arn:aws:rds:us-west-2:1:db:a", "PendingMaintenanceActionDetails": [action]}
    aws.answer("rds:DescribeDBClusters", {"DBClusters": [cluster]})
    aws.answer("rds:DescribeDBInstances", {"DBInstances": instances})
    aws.answer("rds:DescribePendingMaintenanceActions", {"PendingMaintenanceActions": [upkeep]})
    look = await settled(make_source())
    assert [(each.name, each.role) for each in look.instances] == [("a", "reader"), ("b", "writer")]
    assert (look.clusters[0].writer, look.clusters[0].readers) == ("b", ("a",))
    (maintenance,) = look.instances[0].maintenance
    assert (maintenance.action, maintenance.due_at) == ("system-update", datetime(2026, 11, 22, 3, tzinfo=UTC))
