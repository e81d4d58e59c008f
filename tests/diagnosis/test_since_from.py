"""Each finding says how it is known since when it has been there."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from support.estate import Estate
from support.outside_looks import ago, alarm, check, found_in_aws, found_on_web, health
from support.outside_looks import trouble as blind
from support.postgres_looks import IN_TRANSACTION, backends, found, found_in_trouble, look, trouble

from cockpit.diagnosis.beginning import Beginning
from cockpit.diagnosis.diagnose import diagnose
from cockpit.diagnosis.facts import Facts, Outside
from cockpit.diagnosis.finding import Finding, SinceFrom
from cockpit.diagnosis.policy import Policy
from cockpit.logs.rates import LogRate, LogRates
from cockpit.reading import TroubleKind
from cockpit.sources.kubernetes.model import Pod
from cockpit.sources.postgres.model import DatabaseRates, Health
from cockpit.sources.web.model import Outcome, Timing

SERVER, LOG_LINE, SEEN = SinceFrom.SERVER, SinceFrom.LOG_LINE, SinceFrom.SEEN
estate = Estate()
LOUD = LogRate(
    "api-1/api", 100, 30, 100, 2, newest_error="refused", newest_error_at=estate.now, errors_since=ago(minutes=2)
)
FULL = replace(LOUD, name="shop-db/db", newest_error="No space left on device", errors_since=None)
DEADLOCKED = DatabaseRates("shop", deadlocks=9, deadlocks_seen=((ago(minutes=1), 9),))
SLOW = [check(at=ago(seconds=seconds), timing=Timing(total=9.0)) for seconds in (30, 20, 10)]


def crashing(name: str) -> Pod:
    container = estate.container(state="waiting", reason="CrashLoopBackOff", ready=False, restarts=8, started_at=None)
    return estate.ill(name, container, not_ready_since=ago(minutes=2))


ORIGINS: dict[str, tuple[Callable[[], list[Finding]], SinceFrom]] = {
    "a crash loop": (lambda: estate.find(crashing("api-1")), SERVER),
    "errors in a log": (lambda: estate.find(estate.pod("api-1"), log_rates=LogRates((LOUD,))), LOG_LINE),
    "a disk of which a log says that it is full": (lambda: found(look(), log_rates=LogRates((FULL,))), LOG_LINE),
    "a transaction": (lambda: found(look(*backends(1, IN_TRANSACTION, since=ago(hours=1)))), SERVER),
    "a restart of Postgres": (lambda: found(look(restarts=(ago(minutes=2),))), SEEN),
    "a failover of Postgres": (lambda: found(look(promoted_at=ago(minutes=2))), SEEN),
    "deadlocks": (lambda: found(look(health=Health(databases=(DEADLOCKED,)))), SEEN),
    "a Postgres that does not answer": (lambda: found_in_trouble(trouble(TroubleKind.TIMEOUT, "no answer")), SEEN),
    "an alarm": (lambda: found_in_aws(alarms=(alarm("cpu", since=ago(minutes=2)),)), SERVER),
    "an account that cannot be read": (
        lambda: diagnose(Facts(aws={"shop": Outside(None, blind(TroubleKind.EXPIRED))}), estate.now, Policy()),
        SEEN,
    ),
    "an endpoint that fails": (lambda: found_on_web(health={"shop": health(check(Outcome.TIMEOUT))}), SEEN),
    "an endpoint that is slow": (lambda: found_on_web(health={"shop": health(SLOW[-1], SLOW, slow_after=5.0)}), SEEN),
}


@pytest.mark.parametrize("what", ORIGINS)
def test_a_finding_says_how_its_beginning_is_known(what: str) -> None:
    find, origin = ORIGINS[what]
    (finding,) = find()
    assert finding.since is not None
    assert finding.since_from is origin


def test_what_only_the_cockpit_has_dated_is_seen_though_a_change_was_near() -> None:
    pod = estate.pod("api-1")
    loud = replace(LOUD, errors_since=None)
    (unknown,) = estate.find(pod, log_rates=LogRates((loud,)))
    (dated,) = estate.find(pod, log_rates=LogRates((loud,)), begun={unknown.key: Beginning(ago(minutes=1))})
    assert (unknown.since, dated.since, dated.since_from) == (None, ago(minutes=1), SEEN)
