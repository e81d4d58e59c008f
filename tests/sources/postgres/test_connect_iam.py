"""IAM tokens of RDS instead of passwords."""

import msgspec
import pytest

from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.postgres import connecting, iam
from cockpit.sources.postgres.target import Target

HOST = "shop.c1a2b3.eu-central-1.rds.amazonaws.com"
RDS = Target("shop-db", {"host": HOST, "user": "cockpit", "port": "6432"}, iam=True)


@pytest.fixture
def _logged_in(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2")


@pytest.mark.usefixtures("_logged_in")
def test_a_token_is_for_one_server_user_and_region() -> None:
    token = iam.token(RDS)
    assert token.startswith(f"{HOST}:6432/?Action=connect&DBUser=cockpit&")
    assert "%2Feu-central-1%2Frds-db%2F" in token
    assert "hunter2" not in token


@pytest.mark.usefixtures("_logged_in")
def test_a_token_travels_encrypted_only() -> None:
    parameters = connecting.parameters_for(RDS)
    assert (parameters["sslmode"], parameters["password"][: len(HOST)]) == ("require", HOST)
    stricter = msgspec.structs.replace(RDS, parameters={**RDS.parameters, "sslmode": "verify-full"})
    assert connecting.parameters_for(stricter)["sslmode"] == "verify-full"


@pytest.mark.usefixtures("_logged_in")
def test_without_a_login_it_says_how_to_log_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(SourceError, match="no IAM token") as caught:
        iam.token(RDS)
    assert (caught.value.kind, caught.value.remedy) == (TroubleKind.EXPIRED, "aws sso login")


@pytest.mark.usefixtures("_logged_in")
def test_a_profile_that_is_not_there_is_told() -> None:
    with pytest.raises(SourceError, match="ops") as caught:
        iam.token(msgspec.structs.replace(RDS, profile="ops"))
    assert caught.value.remedy == "aws sso login --profile ops"


@pytest.mark.usefixtures("_logged_in")
def test_behind_another_name_the_region_has_to_be_told() -> None:
    alias = msgspec.structs.replace(RDS, parameters={**RDS.parameters, "host": "db.internal"})
    with pytest.raises(SourceError, match="region") as caught:
        iam.token(alias)
    assert (caught.value.kind, caught.value.remedy) == (TroubleKind.MISSING, "aws configure set region REGION")
    assert "%2Feu-west-1%2Frds-db" in iam.token(msgspec.structs.replace(alias, region="eu-west-1"))


@pytest.mark.parametrize("parameters", [{"service": "shop"}, {"host": HOST}, {"host": "a,b", "user": "cockpit"}])
def test_a_token_needs_one_host_and_a_user(parameters: dict[str, str]) -> None:
    with pytest.raises(SourceError, match=r"write both into \[postgres\.shop-db\]"):
        iam.token(Target("shop-db", parameters, iam=True))


@pytest.mark.parametrize(
    ("host", "region"),
    [
        (HOST, "eu-central-1"),
        ("shop.cluster-ro-c1a2b3.us-gov-west-1.rds.amazonaws.com", "us-gov-west-1"),
        ("shop.c1a2b3.rds.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        ("db.internal", None),
    ],
)
def test_the_name_of_an_rds_host_tells_its_region(host: str, region: str | None) -> None:
    assert iam.region_of(host) == region
