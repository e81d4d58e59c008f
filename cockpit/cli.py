"""The command line: what can be typed, and who does it.

Everything heavy is imported by the command that needs it, so that `--help` and `--version` answer at once.
"""

import argparse
import gc
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import cockpit
from cockpit.broken_pipe import abandon
from cockpit.clock import utc_now
from cockpit.incident.options import add_log_options

if TYPE_CHECKING:
    from cockpit.config import Config, Flags
    from cockpit.gameday.command import Facts

EXIT_FAILED = 1
EXIT_USAGE = 2
"""Also: the configuration, the terminal or the installation does not allow what was asked for."""

_DEFAULT_SCENARIO = "bad-deploy"
_SWITCH_SECONDS = 0.0005
"""How long a busy thread keeps the others waiting. With Python's own 5 ms, each frame reaches the terminal that much
later while the loop goes on, and each key waits that long while a list is decoded."""
_THE_OPEN_ONE = Path()
"""Stands for the file where `--join` is typed without one."""
_DENY = "nobody may read or change this: nodes, pods/log, * for all; may be repeated"
_EPILOG = "All times are UTC unless [ui] zone says otherwise. Configuration: cockpit doctor tells which file is used."


def run(arguments: Sequence[str]) -> int:
    """Do what was typed, and give the exit status."""
    described = parser()
    typed = described.parse_args(arguments)
    if "namespace" in typed and "all_namespaces" in typed:  # one before the command, one after it
        described.error("-n/--namespace and -A/--all-namespaces exclude each other")
    command: Callable[[argparse.Namespace], int] = typed.run
    try:
        status = command(typed)
        sys.stdout.flush()
    except BrokenPipeError:
        abandon(sys.stdout)
        return EXIT_FAILED
    return status


def parser() -> argparse.ArgumentParser:
    """Describe what can be typed. Options that all commands share may stand before and after the command."""
    shared = _shared_options()
    top = argparse.ArgumentParser(
        prog="cockpit", description=cockpit.__doc__, epilog=_EPILOG, parents=[shared.screen], allow_abbrev=False
    )
    top.add_argument("--version", action="version", version=f"cockpit {cockpit.__version__}")
    record = top.add_mutually_exclusive_group()
    record.add_argument("--incident", metavar="FILE", type=Path, help="go on writing this incident file")
    join = "write into this incident file together with others; without FILE: the incident that is open"
    record.add_argument("--join", metavar="FILE", nargs="?", type=Path, const=_THE_OPEN_ONE, help=join)
    _add_dsn(top, "dsn")
    top.set_defaults(run=_fly)
    commands = top.add_subparsers(title="commands", metavar="COMMAND")

    gameday = commands.add_parser("gameday", help="practise on a world of its own", parents=[shared.screen])
    gameday.add_argument("--list", action="store_true", help="list the scenarios")
    gameday.add_argument("--headless", action="store_true", help="run the world only; print how to connect, as JSON")
    gameday.add_argument("--scenario", metavar="NAME", default=_DEFAULT_SCENARIO, help="default: %(default)s")
    gameday.add_argument("--deny", metavar="RESOURCE", action="append", default=[], help=_DENY)
    gameday.set_defaults(run=_practise)

    check = commands.add_parser("check", help="look once, without a screen: exit 0, 1 or 2", parents=[shared.look])
    check.description = "Exit status: 0 all well, 1 something is wrong, 2 a source cannot be read."
    check.add_argument("--json", action="store_true", help="write JSON; with --watch one object a line")
    check.add_argument("--watch", action="store_true", help="go on, and write every change on a line of its own")
    _add_dsn(check, "more_dsn")
    check.set_defaults(run=_check)

    what_works = "say what works here, and how to mend what does not"
    doctor = commands.add_parser("doctor", help=what_works, parents=[shared.look])
    _add_dsn(doctor, "more_dsn")
    doctor.set_defaults(run=_examine)

    log = commands.add_parser("log", help="write and read incident logs from scripts", parents=[shared.record])
    add_log_options(log, shared.record)
    log.set_defaults(run=_log)

    report = commands.add_parser("report", help="write the report of an incident", parents=[shared.record])
    _describe_report(report)
    report.set_defaults(run=_report)

    _describe_runbook(commands.add_parser("runbook", help="say how a runbook is understood"))
    return top


def _describe_report(report: argparse.ArgumentParser) -> None:
    report.add_argument("file", metavar="FILE", nargs="?", type=Path, help="incident file; default: the newest one")
    report.add_argument("-o", "--output", metavar="OUT", type=Path, help="write to this file; -: print it")
    kinds = "github: the action items, for an issue; default: what OUT ends in, or md"
    report.add_argument("--format", choices=("md", "html", "json", "github"), help=kinds)
    whom = "customer: no names, no insides; default: %(default)s"
    report.add_argument("--audience", choices=("internal", "customer"), default="internal", help=whom)
    report.add_argument("--zone", metavar="Z", help="zone of its times: UTC, local, Europe/Vienna; default: [ui] zone")


