from collections.abc import Callable, Iterator

import pytest
from support.aws import REGION, log_in, practice_aws
from support.aws_server import AwsServer
from support.aws_watch import Time

from cockpit.aws_config import AwsAccount
from cockpit.sources.aws.account import Account
from cockpit.sources.aws.asking import Ask
from cockpit.sources.aws.aws_source import AwsSource


@pytest.fixture(scope="session")
def aws_url() -> Iterator[str]:
    """Address of a practice AWS on loopback."""
    with practice_aws() as url:
        yield url


@pytest.fixture(autouse=True)
def _logged_in(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    log_in(monkeypatch)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def account(aws_url: str) -> Account:
    return Account(None, REGION, aws_url)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def aws(time: Time) -> Iterator[AwsServer]:
    """An AWS that says what the test wants, and whose clock is the test's."""
    server = AwsServer(time)
    yield server
    server.close()


@pytest.fixture
def scripted(aws: AwsServer, time: Time) -> Account:
    """The account of that AWS."""
    return Account(None, REGION, aws.url, time)


@pytest.fixture
def ask(scripted: Account) -> Ask:
    return Ask(scripted)


@pytest.fixture
def make_source(aws: AwsServer, time: Time) -> Callable[..., AwsSource]:
    """Make a source that reads the scripted AWS as time goes by."""

    def make(*, most: int = 100, metrics: bool = True, **chosen: object) -> AwsSource:
        where = AwsAccount(region=REGION, endpoint_url=aws.url, **chosen)  # type: ignore[arg-type]
        return AwsSource("shop", where, time, most=most, metrics=metrics, sleep=time.sleep)

    return make
