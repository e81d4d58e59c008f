from cockpit.diagnosis.finding import Finding, FindingSeverity
from cockpit.ui.findings.findings_pane import _in_full


def test_a_text_that_is_cut_says_so() -> None:
    long = Finding("key", FindingSeverity.WRONG, "crash " * 40, "crash-loop", ())
    assert _in_full(long, 23) == ["crash crash crash crash"] * 2 + ["crash crash crash cras…", "enter shows it"]
    short = Finding("key", FindingSeverity.WRONG, "crash", "crash-loop", ())
    assert _in_full(short, 23) == ["crash", "enter shows it"]
