"""Whether this machine's clock agrees with the API server's: tokens, ages and timelines depend on it."""

import subprocess
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import urllib3

from cockpit.clock import Clock
from cockpit.doctor.result import Probe, Result, broken, ok, warning

DOUBTFUL = timedelta(seconds=3)
"""The server tells whole seconds, and its answer takes a moment."""
TOO_MUCH = timedelta(seconds=60)
"""Tokens of a few minutes' life are refused from about here on."""
_TIME_OUT = 5.0
_REMEDY = "timedatectl set-ntp true"


def clock_probe(server: str, clock: Clock) -> Probe:
    """Compare with the Date of an answer of the server; without one, ask this machine whether it keeps its clock."""

    def probe() -> list[Result]:
        before = clock()
        told = _server_time(server)
        if told is None:
            return [_kept_in_time()]
        after = clock()
        # The server cut the fraction off: its time lies within the second after the one it told.
        behind, ahead = told - after, before - (told + timedelta(seconds=1))
        return [judged("clock", max(behind, ahead), "the API server's")]

    return probe


def judged(subject: str, difference: timedelta, other: str) -> Result:
    """Say what it means that this machine's clock is so far from that of the `other`; below nothing it is not."""
    message = f"{difference.total_seconds():.1f} s away from {other} clock"
    if difference > TOO_MUCH:
        return broken(subject, message, _REMEDY)
    if difference > DOUBTFUL:
        return warning(subject, message, _REMEDY)
    return ok(subject, f"agrees with {other}")


def _server_time(server: str) -> datetime | None:
    """Read the Date header of any answer. No credentials are sent, so that nothing depends on the certificate."""
    pool = urllib3.PoolManager(cert_reqs="CERT_NONE", retries=False, timeout=_TIME_OUT)
    urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    try:
        date = pool.request("GET", f"{server}/version", redirect=False).headers.get("Date", "")
        return parsedate_to_datetime(date).replace(tzinfo=UTC)
    except (urllib3.exceptions.HTTPError, ValueError):
        return None
    finally:
        pool.clear()


def _kept_in_time() -> Result:
    command = ["timedatectl", "show", "--property=NTPSynchronized", "--value"]
    try:
        answer = subprocess.run(
            command, capture_output=True, stdin=subprocess.DEVNULL, timeout=_TIME_OUT, check=False, text=True
        ).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        answer = ""
    if answer == "yes":
        return ok("clock", "synchronised")
    if answer == "no":
        return warning("clock", "not synchronised", _REMEDY)
    return warning("clock", "nothing here tells whether it is right", "compare `date -u` with another machine")
