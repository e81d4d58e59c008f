"""The policy of a runbook: TOML beside it, or in front of it. What it says beats the text."""

from importlib import resources
from typing import Any

import msgspec

from cockpit.runbooks.model import BusinessHours, Contact, Escalation, Remark, Severity, Threshold
from cockpit.runbooks.severities import Scheme

SCHEMES = ("sev1-4", "p0-p3", "p1-p4")
"""Ready severity schemes."""

_FIELDS = ("response", "resolution", "update")


class PolicyLevel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A severity, or what the policy changes of one."""

    name: str
    definition: str = ""
    response_minutes: int | None = None
    update_minutes: int | None = None
    resolution_minutes: int | None = None
    response_words: str | None = None
    update_words: str | None = None
    resolution_words: str | None = None


class PolicyRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[[escalation]]`: whom to call in."""

    to: str
    severity: str | None = None
    after_minutes: int | None = None
    origin: str | None = None
    words: str = ""


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a runbook's TOML may hold."""

    scheme: str | None = None
    """One of `SCHEMES`: fills in the levels and times that neither text nor policy give."""
    severities: tuple[PolicyLevel, ...] = ()
    statuses: tuple[str, ...] = ()
    escalation: tuple[PolicyRule, ...] = ()
    contacts: dict[str, str | tuple[str, ...]] = {}
    """Ways to reach a role, the first one first."""
    thresholds: dict[str, str | int | float] = {}
    business_hours: BusinessHours | None = None
    protected: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    """What people do in an incident: incident commander, scribe …"""


def read_policy(*texts: str) -> Policy:
    """Read the TOML of a policy; where several say the same key, the last one counts.

    Raises:
        msgspec.DecodeError: It is not TOML, or does not hold a policy.
    """
    tables: dict[str, Any] = {}
    for text in texts:
        tables.update(msgspec.toml.decode(text))
    policy = msgspec.convert(tables, Policy)
    if policy.scheme is not None and policy.scheme.lower() not in SCHEMES:
        raise msgspec.ValidationError(f"Expected one of {', '.join(SCHEMES)}, got {policy.scheme!r} - at `$.scheme`")
    return policy


def ready_scheme(name: str) -> tuple[Severity, ...]:
    """Load a ready severity scheme, one of `SCHEMES`."""
    text = resources.files(__package__).joinpath("schemes", f"{name.lower()}.toml").read_text("utf-8")
    levels = read_policy(text).severities
    return tuple(msgspec.convert(msgspec.structs.asdict(level), Severity) for level in levels)


def apply_severities(policy: Policy, scheme: Scheme) -> None:
    """Let the policy beat what the text says of severities, and a ready scheme fill what is left."""
    order = [level.name for level in policy.severities]
    complete = all(name in order for name in scheme)
    for level in policy.severities:
        scheme.define(level.name, level.definition)
        for field in _FIELDS:
            scheme.rule(level.name, field, getattr(level, f"{field}_words"), getattr(level, f"{field}_minutes"))
    ready_levels = ready_scheme(policy.scheme) if policy.scheme else ()
    for ready in ready_levels:
        scheme.level(ready.name, 0, definition=ready.definition)
        for field in _FIELDS:
            scheme.fill(ready.name, field, getattr(ready, f"{field}_words"), getattr(ready, f"{field}_minutes"))
    if ready_levels or complete:
        scheme.sort([ready.name for ready in ready_levels] or order)


def apply_escalation(policy: Policy, rules: list[Escalation]) -> tuple[list[Escalation], list[Remark]]:
    """Put the rules of the policy in place of those of the text about the same people at the same severity."""
    ruled = {(rule.severity, rule.to): rule for rule in policy.escalation}
    kept: list[Escalation] = []
    remarks: list[Remark] = []
    for said in rules:
        rule = ruled.get((said.severity, said.to or ""))
        if rule is None:
            kept.append(said)
        elif said.after_minutes is not None and said.after_minutes != rule.after_minutes:
            what = f"{said.severity or 'any severity'}: {said.to} is called in after {said.after_minutes} min here"
            remarks.append(Remark(said.line, f"{what}, but after {rule.after_minutes} min in the policy"))
    own = [
        Escalation(rule.to, rule.severity, rule.after_minutes, rule.origin, rule.words) for rule in policy.escalation
    ]
    return own + kept, remarks


def apply_contacts(policy: Policy, contacts: list[Contact]) -> tuple[Contact, ...]:
    """Put the contacts of the policy in place of those of the same role."""
    own = [Contact(role, (ways,) if isinstance(ways, str) else ways) for role, ways in policy.contacts.items()]
    return (*own, *(contact for contact in contacts if contact.role not in policy.contacts))


def apply_thresholds(policy: Policy, thresholds: list[Threshold]) -> tuple[Threshold, ...]:
    """Put the thresholds of the policy in place of those of the same metric."""
    own = [Threshold(metric, str(limit)) for metric, limit in policy.thresholds.items()]
    return (*own, *(threshold for threshold in thresholds if threshold.metric not in policy.thresholds))
