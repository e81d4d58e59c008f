"""What is said of AWS accounts: as whom, where, and what answers there."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from support.aws import REGION, log_in
from support.aws_server import AwsServer

from cockpit.aws_config import AwsAccount, AwsConfig
from cockpit.clock import utc_now
from cockpit.doctor.aws import aws_probes
from cockpit.doctor.result import Result, Verdict


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[AwsServer]:
    log_in(monkeypatch)
    server = AwsServer()
    yield server
    server.close()


def examined(config: AwsConfig, **environ: str) -> dict[str, Result]:
    return {result.subject: result for _, probe in aws_probes(config, environ, utc_now) for result in probe()}


def test_where_aws_is_not_in_use_nothing_is_asked() -> None:
    assert examined(AwsConfig()) == {}
    assert examined(AwsConfig(enabled=False, region=REGION)) == {}


def test_each_account_says_who_we_are_and_what_answers(aws: AwsServer) -> None:
    where = AwsAccount(region=REGION, endpoint_url=aws.url)
    found = examined(AwsConfig(accounts={"shop": where, "billing": where}))
    assert {subject for subject in found if subject.startswith("AWS billing")} == {
        *("AWS billing", "AWS billing rights", "AWS billing CloudWatch"),
    }
    assert found["AWS shop"].message == (
        "account 123456789012, region us-west-2, as arn:aws:sts::123456789012:assumed-role/ops/ana"
    )
    assert "rds:DescribeDBInstances" in found["AWS shop rights"].message
    assert {result.verdict for result in found.values()} == {Verdict.OK}


def test_nothing_that_is_charged_is_asked(aws: AwsServer) -> None:
    examined(AwsConfig(region=REGION, endpoint_url=aws.url))
    assert not [asked.api for asked in aws.asked if asked.api.startswith("cloudwatch")]


def test_what_is_denied_is_named_as_a_policy_does(aws: AwsServer) -> None:
    aws.refuse("elbv2:DescribeTargetGroups", "AccessDenied", "no policy allows it", 403)
    found = examined(AwsConfig(region=REGION, endpoint_url=aws.url))
    result = found["AWS elasticloadbalancing:DescribeTargetGroups"]
    assert result.verdict is Verdict.WARNING
    assert result.message.startswith("denied: ops may not elasticloadbalancing:DescribeTargetGroups")
    assert result.remedy == "aws elbv2 describe-target-groups --region us-west-2"


def test_a_clock_that_is_off_is_broken(aws: AwsServer) -> None:
    aws.ahead = timedelta(minutes=-10)
    found = examined(AwsConfig(region=REGION, endpoint_url=aws.url))
    assert found["AWS clock"].verdict is Verdict.BROKEN
    assert "10 minutes behind AWS'" in found["AWS clock"].message


def test_an_unknown_profile_says_how_to_make_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    for config in (AwsConfig(profile="ops"), AwsConfig(profile="ops", enabled=False)):
        (result,) = examined(config).values()
        assert (result.verdict, result.remedy) == (Verdict.BROKEN, "aws configure sso --profile ops")
