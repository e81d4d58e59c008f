from collections.abc import Iterator

import pytest
from support.aws import REGION, log_in, practice_aws

from cockpit.sources.aws.account import Account


@pytest.fixture(scope="session")
def aws_url() -> Iterator[str]:
    """Address of a practice AWS on loopback."""
    with practice_aws() as url:
        yield url


@pytest.fixture
def account(aws_url: str, monkeypatch: pytest.MonkeyPatch) -> Account:
    log_in(monkeypatch)
    return Account(None, REGION, aws_url)
