"""Where a person has allowed the cockpit to change things. Without a permit nothing is run."""

import msgspec

from cockpit.actions.plan import Plan


class Permit(msgspec.Struct, frozen=True):
    """What was allowed in this session."""

    contexts: frozenset[str] = frozenset()
    """Contexts of plans in which the person has switched writing on; none at the start."""
    protected: frozenset[str] = frozenset()
    """Those of them in which every action is confirmed by typing the name of what it changes."""

    def objection(self, plan: Plan, typed: str = "") -> str:
        """Tell why a plan may not be run; empty: it may.

        Args:
            plan: what is to be run.
            typed: what the person has typed to confirm it.
        """
        if plan.refused:
            return plan.refused
        if plan.context not in self.contexts:
            return f"the cockpit is read-only in context {plan.context}: allow it to write first"
        if plan.context in self.protected and typed.strip() != plan.subject:
            return f"context {plan.context} is protected: type {plan.subject} to confirm"
        return ""
