"""Reads runbooks: phases and steps from Markdown, policy from TOML."""

import re
from importlib import resources
from typing import TYPE_CHECKING

import msgspec

from cockpit.runbooks.model import Phase, Runbook, Severity, Step

if TYPE_CHECKING:
    from markdown_it.token import Token

_CHECKBOX = re.compile(r"\[[ xX]\]\s+")
_NOT_SLUG = re.compile(r"[\W_]+")


class _Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a runbook's TOML holds."""

    severities: tuple[Severity, ...]
    statuses: tuple[str, ...]


def load_builtin() -> Runbook:
    """Load the generic incident runbook that comes with the cockpit."""
    here = resources.files(__package__)
    return read_runbook(
        here.joinpath("generic.md").read_text("utf-8"), here.joinpath("generic.toml").read_text("utf-8")
    )


def read_runbook(markdown: str, policy: str) -> Runbook:
    """Read a runbook from its Markdown and the TOML of its policy.

    The level 1 heading is the title, a level 2 heading begins a phase, and each list item in it is a step.

    Raises:
        msgspec.DecodeError: The TOML does not hold a policy.
    """
    from markdown_it import MarkdownIt  # noqa: PLC0415  (loaded when a runbook is first read)

    rules = msgspec.toml.decode(policy, type=_Policy)
    title, phases = _outline(MarkdownIt("commonmark").parse(markdown))
    taken: set[str] = set()
    return Runbook(
        title=title,
        severities=rules.severities,
        statuses=rules.statuses,
        phases=tuple(
            Phase(name, tuple(Step(_unique(_slug(f"{name} {text}"), taken), text) for text in texts))
            for name, texts in phases
            if texts
        ),
    )


def _outline(tokens: "list[Token]") -> tuple[str, list[tuple[str, list[str]]]]:
    """Find the title, and the phases with the texts of their steps."""
    title = ""
    phases: list[tuple[str, list[str]]] = []
    opened = ""
    for token in tokens:
        if token.type == "inline":
            if opened == "h1":
                title = token.content
            elif opened == "h2":
                phases.append((token.content, []))
            elif opened == "li" and phases:
                phases[-1][1].append(_CHECKBOX.sub("", token.content, count=1))
            opened = ""
        elif token.type in ("heading_open", "list_item_open"):
            opened = token.tag
    return title, phases


def _slug(text: str) -> str:
    return _NOT_SLUG.sub("-", text.casefold()).strip("-")


def _unique(slug: str, taken: set[str]) -> str:
    """Number a slug that is taken already, and take it."""
    candidate, number = slug, 1
    while candidate in taken:
        number += 1
        candidate = f"{slug}-{number}"
    taken.add(candidate)
    return candidate
