"""Breaking a text into lines by words and cells."""

from rich.cells import cell_len, chop_cells


def wrap(text: str, cells: int) -> list[str]:
    """Break `text` into lines of at most `cells` cells, between words where that is possible; never an empty list."""
    width = len if text.isascii() and text.isprintable() else cell_len
    lines: list[str] = []
    line = ""
    for word in text.split():
        candidate = f"{line} {word}" if line else word
        if width(candidate) <= cells:
            line = candidate
            continue
        if line:
            lines.append(line)
        *full, line = chop_cells(word, cells)
        lines += full
    return [*lines, line] if line or not lines else lines
