"""What a server has answered, as text to read."""

from collections.abc import Sequence

from cockpit.actions.postgres.prompt import SqlResult
from cockpit.ui.widgets.line import Span
from cockpit.ui.widgets.text import pad
from cockpit.ui.widgets.text_view import TextLine

WIDEST = 40
"""Cells of a column; the last one may be wider."""
_NULL = "∅"
_BETWEEN = "  "


def result_text(sql: str, result: SqlResult) -> list[str]:
    """Write what a statement gave: the statement, the rows under the names of their columns, how many there are."""
    rows = [[_NULL if value is None else value for value in row] for row in result.rows]
    widths = [min(WIDEST, max(map(len, column))) for column in zip(result.columns, *rows, strict=True)]
    count = f"{len(rows)} {'row' if len(rows) == 1 else 'rows'}"
    more = ", and more that were not fetched" if result.more else ""
    cut = "; long values are cut" if result.cut else ""
    return [sql, "", _row(result.columns, widths), *(_row(row, widths) for row in rows), "", f"{count}{more}{cut}"]


def plan_text(statement: str, plan: str) -> list[str]:
    """Write how a statement would be run."""
    return [*statement.splitlines(), "", *plan.splitlines()]


def lines_of(text: Sequence[str], begin: int) -> list[TextLine]:
    """Draw a text whose first `begin` lines are what was asked."""
    return [[Span(f" {line}", "dim" if at < begin else "")] for at, line in enumerate(text)]


def _row(values: Sequence[str], widths: Sequence[int]) -> str:
    cells = [pad(value, width) for value, width in zip(values[:-1], widths, strict=False)]
    return _BETWEEN.join([*cells, *values[-1:]])
