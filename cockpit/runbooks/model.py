"""What a runbook consists of."""

import msgspec


class Severity(msgspec.Struct, frozen=True):
    """One level of a severity scheme; the first of a scheme is the worst."""

    name: str
    definition: str
    response_minutes: int | None = None
    update_minutes: int | None = None


class Step(msgspec.Struct, frozen=True):
    """Something to do, and to tick."""

    id: str
    """Stable within the runbook: a slug of phase and text."""
    text: str


class Phase(msgspec.Struct, frozen=True):
    """Steps that belong together, in order."""

    title: str
    steps: tuple[Step, ...]


class Runbook(msgspec.Struct, frozen=True):
    """A checklist in phases with its severity scheme and status vocabulary."""

    title: str
    severities: tuple[Severity, ...]
    statuses: tuple[str, ...]
    phases: tuple[Phase, ...]
