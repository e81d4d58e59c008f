"""What to do when whoever read our output has gone, as in `cockpit report | head`."""

import os
from typing import TextIO


def abandon(stream: TextIO) -> None:
    """Write what is still to come to nowhere: Python would complain once more when it flushes at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
