"""What a person may do is asked before a key is offered."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from support.api_server import Time

from cockpit.gameday.scenarios import steady
from cockpit.gameday.world import World
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.rights import Judged, Rights, Verdict
from cockpit.threads import call_in_thread


class Reviewer:
    """A cluster that answers reviews."""

    def __init__(self, cluster: Cluster) -> None:
        self.asked: list[Any] = []
        self.answer: Any = {"allowed": True}
        cluster.send = self.send  # type: ignore[method-assign]

    def send(self, method: str, path: str, body: bytes | None = None, *_: Any, **__: Any) -> bytes:
        assert (method, path) == ("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews")
        self.asked.append(msgspec.json.decode(body or b""))
        if isinstance(self.answer, Exception):
            raise self.answer
        if isinstance(self.answer, bytes):
            return self.answer
        return msgspec.json.encode({"status": self.answer})


@pytest.fixture
def reviewer(cluster: Cluster) -> Reviewer:
    return Reviewer(cluster)


@pytest.fixture
def rights(cluster: Cluster, reviewer: Reviewer, time: Time) -> Rights:
    cluster.describe()
    return Rights(cluster, time)


def scale(rights: Rights, name: str = "api") -> Judged:
    return rights.may("patch", "deployments", group="apps", subresource="scale", namespace="shop", name=name)


def test_what_is_asked_is_said_exactly(rights: Rights, reviewer: Reviewer) -> None:
    assert scale(rights).verdict is Verdict.ALLOWED
    assert reviewer.asked == [
        {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {
                "resourceAttributes": {
                    "verb": "patch",
                    "group": "apps",
                    "resource": "deployments",
                    "subresource": "scale",
                    "namespace": "shop",
                    "name": "api",
                }
            },
        }
    ]


def test_what_is_not_allowed_is_told_with_the_missing_right(rights: Rights, reviewer: Reviewer) -> None:
    reviewer.answer = {"allowed": False, "reason": "no rule"}
    judged = scale(rights)
    assert (judged.verdict, judged.why) == (Verdict.DENIED, "may not patch deployments.apps/scale in shop: no rule")
    assert judged.remedy
    assert judged.remedy.startswith(
        "kubectl auth can-i patch deployments.apps/api --subresource scale -n shop --context shop-prod"
    )


def test_nothing_said_is_no_right(rights: Rights, reviewer: Reviewer) -> None:
    reviewer.answer = {}
    assert rights.may("delete", "nodes").why == "may not delete nodes"


@pytest.mark.parametrize(
    "answer",
    [
        SourceError(TroubleKind.UNREACHABLE, "cannot connect"),
        SourceError(TroubleKind.DENIED, "may not create selfsubjectaccessreviews"),
        {"allowed": False, "evaluationError": "the webhook did not answer"},
        b"<html>",
        b"\xff",
    ],
    ids=["unreachable", "denied", "webhook", "html", "bytes"],
)
def test_a_server_that_does_not_say_is_unknown_and_is_asked_again(
    rights: Rights, reviewer: Reviewer, answer: Any
) -> None:
    reviewer.answer = answer
    judged = scale(rights)
    assert judged.verdict is Verdict.UNKNOWN
    assert judged.why
    reviewer.answer = {"allowed": True}
    assert scale(rights).verdict is Verdict.ALLOWED


def test_an_answer_holds_for_a_minute(rights: Rights, reviewer: Reviewer, time: Time) -> None:
    for _ in range(3):
        scale(rights)
    assert len(reviewer.asked) == 1
    scale(rights, "web")
    assert len(reviewer.asked) == 2
    reviewer.answer = {"allowed": False}
    time.now += timedelta(seconds=59)
    assert scale(rights).verdict is Verdict.ALLOWED
    time.now += timedelta(seconds=2)
    assert scale(rights).verdict is Verdict.DENIED


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with World(steady(), speed=50, seed=1) as world:
        yield world


@pytest.mark.parametrize(("context", "verdict"), [("practice", Verdict.ALLOWED), ("practice-viewer", Verdict.DENIED)])
async def test_the_practice_world_knows_who_may_what(world: World, context: str, verdict: Verdict) -> None:
    rights = Rights(Cluster(world.kubeconfig, context))
    judged = await call_in_thread(
        lambda: rights.may("patch", "deployments", group="apps", namespace="shop", name="api")
    )
    assert judged.verdict is verdict
