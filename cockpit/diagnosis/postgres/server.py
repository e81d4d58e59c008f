"""What happened to a server as a whole: restarted, changed its role, deadlocks, no room on its disk."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.facts import LOG_RATES
from cockpit.diagnosis.finding import Evidence, FindingSeverity, SinceFrom
from cockpit.diagnosis.policy import Policy
from cockpit.diagnosis.postgres.said import says_disk_full
from cockpit.diagnosis.postgres.server_view import ServerView
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.wording import counted, listed, one_line, quoted
from cockpit.logs.rates import LogRate
from cockpit.sources.postgres.model import DatabaseRates


def changed(view: ServerView) -> Iterator[Problem]:
    """Tell that a server was restarted, or became a primary or a standby, not long ago."""
    look = view.look
    if look is None:
        return
    lately = timedelta(minutes=view.policy.server_minutes)
    if look.promoted_at is not None and view.age(look.promoted_at) <= lately:
        role = "a standby: it takes no writes" if look.server.in_recovery else "the primary"
        where = f"{look.server.address or 'socket'}:{look.server.port or ''}"
        yield view.problem(
            Cause.ROLE_CHANGED,
            f"failed over, and is now {role}",
            severity=FindingSeverity.WRONG if look.server.in_recovery else FindingSeverity.DOUBTFUL,
            since=look.promoted_at,
            since_from=SinceFrom.SEEN,
            evidence=(view.proof("server", f"in recovery: {str(look.server.in_recovery).lower()}, at {where}"),),
        )
    restarts = [each for each in look.restarts if view.age(each) <= lately]
    if restarts:
        times = f" {counted(len(restarts), 'time')}" if len(restarts) > 1 else ""
        yield view.problem(
            Cause.SERVER_RESTARTED,
            f"was restarted{times}",
            since=restarts[-1],
            since_from=SinceFrom.SEEN,
            evidence=(view.proof("server", f"runs{view.since(restarts[-1])}; all connections were lost"),),
        )


def deadlocks(view: ServerView) -> Iterator[Problem]:
    """Tell of databases in which transactions keep being broken off because they wait for each other."""
    health = view.look.health if view.look is not None else None
    policy = view.policy
    rising = [
        (sum(many for _, many in recent), recent[0][0], each)
        for each in (health.databases if health else ())
        if (recent := recent_deadlocks(each, view.now, policy))
    ]
    rising = [each for each in rising if each[0] >= policy.deadlocks]
    if rising:
        rising.sort(key=lambda each: (-each[0], each[2].name))
        total = counted(sum(many for many, _, _ in rising), "deadlock")
        names = listed([one_line(each.name) for _, _, each in rising])
        yield view.problem(
            Cause.DEADLOCKS,
            f"{total} within {policy.deadlock_minutes} min in {names}",
            since=min(since for _, since, _ in rising),
            since_from=SinceFrom.SEEN,
            evidence=tuple(
                view.proof(
                    each.name,
                    f"{counted(many, 'deadlock')}{view.since(since)}, {each.deadlocks} since the session began;"
                    " each broke off a transaction",
                )
                for many, since, each in rising[:3]
            ),
        )


def recent_deadlocks(database: DatabaseRates, now: datetime, policy: Policy) -> list[tuple[datetime, int]]:
    """Give when deadlocks were seen that are not too old to count, and how many."""
    span = timedelta(minutes=policy.deadlock_minutes)
    return [each for each in database.deadlocks_seen if now - each[0] <= span]


def disk_full(view: ServerView) -> Iterator[Problem]:
    """Tell that the server, or a log that is followed, says that there is no room on the disk."""
    gaps = view.look.gaps if view.look is not None else {}
    proofs = [view.proof(part, quoted(gap.message)) for part, gap in gaps.items() if says_disk_full(gap.message)]
    rates = view.view.facts.log_rates
    written = [each for each in (rates.rates if rates is not None else ()) if _tells(each, view)]
    proofs += [Evidence(LOG_RATES, each.name, quoted(each.newest_error)) for each in written]
    if proofs:
        yield view.problem(
            Cause.DISK_FULL,
            "its disk is full",
            severity=FindingSeverity.WRONG,
            why=proofs[0].fact,
            evidence=tuple(proofs[:3]),
            since=min((each.newest_error_at for each in written if each.newest_error_at is not None), default=None),
            since_from=SinceFrom.LOG_LINE,
        )


def _tells(rate: LogRate, view: ServerView) -> bool:
    """Tell whether a log said of this server, not long ago, that its disk is full.

    It does if it is the server's own, or that of a pod that is connected to it.
    """
    if not says_disk_full(rate.newest_error):
        return False
    lately = timedelta(minutes=view.policy.change_minutes)
    if rate.newest_error_at is not None and view.age(rate.newest_error_at) > lately:
        return False
    pod = rate.name.partition("/")[0]
    pods = {key.partition("/")[2] for holder in view.holders for key in holder.pods}
    return view.name in rate.name.split("/") or pod in pods
