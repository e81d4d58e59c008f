"""`python -m cockpit.gameday SCENARIO`: a practice world without a screen, until it is interrupted."""

import argparse
import sys

from cockpit.gameday.command import run_headless


def main() -> int:
    """Run one practice world.

    Returns:
        The exit status.
    """
    parser = argparse.ArgumentParser(prog="python -m cockpit.gameday", description=__doc__)
    parser.add_argument("scenario")
    parser.add_argument("--lifeline", type=int, help="file descriptor of a pipe; the world ends when it is closed")
    parser.add_argument("--speed", type=float, default=1.0, help="by how much waits are shortened")
    parser.add_argument("--seed", type=int, default=0, help="repeats names and log lines")
    denying = "a resource that nobody may read or write, such as nodes or pods/log; * for all; may be repeated"
    parser.add_argument("--deny", action="append", default=[], metavar="RESOURCE", help=denying)
    options = parser.parse_args()
    return run_headless(
        options.scenario,
        lifeline=options.lifeline,
        speed=options.speed,
        seed=options.seed,
        denied=options.deny,
    )


if __name__ == "__main__":
    sys.exit(main())
