"""Reads one session of a live tail (`StartLiveTail`), in a thread. CloudWatch charges each minute that it is open."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, suppress
from typing import Any, NamedTuple

from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.aws.account import Account
from cockpit.sources.aws.log_group_target import LogGroupTarget
from cockpit.threads import Stop, Stopped


class Update(NamedTuple):
    """What a session tells every second; first, an empty one: it has begun."""

    events: Sequence[Mapping[str, Any]] = ()
    """With `logStreamName`, `timestamp` (ms since 1970) and `message`; without ids."""
    sampled: bool = False
    """There were more than 500 events: these are some of them."""


def read_session(account: Account, target: LogGroupTarget, stop: Stop) -> Generator[Update, None, None]:
    """Open a session and yield what it tells, until it ends, which is always an error. Blocks.

    The session is closed with the generator, and at once when `stop` is requested.

    Raises:
        SourceError: there is no live tail, or it has ended: after three hours (`SessionTimeoutException`), or before.
    """
    from botocore.exceptions import ResponseStreamingError  # noqa: PLC0415
    from urllib3.exceptions import HTTPError  # noqa: PLC0415

    try:
        with closing(_open(account.client("logs"), target)) as stream:
            stop.closes(_Plug(stream))
            for told in stream:
                if "sessionStart" in told:
                    yield Update()
                elif (news := told.get("sessionUpdate")) is not None:
                    sampled = (news.get("sessionMetadata") or {}).get("sampled")
                    yield Update(news.get("sessionResults") or (), bool(sampled))
    except (Stopped, SourceError):
        raise
    except HTTPError as error:
        raise account.error(ResponseStreamingError(error=error)) from error
    except Exception as error:  # whatever it is, the group can be read without a live tail
        raise account.error(error) from error
    raise SourceError(TroubleKind.UNREACHABLE, "CloudWatch has ended it")


class _Plug:
    """Ends a session while another thread reads it."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def close(self) -> None:
        """End the read. `EventStream.close` would wait for it."""
        with suppress(ValueError, RuntimeError, OSError):  # already over
            self._stream._raw_stream.shutdown()  # noqa: SLF001


def _open(client: Any, target: LogGroupTarget) -> Any:
    """Open a session; gives a `botocore.eventstream.EventStream`."""
    if not hasattr(client, "start_live_tail"):
        raise SourceError(TroubleKind.MISSING, "the installed boto3 does not know it", "pip install --upgrade boto3")
    query: dict[str, Any] = {"logGroupIdentifiers": [_arn(client, target.group)]}
    if target.pattern:
        query["logEventFilterPattern"] = target.pattern
    return client.start_live_tail(**query)["responseStream"]


def _arn(client: Any, group: str) -> str:
    """Give the ARN of a group, as the live tail wants it: without the `:*` that stands for its streams."""
    if group.startswith("arn:"):
        return group.removesuffix(":*")
    for each in client.describe_log_groups(logGroupNamePrefix=group).get("logGroups", ()):  # the shortest comes first
        if each["logGroupName"] == group:
            return str(each.get("logGroupArn") or each["arn"]).removesuffix(":*")
    raise SourceError(TroubleKind.MISSING, f"there is no log group {group}")
