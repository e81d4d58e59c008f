"""Starts the cockpit: the command `cockpit`, and `python -m cockpit`."""

import atexit
import os
import signal
import sys


def main() -> None:
    """Run the command line and leave with its exit status."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        # Like SIGTERM it ends the process at once, until a command hears it. As an exception it could come out of a
        # module that is just loaded as an error of that module.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from cockpit.cli import run  # noqa: PLC0415

    _end(run(sys.argv[1:]))


def _end(status: int) -> None:
    """End the process without taking the interpreter down around the threads that still read something.

    The system would abort the process, instead of giving its exit status, when one of them is in C++ code just then,
    such as that of a regular expression.
    """
    atexit._run_exitfuncs()  # noqa: SLF001  (temporary files are deleted there, and there is no public way)
    os._exit(status)


if __name__ == "__main__":
    main()