def _describe_runbook(runbook: argparse.ArgumentParser) -> None:
    runbook.description = "Without a command: show. Without FILE: the runbook in use."
    runbook.set_defaults(run=_show_runbook, file=None, json=False)
    verbs = runbook.add_subparsers(title="commands", metavar="COMMAND")
    lint = verbs.add_parser("lint", help="say what contradicts itself or is not understood: exit 0, 1 or 2")
    lint.description = "Exit status: 0 all is understood, 1 contradictions or unread parts, 2 it cannot be read."
    lint.set_defaults(run=_lint_runbook)
    show = verbs.add_parser("show", help="say what it is read as")
    show.add_argument("--json", action="store_true", help="write JSON")
    show.set_defaults(run=_show_runbook)
    for verb in (lint, show):
        words = "Markdown, a policy may stand beside it in TOML; default: the configured one, or else the built-in one"
        verb.add_argument("file", metavar="FILE", nargs="?", type=Path, help=words)


class _Shared(NamedTuple):
    """Options that several commands have."""

    record: argparse.ArgumentParser
    """Of those that read or write incident files only."""
    look: argparse.ArgumentParser
    """Of those that look at the outside world, too."""
    screen: argparse.ArgumentParser
    """Of those that open the screen, too."""


def _shared_options() -> _Shared:
    # Without a default, an option after the command does not undo the same option before it.
    def options(*parents: argparse.ArgumentParser) -> argparse.ArgumentParser:
        return argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS, parents=parents)

    record = options()
    record.add_argument("--config", metavar="F", type=Path, help="configuration file instead of cockpit.toml")
    record.add_argument("--runbook", metavar="FILE", type=Path, help="runbook in Markdown: checklist and severities")
    look = options(record)
    look.add_argument("--context", metavar="C", help="kubeconfig context to look at")
    where = look.add_mutually_exclusive_group()
    where.add_argument("-n", "--namespace", metavar="NS", help="namespace to look at")
    where.add_argument("-A", "--all-namespaces", action="store_true", help="look at all namespaces")
    look.add_argument("--kubeconfig", metavar="F", type=Path, help="kubeconfig file")
    look.add_argument("--profile", metavar="P", help="AWS profile")
    look.add_argument("--region", metavar="R", help="AWS region, instead of the configured accounts")
    screen = options(look)
    screen.add_argument("--write", action="store_true", help="allow changes from the start, as the key W does")
    screen.add_argument("--plain", action="store_true", help="no full screen: as check --watch")
    return _Shared(record, look, screen)


def _add_dsn(parser: argparse.ArgumentParser, name: str) -> None:
    # What stands after the command has a name of its own, as it would push out what stands before it.
    words = "Postgres server (connection string or service, no password) instead of the configured; may be repeated"
    parser.add_argument("--dsn", dest=name, metavar="DSN", action="append", default=[], help=words)


def _fly(typed: argparse.Namespace) -> int:
    return _open(typed, _load(_flags(typed)), os.environ)


def _practise(typed: argparse.Namespace) -> int:
    if find_spec("aiohttp") is None:
        return _fail("the practice world is not installed; type: pip install 'incident-cockpit[gameday]'")
    from cockpit.gameday.command import PracticeError, list_scenarios, practice, run_headless  # noqa: PLC0415

    if typed.list:
        return list_scenarios(sys.stdout)
    if typed.headless:
        return run_headless(typed.scenario, denied=typed.deny)
    try:
        with practice(typed.scenario, denied=typed.deny) as facts:
            if facts.lacks:
                sys.stderr.write(f"cockpit: {facts.lacks}\n")
            return _open(typed, _practice_config(_flags(typed), facts), {})
    except PracticeError as error:
        return _fail(str(error))


def _practice_config(flags: "Flags", facts: "Facts") -> "Config":
    """Look at the practice world, also in boto3's eyes."""
    from msgspec.structs import replace  # noqa: PLC0415

    from cockpit.practice_config import practice_aws_environment, practice_config  # noqa: PLC0415

    environment = practice_aws_environment(os.environ, facts)
    for name in os.environ.keys() - environment.keys():
        del os.environ[name]
    os.environ.update(environment)
    namespace = None if flags.all_namespaces else flags.namespace or facts.namespace
    where = replace(flags, kubeconfig=facts.kubeconfig, context=facts.context, namespace=namespace, profile=None)
    return practice_config(_load(where), facts)


def _check(typed: argparse.Namespace) -> int:
    from cockpit.check import run_check  # noqa: PLC0415

    watch = typed.watch or "plain" in typed
    return run_check(_load(_flags(typed)), os.environ, utc_now, sys.stdout, as_json=typed.json, watch=watch)


def _examine(typed: argparse.Namespace) -> int:
    from cockpit.doctor import run_doctor  # noqa: PLC0415

    return run_doctor(_flags(typed), os.environ, utc_now, sys.stdout)


