"""Asks AWS: one call, or all pages of a list. Counts every call."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from cockpit.sources.aws.account import Account

_MOST_PAGES = 50
"""A list that goes on for longer is not read to its end."""


class Ask:
    """Asks one account. Blocks. Safe to use from several threads."""

    def __init__(self, account: Account) -> None:
        """Prepare to ask `account`."""
        self._account = account

    def call(self, service: str, operation: str, *, metrics: int = 0, **parameters: Any) -> Mapping[str, Any]:
        """Make one call.

        Args:
            service: as boto3 calls it: `rds`.
            operation: as AWS calls it: `DescribeDBInstances`.
            metrics: how many metrics it asks for, which AWS charges.
            parameters: as AWS calls them.

        Returns:
            The answer. botocore makes an empty one of JSON that it cannot read: what is always there is to be taken
            with `[]`, and fails then.

        Raises:
            AwsError: it failed, or its answer cannot be understood.
        """
        from botocore import xform_name  # noqa: PLC0415

        client = self._account.client(service)
        self._account.calls.add(self._account.api(service, operation), metrics)
        try:
            answer: Mapping[str, Any] = getattr(client, xform_name(operation))(**parameters)
        except Exception as error:
            raise self._account.error(error, service, operation) from error
        return answer

    def pages(self, service: str, operation: str, *, token: str, **parameters: Any) -> Iterator[Mapping[str, Any]]:
        """Give the pages of a list, one call each.

        Args:
            service: as boto3 calls it.
            operation: as AWS calls it.
            token: how the answer calls what the next page is asked with: `Marker`, `NextMarker`, `NextToken`.
            parameters: of every page.

        Raises:
            AwsError: a page failed: what is missing behind it is not known, so that nothing is.
        """
        key = "Marker" if token == "NextMarker" else token  # noqa: S105  (no secret)
        following: dict[str, Any] = {}
        for _ in range(_MOST_PAGES):
            page = self.call(service, operation, **parameters, **following)
            yield page
            if not page.get(token):
                return
            following = {key: page[token]}


def utc(moment: datetime | None) -> datetime | None:
    """Give a moment that botocore read in UTC: it tells some in the zone of this machine."""
    return None if moment is None else moment.astimezone(UTC)
