"""One part of a look: asked for at its own pace, and with its own failures."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from cockpit.clock import Clock
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.aws.errors import AwsError
from cockpit.sources.aws.model import Gap
from cockpit.threads import call_in_thread

_RETRY_FIRST = 30.0
_RETRY_MOST = 300.0
_THROTTLED_FIRST = 120.0
_THROTTLED_MOST = 900.0
_MOST_DOUBLINGS = 10
_SILENT = (TroubleKind.UNREACHABLE, TroubleKind.TIMEOUT)


class Part:
    """Knows when it is due, and why it is missing. A failure costs this part only."""

    def __init__(
        self,
        api: str,
        ask: Callable[[], Any],
        take: Callable[[Any], None],
        every: Callable[[], float],
        clock: Clock,
        *,
        after: Sequence["Part"] = (),
    ) -> None:
        """Describe a part.

        Args:
            api: what it asks mostly, as a policy names it.
            ask: reads it; blocks, and changes nothing.
            take: takes over what was read.
            every: the seconds between two reads; what is large is read less often.
            clock: tells what is due.
            after: the parts that have to be tried before, or there is nothing to ask for.
        """
        self.api = api
        self.gap: Gap | None = None
        self.read = False
        """It was read once."""
        self.tried = False
        """It was tried since the connection was last begun anew."""
        self.error: SourceError | None = None
        """Why the newest try failed."""
        self._ask = ask
        self._take = take
        self._every = every
        self._clock = clock
        self._after = after
        self._failures = 0
        self._due_at: datetime | None = None
        """None: at once."""

    @property
    def denied(self) -> bool:
        """It is not asked for again until somebody wants it."""
        return self.gap is not None and self.gap.denied

    @property
    def first_hand(self) -> bool:
        """It asks whatever else is known; what comes after others may have nothing to ask for."""
        return not self._after

    @property
    def silent(self) -> bool:
        """The newest try got no answer at all."""
        return self.error is not None and self.error.kind in _SILENT

    def due_in(self) -> float:
        """Tell the seconds until it is due; infinity: not before something else happens."""
        if not all(part.tried for part in self._after) or self.denied:
            return float("inf")
        return 0.0 if self._due_at is None else (self._due_at - self._clock()).total_seconds()

    def begin_anew(self) -> None:
        """The connection or the login was lost: what failed for that is due at once."""
        self.tried = False
        if self.error is not None and self.error.kind is not TroubleKind.THROTTLED:
            self._due_at = None
        if self.error is not None and self.error.kind is TroubleKind.EXPIRED:
            self.gap = None  # said of credentials that are no longer used

    def hurry(self) -> None:
        """Make it due at once."""
        self._due_at = None

    def retry_denied(self) -> None:
        """Ask again for what was denied."""
        if self.denied:
            self.gap, self._due_at = None, None

    async def update(self) -> None:
        """Read it, or keep in `gap` and `error` why it cannot be read."""
        try:
            answer = await call_in_thread(self._ask)
            self._take(answer)
        except SourceError as error:
            self._fail(error)
        except Exception as error:  # noqa: BLE001  (an answer of another shape than documented costs this part only)
            message = f"the answer of AWS cannot be understood: {type(error).__name__}: {error}"
            self._fail(SourceError(TroubleKind.MALFORMED, message))
        else:
            self.gap, self.error, self._failures, self.read = None, None, 0, True
            self._due_at = self._clock() + timedelta(seconds=self._every())
        self.tried = True

    def _fail(self, error: SourceError) -> None:
        self.error = error
        self._failures += 1
        now = self._clock()
        since = self.gap.since if self.gap else now
        denied = error.kind is TroubleKind.DENIED
        api = (error.api if isinstance(error, AwsError) else "") or self.api
        self.gap = Gap(api, error.message, error.remedy, denied=denied, since=since)
        throttled = error.kind is TroubleKind.THROTTLED
        first, most = (_THROTTLED_FIRST, _THROTTLED_MOST) if throttled else (_RETRY_FIRST, _RETRY_MOST)
        wait = min(most, max(first, self._every()) * 2.0 ** min(self._failures - 1, _MOST_DOUBLINGS))
        self._due_at = now + timedelta(seconds=max(wait, self._every()))
