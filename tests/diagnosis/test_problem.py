"""Problems that are told together."""

from msgspec.structs import replace

from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.finding import FindingSeverity, Suggestion, Verb
from cockpit.diagnosis.problem import Problem
from cockpit.sources.kubernetes.objects import ObjectRef

API = ObjectRef("Deployment", "shop", "api")


def back(why: str, revision: str = "3") -> Suggestion:
    return Suggestion(Verb.ROLLBACK, API, why, {"revision": revision})


def test_what_several_problems_suggest_is_suggested_once_with_the_first_reason() -> None:
    cause = Problem(Cause.NOT_READY, "a", FindingSeverity.WRONG, API, "api", "is not ready", actions=(back("first"),))
    effect = replace(cause, key="b", actions=(back("second"), back("other", "2")))
    assert cause.explaining(effect).finding().actions == (back("first"), back("other", "2"))
