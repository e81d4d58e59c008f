"""What is wrong with an object, above its pages."""

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static

from cockpit.diagnosis.finding import Finding, FindingSeverity
from cockpit.ui.findings.finding_text import finding_text


class FindingLine(Static):
    """Tells the worst finding in full, with what changed shortly before; hidden while there is none."""

    DEFAULT_CSS = """
    FindingLine { display: none; height: auto; max-height: 4; padding: 0 1; color: $wrong; }
    FindingLine.told { display: block; }
    FindingLine.doubtful { color: $doubtful; }
    """

    def __init__(self) -> None:
        """Tell nothing yet."""
        super().__init__()
        self._told = ""

    def tell(self, findings: Sequence[Finding]) -> None:
        """Tell the first of these findings, and how many more there are."""
        doubtful = bool(findings) and findings[0].severity is not FindingSeverity.WRONG
        told = f"{'◐' if doubtful else '●'} {finding_text(findings[0])}" if findings else ""
        if len(findings) > 1:
            told += f" (and {len(findings) - 1} more)"
        if told != self._told:
            self._told = told
            self.set_class(bool(told), "told")
            self.set_class(doubtful, "doubtful")
            self.update(Content(told))
