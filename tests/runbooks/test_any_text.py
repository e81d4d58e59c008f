"""Whatever is written, nothing of it is lost: it is a step, a command, a note … or listed as unread."""

from collections.abc import Iterator
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.runbooks.load import read_runbook

BEGINNINGS = (
    "",
    "# ",
    "## ",
    "### ",
    "### P1 - ",
    "#### Step 1: ",
    "- ",
    "- [ ] ",
    "1. ",
    "   - ",
    "      - [ ] ",
    "> ",
    "    ",
    "```sh\n",
    "```sh\n# 1. ",
    "```\n",
    "```\n1. ",
    "~~~\n",
    "| Severity | ",
    "| SEV1 | ",
    "|---|---|\n",
    "**Fix**:\n\n",
    "**Note**: ",
    "**Validation**: ",
    "**Duration**: ",
    "<b>",
    "<!-- ",
    "---\n",
    "===\n",
    "\n",
    "\n\n",
)

lines = st.tuples(st.sampled_from(("", "  ", "    ")), st.sampled_from(BEGINNINGS)).map("".join)


def strings(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        yield from (text for value in data.values() for text in strings(value))
    elif isinstance(data, list | tuple):
        yield from (text for value in data for text in strings(value))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(lines, max_size=25))
def test_every_word_is_kept_and_every_step_has_an_id_of_its_own(beginnings: list[str]) -> None:
    runbook = read_runbook("\n".join(f"{beginning}w{number}w" for number, beginning in enumerate(beginnings)))
    kept = " ".join(strings(msgspec.to_builtins(runbook)))
    assert [number for number in range(len(beginnings)) if f"w{number}w" not in kept.casefold()] == []
    ids = [step.id for phase in runbook.phases for step in phase.steps]
    assert len(set(ids)) == len(ids)
