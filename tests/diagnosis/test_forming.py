"""What is amiss is watched from its first second on, and is not told twice once it is wrong."""

from support.estate import Estate
from support.outside_looks import ago, check, health
from support.postgres_looks import ACTIVE, backend, look
from support.ward import NOW, Ward

from cockpit.diagnosis.diagnose import diagnose
from cockpit.diagnosis.facts import Facts, Outside, PostgresFacts
from cockpit.diagnosis.forming import forming
from cockpit.diagnosis.policy import Policy
from cockpit.sources.kubernetes.model import Health, Pod
from cockpit.sources.postgres.model import LockWait
from cockpit.sources.web.model import Outcome


def watched(facts: Facts) -> list[str]:
    """Give the titles of what forms."""
    findings = diagnose(facts, NOW, Policy())
    return [each.title for each in forming(facts, NOW, Policy(), findings)]


def lost(ward: Ward, name: str, seconds: float) -> Pod:
    container = ward.container(ready=False, started_at=ward.ago(minutes=9))
    since = ward.ago(seconds=seconds)
    return ward.pod(name, container, ready=0, health=Health.CHANGING, not_ready_since=since)


def test_a_pod_that_stops_being_ready_is_watched_at_once(estate: Estate) -> None:
    facts = estate.facts(lost(estate, "api-1", 1), estate.pod("api-2"))
    assert watched(facts) == ["api: 1 of 2 pods is not ready"]


def test_a_pod_that_starts_is_not(estate: Estate) -> None:
    starting = estate.container(ready=False, started_at=estate.ago(seconds=5))
    since = estate.ago(seconds=6)
    facts = estate.facts(estate.pod("api-1", starting, ready=0, health=Health.CHANGING, not_ready_since=since))
    assert watched(facts) == []


def test_a_first_crash_is_watched_before_it_is_a_loop(estate: Estate) -> None:
    ended = estate.container(state="terminated", reason="Error", exit_code=1, ready=False, started_at=None)
    facts = estate.facts(estate.ill("api-1", ended, not_ready_since=estate.ago(seconds=1)))
    assert watched(facts) == ["api: 1 of 1 pod is not ready"]


def test_what_is_wrong_already_is_not_watched_as_well(estate: Estate) -> None:
    facts = estate.facts(lost(estate, "api-1", 1), lost(estate, "api-2", 1))
    assert [each.key for each in diagnose(facts, NOW, Policy())] == ["pods/not-ready/shop/Deployment/api"]
    assert watched(facts) == []


def blocked(seconds: float) -> Facts:
    waits = (LockWait(1, (4711,), ago(seconds=seconds), "relation", "AccessShareLock", "orders"),)
    waiting = backend(1, ACTIVE, since=ago(seconds=seconds), wait_event_type="Lock")
    return Facts(postgres={"shop-db": PostgresFacts(look(waiting, backend(4711, ACTIVE), waits=waits))})


def test_a_wait_for_a_lock_is_watched_until_it_is_wrong() -> None:
    assert watched(blocked(1)) == []
    assert watched(blocked(9)) == ["shop-db: 1 connection blocked on orders by pid 4711 (api, active): SELECT 1"]
    assert watched(blocked(31)) == []


def test_a_check_that_fails_once_is_watched() -> None:
    failed = check(Outcome.SERVER_ERROR, status=502)
    once, twice = (health(failed, recent) for recent in ((check(), failed), (failed, failed)))
    assert watched(Facts(health={"shop": Outside(once)})) == ["health shop: answers with an error of its own"]
    assert watched(Facts(health={"shop": Outside(twice)})) == []
