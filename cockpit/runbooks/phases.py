"""Phases while they are being read, and the ids of their steps."""

import re

import msgspec

from cockpit.runbooks.inline import slug, without_number
from cockpit.runbooks.model import Command, Phase, Step, Timer
from cockpit.runbooks.proof import worded


class OpenStep(msgspec.Struct):
    """A step to which commands and notes are still added."""

    text: str
    line: int
    part: str = ""
    """The heading below the one of the phase."""
    label: str = ""
    when: tuple[str, ...] = ()
    proof: str = ""
    """What its mark names."""
    commands: list[Command] = msgspec.field(default_factory=list)
    expect: list[str] = msgspec.field(default_factory=list)
    gates: list[str] = msgspec.field(default_factory=list)
    notes: list[str] = msgspec.field(default_factory=list)


class OpenPhase(msgspec.Struct):
    """A phase to which steps are still added."""

    title: str
    line: int
    named: bool = False
    scenario: bool = False
    steps: list[OpenStep] = msgspec.field(default_factory=list)
    timers: list[Timer] = msgspec.field(default_factory=list)


def finish(phases: list[OpenPhase]) -> tuple[Phase, ...]:
    """Give the phases that ask for something. Where some are numbered, the others stand beside them as reference."""
    namer = _Namer()
    some_named = any(phase.named and phase.steps for phase in phases)
    return tuple(
        Phase(
            phase.title,
            tuple(_finished(phase, step, namer) for step in phase.steps),
            kind="scenario" if phase.scenario else "reference" if some_named and not phase.named else "phase",
            timers=tuple(phase.timers),
            line=phase.line,
        )
        for phase in phases
        if phase.steps
    )


def _finished(phase: OpenPhase, step: OpenStep, namer: "_Namer") -> Step:
    attributes = [word for command in step.commands for word in re.split(r"[,\s]+", command.attributes.get("when", ""))]
    when = tuple(dict.fromkeys((*step.when, *(word.upper() for word in attributes if word))))
    group = ": ".join(words for words in (step.part, step.label) if words and words != step.text)
    asks_for_more = step.commands or step.notes or step.gates
    return Step(
        namer.name(" ".join((without_number(phase.title), group, step.text, *step.when))),
        step.text,
        commands=tuple(step.commands),
        expect="\n".join(step.expect) or None,
        gate="\n".join(step.gates) or None,
        when=when,
        group=group,
        notes=tuple(step.notes),
        proof=step.proof or ("" if asks_for_more else worded(step.text)),
        line=step.line,
    )


class _Namer:
    """Gives every step an id that does not change when other steps do."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._last: dict[str, int] = {}

    def name(self, text: str) -> str:
        """Make a slug, numbered when another step has the same."""
        base = slug(text) or "step"
        candidate, number = base, self._last.get(base, 1)
        while candidate in self._taken:
            number += 1
            candidate = f"{base}-{number}"
        self._last[base] = number
        self._taken.add(candidate)
        return candidate
