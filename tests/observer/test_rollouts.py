"""Of a rollout it is told what differs, and how it ended; pods that fail later do not begin it again."""

from datetime import timedelta
from typing import Any

from msgspec.structs import replace
from support.objects import condition, daemon_set, deployment, meta, stateful_set, template
from support.readings import objects, told
from support.shop import NOW

from cockpit.observer.observation import Observation, Weight
from cockpit.observer.rollouts import Workload, rollouts
from cockpit.sources.kubernetes.objects import Condition, EnvVar

API = deployment()


def between(before: Workload, after: Workload) -> list[Observation]:
    return list(rollouts(objects(before), objects(after), NOW))


def progressing(reason: str, **facts: Any) -> tuple[Condition, ...]:
    return (condition("Progressing", reason=reason, **facts),)


def test_a_new_revision_says_which_images_differ() -> None:
    (rollout,) = between(API, deployment(image="shop/api:1.5.0", revision=12))
    assert rollout.text == "api: revision 12: main shop/api:1.4.2 → shop/api:1.5.0"
    assert (rollout.subject, rollout.weight) == ("deployment shop/api", Weight.GRAVE)


def test_variables_are_named_and_their_values_are_not_told() -> None:
    before = deployment(
        template=template("shop/api:1", env=(EnvVar("DB_PASSWORD", "old-secret"), EnvVar("LEVEL", "1")))
    )
    after = deployment(template=template("shop/api:1", env=(EnvVar("DB_PASSWORD", "new-secret"), EnvVar("LEVEL", "1"))))
    assert told(between(before, after)) == ["api: new template: main DB_PASSWORD"]


def test_a_restart_that_somebody_asked_for_is_called_so() -> None:
    asked = replace(API.template, annotations={"kubectl.kubernetes.io/restartedAt": "2026-11-21T14:00:00Z"})
    assert told(between(API, replace(API, template=asked))) == ["api: new template: a restart was asked for"]


def test_the_cause_that_somebody_gave_is_told() -> None:
    caused = meta("api", annotations={"kubernetes.io/change-cause": "ana: raise the limit"})
    after = deployment(meta=caused, image="shop/api:1.5.0")
    assert told(between(API, after)) == [
        "api: new template: main shop/api:1.4.2 → shop/api:1.5.0 (ana: raise the limit)"
    ]


def test_the_number_of_a_revision_that_comes_later_weighs_little() -> None:
    (revision,) = between(API, replace(API, revision=12))
    assert (revision.text, revision.weight) == ("api: revision 12", Weight.MINOR)


def test_a_rollout_that_is_finished_or_stuck_is_told_at_its_time() -> None:
    at = NOW - timedelta(seconds=8)
    under_way = replace(API, conditions=progressing("ReplicaSetUpdated"))
    (finished,) = between(under_way, replace(API, conditions=progressing("NewReplicaSetAvailable", updated_at=at)))
    assert (finished.text, finished.at) == ("api: revision 11 is rolled out", at)
    stuck = progressing("ProgressDeadlineExceeded", message="timed out progressing", updated_at=at)
    (failed,) = between(under_way, replace(API, conditions=stuck))
    assert failed.text == "api: the rollout of revision 11 is stuck: timed out progressing"


def test_pods_that_fail_after_a_rollout_are_none_of_its_business() -> None:
    done = replace(API, conditions=progressing("NewReplicaSetAvailable"))
    failing = replace(done, ready=1, available=1)
    assert between(done, failing) == []
    assert between(failing, done) == []


def test_stateful_and_daemon_sets_are_rolled_out_when_all_pods_are_updated() -> None:
    db, agent = stateful_set(pods=3, update_revision="db-6b7"), daemon_set()
    assert told(between(replace(db, updated=2), db)) == ["db: revision 6b7 is rolled out"]
    assert told(between(replace(agent, updated=0), agent)) == ["agent: the new template is rolled out"]
    assert between(replace(db, ready=1, available=1), db) == []


def test_a_change_of_scale_is_told_but_not_of_a_daemon_set() -> None:
    assert told(between(API, replace(API, desired=5))) == ["api: scaled 3 → 5"]
    assert between(daemon_set(nodes=3), daemon_set(nodes=4)) == []


def test_what_was_made_anew_under_an_old_name_and_half_a_list_tell_nothing() -> None:
    after = deployment(image="shop/api:1.5.0", revision=12)
    another = replace(after, meta=meta("api", uid="another"))
    assert between(API, another) == []
    assert list(rollouts(objects(API, version=""), objects(after), NOW)) == []
