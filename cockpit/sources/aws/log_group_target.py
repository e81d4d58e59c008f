"""Which CloudWatch log group to follow, and how often it is asked."""

from typing import NamedTuple

SINCE_SECONDS = 600
"""How far back a group begins when nobody says otherwise: it has no newest lines, only a time."""


class LogGroupTarget(NamedTuple):
    """Which log group to follow, and from where."""

    group: str
    """Name, such as `/aws/rds/instance/shop-db/postgresql`, or ARN."""
    since_seconds: int = SINCE_SECONDS
    """How far back to begin."""
    pattern: str = ""
    """A CloudWatch filter pattern that the server applies; empty: everything."""

    @property
    def stream(self) -> str:
        """Name under which the pane shows remarks on the group as a whole."""
        return self.group.rsplit(":log-group:", 1)[-1]


class GroupPace(NamedTuple):
    """How a group is asked again. All times in seconds."""

    interval: float = 2.0
    overlap: float = 60.0
    """Events arrive late and out of order: every time, so much of the past is asked for again."""
    backoff_most: float = 30.0
    settled: float = 10.0
    """So long after a live tail has begun, what came just before it is asked for once more."""
    live_rest: float = 60.0
    """A live tail that was refused, or ended sooner than this, is not asked for again for so long; then twice that."""
    live_rest_most: float = 1800.0
