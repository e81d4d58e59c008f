"""Starts the cockpit: the command `cockpit`, and `python -m cockpit`."""

import sys

from cockpit.cli import run


def main() -> None:
    """Run the command line and leave with its exit status."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
