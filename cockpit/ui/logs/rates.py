"""Tells the diagnosis how fast the lines and errors come in the log that is read."""

from cockpit.board import Board
from cockpit.clock import Clock
from cockpit.diagnosis.facts import LOG_RATES
from cockpit.logs.rates import LogRates
from cockpit.reading import Reading

RATES_SECONDS = 10.0
"""Between two readings: a rate is of a minute, and each reading has everything diagnosed anew."""


class RatesReading:
    """The reading of the rates on the board: there while a log is read that has lines."""

    def __init__(self, board: Board, clock: Clock) -> None:
        """Publish on `board`."""
        self._board = board
        self._clock = clock

    def tell(self, rates: LogRates) -> None:
        """Publish rates that are others than before."""
        known = self._board.latest(LOG_RATES)
        if rates.rates and (known is None or known.data != rates):
            self._board.publish(Reading(source=LOG_RATES, data=rates, taken_at=self._clock()))

    def forget(self) -> None:
        """Take the reading off the board: other logs are read from now on."""
        self._board.forget(LOG_RATES)