def _log(typed: argparse.Namespace) -> int:
    from cockpit.incident.log_command import LogCommand, Settings, Streams  # noqa: PLC0415
    from cockpit.incident.who import who  # noqa: PLC0415

    def settings() -> Settings:
        config = _load(_flags(typed))
        incident, zone = config.incident, config.ui.tzinfo
        return Settings(incident.directory, config.runbook.file, config.thresholds, incident.shared, zone)

    streams = Streams(sys.stdin, sys.stdout, sys.stderr)
    return LogCommand(settings, utc_now, lambda: who(os.environ).name, streams).run(typed)


def _report(typed: argparse.Namespace) -> int:
    from cockpit.incident.command import Wish, run_report  # noqa: PLC0415
    from cockpit.incident.report.formats import Format  # noqa: PLC0415
    from cockpit.incident.report.model import Audience  # noqa: PLC0415
    from cockpit.zone import zone_called  # noqa: PLC0415

    config = _load(_flags(typed))
    try:
        zone = zone_called(typed.zone or config.ui.zone)
    except ValueError as error:
        return _fail(str(error))
    wish = Wish(typed.output, typed.format and Format(typed.format), Audience(typed.audience), zone)
    runbook, directory = config.runbook.file, config.incident.directory
    return run_report(typed.file, directory, wish, utc_now, sys.stdout, sys.stderr, runbook=runbook)


def _lint_runbook(typed: argparse.Namespace) -> int:
    from cockpit.runbooks.command import run_lint  # noqa: PLC0415

    return run_lint(_runbook_in_use(typed), sys.stdout, sys.stderr)


def _show_runbook(typed: argparse.Namespace) -> int:
    from cockpit.runbooks.command import run_show  # noqa: PLC0415

    return run_show(_runbook_in_use(typed), sys.stdout, sys.stderr, as_json=typed.json)


def _runbook_in_use(typed: argparse.Namespace) -> Path | None:
    """Give the file that was typed, or else the configured one; None: the built-in runbook is in use."""
    return typed.file or _load(_flags(typed)).runbook.file


def _open(typed: argparse.Namespace, config: "Config", environ: Mapping[str, str]) -> int:
    """Open the screen, or write lines where there shall be none."""
    if "plain" in typed:
        from cockpit.check import run_check  # noqa: PLC0415

        return run_check(config, environ, utc_now, sys.stdout, as_json=False, watch=True)
    resume = _record(typed, config)
    from cockpit.ui.terminal.capabilities import textual_environment, this_terminal  # noqa: PLC0415

    terminal = this_terminal(os.environ)
    if terminal.trouble is not None:
        return _fail(terminal.trouble)
    os.environ.update(textual_environment(terminal))
    sys.setswitchinterval(_SWITCH_SECONDS)
    gc.disable()  # until the first frame: loading modules makes much, and nearly all of it stays
    from cockpit.ui.run import run_app  # noqa: PLC0415

    practice = typed.run is _practise
    return run_app(config, utc_now, terminal, environ, resume, write="write" in typed, practice=practice)


def _record(typed: argparse.Namespace, config: "Config") -> Path | None:
    """Give the incident file to go on with, or leave when nobody can say which one is meant."""
    directory, shared = config.incident.directory, config.incident.shared
    if typed.join is None or (typed.join != _THE_OPEN_ONE and (shared is None or typed.join.exists())):
        return typed.incident or typed.join  # type: ignore[no-any-return]
    from cockpit.incident.catalogue import to_join  # noqa: PLC0415
    from cockpit.incident.errors import IncidentFileError  # noqa: PLC0415
    from cockpit.incident.picking import asking  # noqa: PLC0415

    try:
        choose = asking(sys.stdin, sys.stderr)
        if shared is None:
            return to_join(directory, utc_now, choose)
        from cockpit.incident.mirror import joining  # noqa: PLC0415  (loads psycopg)

        if typed.join == _THE_OPEN_ONE:
            return joining.to_join(directory, utc_now, shared, choose)
        return joining.make_replica(directory, typed.join, shared, utc_now)
    except IncidentFileError as error:
        raise SystemExit(_fail(error.in_full)) from error


def _flags(typed: argparse.Namespace) -> "Flags":
    from cockpit.config import Flags  # noqa: PLC0415

    flags = {name: value for name, value in vars(typed).items() if name in Flags.__struct_fields__}
    return Flags(**{**flags, "dsn": (*typed.dsn, *getattr(typed, "more_dsn", ()))})


def _load(flags: "Flags") -> "Config":
    """Load the configuration, or leave with what is wrong with it."""
    from cockpit.config_error import ConfigError  # noqa: PLC0415
    from cockpit.config_load import load  # noqa: PLC0415

    try:
        return load(flags, os.environ)
    except ConfigError as error:
        raise SystemExit(_fail(str(error))) from error


def _fail(message: str) -> int:
    sys.stderr.write(f"cockpit: {message}\n")
    return EXIT_USAGE
