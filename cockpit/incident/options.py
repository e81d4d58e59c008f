"""What can be typed after `cockpit log`. Loads nothing but argparse: `--help` answers at once."""

import argparse
from pathlib import Path

_ADD = "Print the sequence of the new entry once it is durable. Secrets in TEXT are masked before anything is stored."
_SHARE = "Print how FILE and the shared log stand. Exit status: 0 all is shared that can be, 1 not so, 2 there is none."
_ADOPT = "When the host that gives entries their places is gone, and FILE is a replica: this host does so from now on."
_KIND = (
    'note (default), severity, status, title, closed, reopened, role as in "scribe: ana", '
    'todo as in "mend it @ana due monday"'
)
_TEXT = "what to write down; - reads it from standard input, where no list of processes shows it"


def add_log_options(log: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Describe the commands of `cockpit log`; `typed.log` tells which one was typed."""
    commands = log.add_subparsers(title="commands", metavar="COMMAND", dest="log", required=True)

    new = commands.add_parser("new", help="open an incident; prints its file", parents=[shared])
    new.add_argument("--title", metavar="T", default="Incident opened", help="what is wrong, in a few words")
    new.add_argument("--severity", metavar="S", help="how bad it is, such as SEV2")

    add = commands.add_parser("add", help="add an entry; prints its number", description=_ADD, parents=[shared])
    _add_file(add)
    add.add_argument("text", metavar="TEXT", help=_TEXT)
    add.add_argument("--occurred-at", metavar="T", help="when it happened, such as 2026-11-21T14:08:00Z; default: now")
    what = add.add_mutually_exclusive_group()
    what.add_argument("--kind", metavar="K", default="note", help=_KIND)
    what.add_argument("--amends", metavar="N", type=int, help="entry N should have said TEXT")
    what.add_argument("--retracts", metavar="N", type=int, help="entry N does not hold; TEXT says why")
    what.add_argument("--retimes", metavar="N", type=int, help="entry N happened at --occurred-at; TEXT says why")

    listed = commands.add_parser("list", help="list the incidents, the newest first", parents=[shared])
    listed.add_argument("--directory", metavar="D", type=Path, help="where to look; default: [incident] directory")

    tail = commands.add_parser("tail", help="print the last entries", parents=[shared])
    _add_file(tail)
    tail.add_argument("-f", "--follow", action="store_true", help="go on with each new one, whoever writes it")

    show = commands.add_parser("show", help="print all entries", parents=[shared])
    _add_file(show)
    show.add_argument("--json", action="store_true", help="one JSON object a line, with the hashes")

    evidence = commands.add_parser("evidence", help="list what was captured, or write a piece of it", parents=[shared])
    _add_file(evidence)
    _add_sha256(evidence, nargs="?")
    evidence.add_argument("-o", "--output", metavar="OUT", type=Path, help="where to; default: standard output")

    remove = commands.add_parser("remove", help="overwrite captured evidence that holds a secret", parents=[shared])
    remove.description = "The entries stay, and so does the proof that they are sound; nothing can be taken back."
    _add_file(remove)
    _add_sha256(remove)
    remove.add_argument("--reason", metavar="TEXT", required=True, help="why; goes into the log")

    share = commands.add_parser("share", help="exchange once with the shared log", parents=[shared])
    share.description = _SHARE
    _add_file(share)

    adopt = commands.add_parser("adopt", help="become the home of a shared incident", parents=[shared])
    adopt.description = _ADOPT
    _add_file(adopt)
    adopt.add_argument("--reason", metavar="TEXT", required=True, help="why; goes into the log")

    verify = commands.add_parser("verify", help="prove that nothing is missing or changed", parents=[shared])
    verify.description = "Exit status: 0 all entries are sound, 1 not so; the first broken entry is named."
    _add_file(verify)


def _add_sha256(parser: argparse.ArgumentParser, nargs: str | None = None) -> None:
    parser.add_argument("sha256", metavar="SHA256", nargs=nargs, help="how its SHA-256 begins; evidence lists them")


def _add_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="incident file; cockpit log list shows them")
