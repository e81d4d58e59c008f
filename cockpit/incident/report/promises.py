"""What the policy had promised at some time of an incident."""

from collections.abc import Sequence
from datetime import datetime

from cockpit.incident.clocks import ClockName, Due, dues
from cockpit.incident.state import IncidentState, Period
from cockpit.runbooks.model import Runbook


class Promises:
    """Tells when something was due, by the same rules as the clocks on the screen."""

    def __init__(self, runbook: Runbook, periods: Sequence[Period], declared_at: datetime | None) -> None:
        """Look at the severities `periods` of an incident."""
        self._runbook = runbook
        self._periods = periods
        self._declared_at = declared_at

    def severity_at(self, moment: datetime) -> str | None:
        """Tell the severity at a time; before the first was set, that one."""
        begun = [period for period in self._periods if period.start <= moment]
        chosen = begun[-1:] or self._periods[:1]
        return chosen[0].severity if chosen else None

    def due(self, clock: ClockName, by: datetime, told: datetime | None = None) -> Due | None:
        """Tell when something was due at the severity of the time `by`; None: nothing was promised.

        Args:
            clock: what was due.
            by: when it was done, or the time up to which it was not.
            told: when people were last told how things stand.
        """
        severity = self.severity_at(by)
        if severity is None or self._declared_at is None:
            return None
        then = IncidentState(
            declared_at=self._declared_at, severity=severity, severity_since=self._declared_at, updated_at=told
        )
        return next((due for due in dues(then, self._runbook) if due.clock is clock), None)
