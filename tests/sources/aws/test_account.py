"""As whom AWS is asked, and what is said when it does not accept us."""

import json
import os
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.aws_server import AwsServer
from support.aws_watch import Time

from cockpit.aws_config import AwsAccount, AwsConfig
from cockpit.clock import utc_now
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.aws.account import Account
from cockpit.sources.aws.asking import Ask
from cockpit.sources.aws.aws_source import AwsSource
from cockpit.sources.aws.credentials import CliCache
from cockpit.sources.aws.feeds import aws_feeds, in_use
from cockpit.sources.aws.identity import read_identity, role_of

ROLE = """
[profile shop]
region = us-west-2
role_arn = arn:aws:iam::123456789012:role/ops
source_profile = keys
{more}
[profile keys]
aws_access_key_id = practice
aws_secret_access_key = practice
"""
SSO = """
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = us-west-2
[profile shop]
region = us-west-2
sso_session = corp
sso_account_id = 123456789012
sso_role_name = ops
[profile chained]
region = us-west-2
role_arn = arn:aws:iam::123456789012:role/ops
source_profile = shop
"""


@pytest.fixture
def profiles(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The file of AWS profiles, empty."""
    path = tmp_path / "config"
    path.touch()
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))
    return path


def refused(account: Account) -> SourceError:
    with pytest.raises(SourceError) as caught:
        read_identity(account, Ask(account))
    return caught.value


@pytest.mark.parametrize("profile", ["shop", "chained"])
def test_an_expired_sso_login_names_the_exact_command(profiles: Path, aws: AwsServer, profile: str) -> None:
    profiles.write_text(SSO)
    error = refused(Account(profile, None, aws.url))
    assert (error.kind, error.remedy) == (TroubleKind.EXPIRED, "aws sso login --profile shop")
    assert aws.asked == []


def test_keys_that_were_withdrawn_are_to_be_set_anew(profiles: Path, aws: AwsServer) -> None:
    profiles.write_text("[profile ci]\nregion = us-west-2\naws_access_key_id = a\naws_secret_access_key = b\n")
    aws.refuse("sts:GetCallerIdentity", "InvalidClientTokenId", "The security token is invalid", 403)
    error = refused(Account("ci", None, aws.url))
    assert (error.kind, error.remedy) == (TroubleKind.EXPIRED, "aws configure --profile ci")


def test_without_a_region_one_is_asked_for(profiles: Path, aws: AwsServer) -> None:
    error = refused(Account(None, None, aws.url))
    assert (error.kind, error.remedy) == (TroubleKind.MISSING, "aws configure set region REGION")


def test_an_assumed_role_tells_when_it_ends_and_is_kept_nowhere(
    profiles: Path, aws: AwsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    profiles.write_text(ROLE.format(more=""))
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    ends = datetime(2099, 1, 1, tzinfo=UTC)
    keys = {"AccessKeyId": "a", "SecretAccessKey": "hush-hush", "SessionToken": "t", "Expiration": ends}
    aws.answer("sts:AssumeRole", {"Credentials": keys})
    account = Account("shop")
    identity = read_identity(account, Ask(account))
    assert (identity.role, identity.region, identity.profile) == ("ops", "us-west-2", "shop")
    assert identity.expires_at == ends
    account.client("rds")
    assert aws.count("sts:AssumeRole") == 1
    assert not (Path(os.environ["HOME"]) / ".aws").exists()


def test_a_code_of_a_device_is_asked_for_by_the_cli_and_never_on_our_screen(profiles: Path, aws: AwsServer) -> None:
    profiles.write_text(ROLE.format(more="mfa_serial = arn:aws:iam::123456789012:mfa/ana"))
    error = refused(Account("shop", None, aws.url))
    assert (error.kind, error.remedy) == (TroubleKind.EXPIRED, "aws sts get-caller-identity --profile shop")
    assert "a code is wanted" in error.message


def test_a_role_that_the_cli_has_assumed_is_used() -> None:
    folder = Path(os.environ["HOME"]) / ".aws/cli/cache"
    folder.mkdir(parents=True)
    (folder / "abc.json").write_text(json.dumps({"Credentials": {"AccessKeyId": "of-the-cli"}}))
    cache = CliCache()
    assert "abc" in cache
    assert cache["abc"]["Credentials"]["AccessKeyId"] == "of-the-cli"
    cache["abc"] = cache["new"] = {"Credentials": {"AccessKeyId": "ours"}}
    assert cache["abc"]["Credentials"]["AccessKeyId"] == "ours"
    assert [path.name for path in folder.iterdir()] == ["abc.json"]


def test_a_region_without_the_service_is_told_from_a_name_that_is_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_found(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", not_found)
    with pytest.raises(SourceError) as caught:
        Ask(Account(None, "us-nowhere-1")).call("rds", "DescribeEvents")
    assert caught.value.kind is TroubleKind.MISSING
    assert "no rds in the region us-nowhere-1" in caught.value.message
    with pytest.raises(SourceError) as caught:
        Ask(Account(None, "us-west-2")).call("rds", "DescribeEvents")
    assert caught.value.kind is TroubleKind.UNREACHABLE
    assert caught.value.remedy == "curl -sv https://rds.us-west-2.amazonaws.com/"


@pytest.mark.parametrize(
    ("arn", "role"),
    [
        ("arn:aws:sts::1:assumed-role/ops/ana@example.com", "ops"),
        ("arn:aws:sts::1:assumed-role/AWSReservedSSO_Read_Only_0123456789abcdef/ana", "Read_Only"),
        ("arn:aws:iam::1:user/team/ana", "ana"),
        ("arn:aws:iam::1:root", "root"),
    ],
)
def test_the_role_has_the_name_that_people_know(arn: str, role: str) -> None:
    assert role_of(arn) == role


@pytest.mark.parametrize(
    ("config", "environ", "used"),
    [
        (AwsConfig(), {}, False),
        (AwsConfig(region="us-west-2"), {}, True),
        (AwsConfig(profile="shop"), {}, True),
        (AwsConfig(endpoint_url="http://127.0.0.1:1"), {}, True),
        (AwsConfig(accounts={"shop": AwsAccount()}), {}, True),
        (AwsConfig(), {"AWS_PROFILE": "shop"}, True),
        (AwsConfig(), {"AWS_DEFAULT_REGION": "us-west-2"}, True),
        (AwsConfig(), {"AWS_REGION": ""}, False),
        (AwsConfig(enabled=False, region="us-west-2"), {"AWS_PROFILE": "shop"}, False),
        (AwsConfig(enabled=True), {}, True),
    ],
)
def test_aws_is_looked_at_when_something_names_an_account(
    config: AwsConfig, environ: dict[str, str], used: bool
) -> None:
    assert in_use(config, environ) is used
    assert bool(list(aws_feeds(config, environ, utc_now))) is used


def test_every_account_is_a_feed_of_its_own(time: Time) -> None:
    config = AwsConfig(accounts={"shop": AwsAccount(region="us-west-2"), "billing": AwsAccount(region="eu-west-1")})
    feeds = list(aws_feeds(config, {}, time))
    assert [each.name for each in feeds] == ["aws/shop", "aws/billing"]
    source = feeds[1].open()
    assert isinstance(source, AwsSource)
    assert source.name == "aws/billing"


def test_nothing_of_boto3_is_loaded_before_it_is_read() -> None:
    program = """
import sys
from cockpit.aws_config import AwsConfig
from cockpit.clock import utc_now
from cockpit.sources.aws.feeds import aws_feeds
for each in aws_feeds(AwsConfig(region="us-west-2"), {}, utc_now):
    each.open()
print([name for name in sys.modules if name.startswith("boto")])
"""
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_a_clock_is_compared_with_the_least_difference_that_explains_the_answer(
    scripted: Account, aws: AwsServer
) -> None:
    for ahead in (timedelta(), timedelta(minutes=7), timedelta(minutes=-7)):
        aws.ahead = ahead
        Ask(scripted).call("sts", "GetCallerIdentity")
        told = scripted.clock_ahead
        assert told is not None
        assert abs(told - ahead) <= timedelta(seconds=1)
