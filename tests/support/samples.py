"""What clusters and programs wrote, with what it means, from `tests/samples`."""

from pathlib import Path

_DIAGNOSIS = Path(__file__).parents[1] / "samples" / "diagnosis"


def samples(name: str) -> list[tuple[str, ...]]:
    """Read a table: a line for each message, which stands last, after what the diagnosis has to make of it."""
    lines = (_DIAGNOSIS / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return [tuple(line.split("\t")) for line in lines]
