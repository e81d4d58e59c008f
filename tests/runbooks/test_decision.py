"""Questions that lead to a severity."""

from pathlib import Path

import pytest

from cockpit.runbooks.decision import Leaf, Question, decision, read_tree
from cockpit.runbooks.load import load_builtin, load_runbook
from cockpit.runbooks.model import Runbook, Severity

(SEED_002,) = (Path(__file__).parent / "seeds").glob("*002*")


def answer(node: Question | Leaf | None, *answers: str) -> str:
    """Follow the answers, and give the severity, or the question that is open."""
    for each in answers:
        assert isinstance(node, Question)
        node = node.yes if each == "yes" else node.no
    assert node is not None
    return node.severity if isinstance(node, Leaf) else node.text


@pytest.mark.parametrize(
    ("answers", "severity"),
    [
        (["yes"], "SEV1"),
        (["no", "yes", "yes"], "SEV2"),
        (["no", "yes", "no"], "SEV3"),
        (["no", "no"], "SEV4"),
    ],
)
def test_the_tree_of_seed_002_is_asked_as_it_is_drawn(answers: list[str], severity: str) -> None:
    tree = decision(load_runbook(SEED_002))
    assert answer(tree) == "Is the service completely down?"
    assert answer(tree, "no") == "Are multiple users affected?"
    assert answer(tree, *answers) == severity


def test_a_runbook_without_questions_gets_generic_ones_for_its_own_levels() -> None:
    tree = decision(load_builtin())
    assert answer(tree, "yes") == "SEV1"
    assert answer(tree, "no", "yes") == "SEV2"
    assert answer(tree, "no", "no", "yes") == "SEV3"
    assert answer(tree, "no", "no", "no") == "SEV4"


def test_two_levels_need_one_question_and_one_needs_none() -> None:
    levels = (Severity("high", ""), Severity("low", ""))
    two = decision(Runbook("", levels, (), ()))
    assert (answer(two, "yes"), answer(two, "no")) == ("high", "low")
    assert decision(Runbook("", levels[:1], (), ())) is None


@pytest.mark.parametrize(
    "drawing",
    [
        "",
        "Is it down?",
        "Is it down?\n├─ YES → SEV1",
        "Is it down?\n├─ YES → SEV9\n└─ NO → Continue",
        "Is it down?\n├─ YES → SEV1\n└─ NO → Continue",  # to nowhere
        "A → B → C",
    ],
)
def test_another_drawing_is_no_decision(drawing: str) -> None:
    assert read_tree(drawing, ["SEV1", "SEV2"]) is None
