"""Nothing is run that was not allowed."""

import msgspec

from cockpit.actions.permit import Permit
from cockpit.actions.plan import Plan, Risk, Verb

PLAN = Plan(Verb.RESTART, "restart deployment/api", "kubectl …", Risk.WRITE, "prod", "api", ())


def test_at_first_nothing_is_allowed() -> None:
    assert Permit().objection(PLAN) == "the cockpit is read-only in context prod: allow it to write first"
    assert Permit(frozenset({"prod"})).objection(PLAN) == ""


def test_another_context_is_another_permit() -> None:
    assert Permit(frozenset({"stage"})).objection(PLAN)


def test_in_a_protected_context_the_name_is_typed() -> None:
    permit = Permit(frozenset({"prod"}), frozenset({"prod"}))
    assert permit.objection(PLAN, "ap") == "context prod is protected: type api to confirm"
    assert permit.objection(PLAN, " api ") == ""


def test_what_is_refused_stays_refused() -> None:
    refused = msgspec.structs.replace(PLAN, refused="it would change nothing")
    assert Permit(frozenset({"prod"})).objection(refused, "api") == "it would change nothing"
