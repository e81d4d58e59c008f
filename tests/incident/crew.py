"""Writers of one incident file, killed at random moments.

Usage: crew.py FILE MOMENTS SEED. Three processes add notes as fast as they can. At each moment one, two or all of them
are killed, the file is opened, what was added to it since the moment before is checked, and new writers take the places
of the dead. At the end, every entry that a writer was told to be saved has to be there. Prints how many these were.
"""

import os
import random
import signal
import sys
import time
from contextlib import closing
from pathlib import Path

from cockpit.clock import utc_now
from cockpit.incident.chain import hash_of
from cockpit.incident.entry import Draft, EntryKind
from cockpit.incident.file import IncidentFile

WRITERS = 3
LONGEST_SECONDS = 0.02
"""Between two moments, from when all writers write."""


def write(path: Path, name: str, acknowledgements: int) -> None:
    """Add notes for ever, and tell the text and sequence of each once it is saved."""
    file = IncidentFile.open(path, clock=utc_now)
    os.write(acknowledgements, b"\n")  # ready
    index = 0
    while True:
        text = f"{name}-{index}"
        entry = file.append(Draft(EntryKind.NOTE, text, name))
        os.write(acknowledgements, f"{text} {entry.sequence}\n".encode())
        index += 1


class Writer:
    """A process that writes until it is killed."""

    def __init__(self, path: Path, name: str) -> None:
        self._reader, writer = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            try:
                write(path, name, writer)
            finally:
                os._exit(1)
        os.close(writer)
        assert os.read(self._reader, 1) == b"\n", f"{name} did not begin"

    def kill(self) -> list[tuple[str, int]]:
        """Kill it, and give what it was told to be saved."""
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        with os.fdopen(self._reader, "rb") as pipe:
            lines = [line.decode().split() for line in pipe.read().splitlines(keepends=True) if line.endswith(b"\n")]
        return [(text, int(sequence)) for text, sequence in lines]


def main() -> None:
    path, moments, dice = Path(sys.argv[1]), int(sys.argv[2]), random.Random(int(sys.argv[3]))  # noqa: S311
    acknowledged: list[tuple[str, int]] = []
    sequence, last_hash = 0, "0" * 64
    told: dict[int, str] = {}
    writers = [Writer(path, f"writer-{number}") for number in range(WRITERS)]
    for moment in range(moments):
        time.sleep(dice.uniform(0, LONGEST_SECONDS))
        dead = dice.sample(range(WRITERS), dice.randint(1, WRITERS))
        for number in dead:
            acknowledged += writers[number].kill()
        with closing(IncidentFile.open(path, clock=utc_now)) as file:
            for entry in file.entries(sequence):
                assert (entry.sequence, entry.previous_hash, entry.hash) == (sequence + 1, last_hash, hash_of(entry))
                sequence, last_hash = entry.sequence, entry.hash
                told[sequence] = entry.text
        for number in dead:
            writers[number] = Writer(path, f"writer-{moment}-{number}")
    for last in writers:
        acknowledged += last.kill()
    with closing(IncidentFile.open(path, clock=utc_now)) as file:
        assert file.verify() is None
        told |= {entry.sequence: entry.text for entry in file.entries(sequence)}
    assert [text for text, sequence in acknowledged if told.get(sequence) != text] == [], "acknowledged, but lost"
    assert len(set(told.values())) == len(told), "doubled"
    print(len(acknowledged))  # noqa: T201  (this is its answer)


if __name__ == "__main__":
    main()
