"""Counts what is asked of AWS, and what that costs."""

import threading
from collections import deque
from datetime import datetime, timedelta
from typing import NamedTuple

from cockpit.clock import Clock, utc_now
from cockpit.sources.aws.model import Calls

MOST_CALLS = 40
"""So many calls a minute an account may take from us: whoever else asks there needs AWS' limits as well."""
_A_MINUTE = timedelta(minutes=1)
_REMEMBERED = timedelta(minutes=5)
_DOLLARS_A_METRIC = 0.01 / 1000
"""What CloudWatch charges for each metric that GetMetricData is asked for (list price of most regions)."""
_DOLLARS_A_CLOUDWATCH_CALL = 0.01 / 1000
"""What it charges for its other calls. Those of RDS, of the balancers and of STS are free."""


class _Call(NamedTuple):
    at: datetime
    metrics: int
    dollars: float


class CallLedger:
    """What was asked of one account. Safe to use from several threads."""

    def __init__(self, clock: Clock = utc_now) -> None:
        """Begin with nothing asked."""
        self._clock = clock
        self._lock = threading.Lock()
        self._total = 0
        self._calls: deque[_Call] = deque()
        self._began: datetime | None = None

    def add(self, api: str, metrics: int = 0) -> None:
        """Write down a call.

        Args:
            api: such as `rds:DescribeDBInstances`.
            metrics: how many metrics it asks for.
        """
        dollars = 0.0
        if api == "cloudwatch:GetMetricData":
            dollars = metrics * _DOLLARS_A_METRIC
        elif api.startswith("cloudwatch:"):
            dollars = _DOLLARS_A_CLOUDWATCH_CALL
        with self._lock:
            now = self._clock()
            self._began = self._began or now
            self._total += 1
            self._calls.append(_Call(now, metrics, dollars))
            while self._calls[0].at < now - _REMEMBERED:
                self._calls.popleft()

    def told(self) -> Calls:
        """Tell of the last minutes."""
        with self._lock:
            now = self._clock()
            lately = [call for call in self._calls if call.at > now - _A_MINUTE]
            kept = [call for call in self._calls if call.at > now - _REMEMBERED]
            # The minute that has begun counts as a whole: what is asked for in it is asked for once.
            begun = int((now - self._began) / _A_MINUTE) + 1 if self._began else 1
            watched = min(begun * _A_MINUTE, _REMEMBERED)
            return Calls(
                last_minute=len(lately),
                total=self._total,
                metrics_last_minute=sum(call.metrics for call in lately),
                dollars_per_hour=sum(call.dollars for call in kept) * (timedelta(hours=1) / watched),
            )
