"""How much care a command line asks for: as much as the worst of its parts.

It is read, never run. What cannot be read, or is not known, is `unknown`, and treated like one that writes.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from cockpit.runbooks.arguments import positional, with_next
from cockpit.runbooks.model import Command
from cockpit.runbooks.placeholders import neutral
from cockpit.runbooks.risk_levels import Judged, Risk, worst
from cockpit.runbooks.risk_of_programs import judge_program
from cockpit.runbooks.risk_of_sql import judge_sql
from cockpit.runbooks.shell_words import NotReadError, Pipeline, Simple, pipelines

_SHELLS: Final = frozenset(("sh", "bash", "zsh", "dash", "ksh"))
_NOWHERE: Final = frozenset(("/dev/null", "/dev/stdout", "/dev/stderr"))
_TO_FILES: Final = frozenset((">", ">>", ">|", "<>", ">&"))
_DEEPEST: Final = 8
_WRAPPERS: Final = {
    "sudo": frozenset(("-u", "-g", "-h", "-C", "-p")),
    "doas": frozenset(("-u", "-C")),
    "nohup": frozenset(),
    "nice": frozenset(("-n",)),
    "ionice": frozenset(("-c", "-n")),
    "setsid": frozenset(),
    "stdbuf": frozenset(("-i", "-o", "-e")),
    "exec": frozenset(),
    "env": frozenset(("-u", "-C")),
    "command": frozenset(),
    "builtin": frozenset(),
    "time": frozenset(),
    "xargs": frozenset(("-I", "-n", "-P", "-L", "-d", "-a", "-E", "-s")),
}
"""Programs that run another one, and their options that take a value."""


def judge(command: Command) -> Judged:
    """Tell how much care a command of a runbook asks for; what its fence says of that wins."""
    text = neutral(command.text)
    found = judge_sql(text) if command.language == "sql" else judge_script(text)
    said = command.attributes.get("risk", "")
    if said not in tuple(Risk):
        return found
    return Judged(Risk(said), "the runbook says so" if said != found.risk else found.reason, found.target)


def judge_script(text: str) -> Judged:
    """Tell how much care a shell script asks for."""
    return _judge_script(text, 0)


def _judge_script(text: str, depth: int) -> Judged:
    if depth > _DEEPEST:
        return Judged(Risk.UNKNOWN, "it is nested too deep to be read")
    try:
        found = pipelines(text)
    except NotReadError as error:
        return Judged(Risk.UNKNOWN, str(error))
    return worst(judged for pipeline in found for judged in _judge_pipeline(pipeline, depth))


def _judge_pipeline(pipeline: Pipeline, depth: int) -> Iterator[Judged]:
    for place, simple in enumerate(pipeline.commands):
        yield _judge_words(simple.values, depth, simple, piped=place > 0)
        yield from _judge_redirections(simple)
        for script in simple.scripts:
            yield _judge_script(script, depth + 1)


def _judge_redirections(simple: Simple) -> Iterator[Judged]:
    for each in simple.redirections:
        target = each.target.value
        descriptor = each.operator == ">&" and re.fullmatch(r"\d+|-", target)
        if each.operator in _TO_FILES and not descriptor and target not in _NOWHERE:
            yield Judged(Risk.WRITE, f"it writes the file {target}")


def _judge_words(values: Sequence[str], depth: int, simple: Simple, *, piped: bool) -> Judged:
    """Judge a program with its arguments, or the program that it runs."""
    if not values:
        return Judged(Risk.READ)
    if depth > _DEEPEST:
        return Judged(Risk.UNKNOWN, "it is nested too deep to be read")
    if "$" in values[0] or "`" in values[0]:
        return Judged(Risk.UNKNOWN, "which program it runs is known only when it runs")
    path, arguments = values[0], list(values[1:])
    name = path if path.startswith(".") else path.rpartition("/")[2]
    if (inner := _inner(name, arguments)) is not None:
        outer, words = inner
        return worst((outer, _judge_words(words, depth + 1, simple, piped=piped)))
    return _judge_script_of(name, arguments, depth, simple, piped=piped) or judge_program(name, arguments)


def _judge_script_of(name: str, arguments: list[str], depth: int, simple: Simple, *, piped: bool) -> Judged | None:
    """Judge a program that is given a script; None: it is given none."""
    if name in {"psql", "pgcli"}:
        return _judge_psql(arguments, simple, piped=piped)
    if name in _SHELLS:
        return _judge_shell(arguments, depth)
    if name in {"watch", "eval", "ssh"}:
        return _judge_joined(name, arguments, depth)
    return _judge_find(arguments, depth, simple) if name == "find" else None


def _inner(name: str, arguments: list[str]) -> tuple[Judged, list[str]] | None:
    """Give how much care a program asks for that runs another one, and the words of that one; None: it runs none."""
    harmless = Judged(Risk.READ)
    if name in {"kubectl", "oc"} and "--" in arguments:
        return _in_pod(arguments)
    if name in {"docker", "podman"} and arguments[:1] == ["exec"]:
        return harmless, _rest(arguments[1:], frozenset(("-u", "-e", "-w", "--env", "--user")))[1:]
    if name == "timeout":
        return harmless, _rest(arguments, frozenset(("-s", "-k")))[1:]
    rest = _rest(arguments, _WRAPPERS.get(name, frozenset()))
    if name == "env":
        rest = [word for word in rest if not re.match(r"[A-Za-z_]\w*=", word)]
    return (harmless, rest) if name in _WRAPPERS and rest else None


def _in_pod(arguments: list[str]) -> tuple[Judged, list[str]] | None:
    """Give what is run in a pod, and how much care it asks for to run anything there."""
    words = positional(arguments, frozenset(("-n", "--namespace", "-c", "--container", "--context")))
    inside = arguments[arguments.index("--") + 1 :] or ["sh"]
    match words[:1]:
        case ["exec"]:
            return Judged(Risk.READ), inside
        case ["run" | "debug" as verb]:
            return Judged(Risk.WRITE, f"kubectl {verb} makes a pod"), inside
        case _:
            return None


def _rest(arguments: Sequence[str], takes_value: frozenset[str]) -> list[str]:
    """Give what follows the options of a program."""
    at = 0
    while at < len(arguments) and arguments[at].startswith("-"):
        if arguments[at] == "--":
            at += 1
            break
        at += 2 if arguments[at] in takes_value else 1
    return list(arguments[at:])


def _judge_shell(arguments: list[str], depth: int) -> Judged:
    for place, word in enumerate(arguments):
        if re.fullmatch(r"-[a-z]*c", word) and place + 1 < len(arguments):
            return _judge_script(arguments[place + 1], depth + 1)
    return Judged(Risk.UNKNOWN, "what the shell runs is not known")


def _judge_joined(name: str, arguments: list[str], depth: int) -> Judged:
    """Judge what is put together to a script of its own."""
    options = {"watch": frozenset(("-n", "--interval")), "ssh": frozenset(("-i", "-p", "-l", "-o", "-F", "-J"))}
    rest = _rest(arguments, options.get(name, frozenset()))
    script = " ".join(rest[1:] if name == "ssh" else rest)
    return _judge_script(script, depth + 1) if script else Judged(Risk.UNKNOWN, f"what {name} runs is not known")


def _judge_find(arguments: list[str], depth: int, simple: Simple) -> Judged:
    if "-delete" in arguments:
        return Judged(Risk.DESTROY, "find -delete", arguments[0])
    if any(word.startswith("-fprint") or word == "-fls" for word in arguments):
        return Judged(Risk.WRITE, "find writes a file")
    runs = next((place for place, word in enumerate(arguments) if word in {"-exec", "-execdir", "-ok", "-okdir"}), None)
    if runs is None:
        return Judged(Risk.READ)
    return _judge_words(arguments[runs + 1 :], depth + 1, simple, piped=False)


def _judge_psql(arguments: list[str], simple: Simple, *, piped: bool) -> Judged:
    """Judge the SQL that psql is given; without any it reads what nobody types here, or a file that is not known."""
    texts: list[str] = []
    for word, following in with_next(arguments):
        if re.fullmatch(r"-[A-Za-z]*c|--command", word):
            texts.append(following)
        elif word.startswith("--command="):
            texts.append(word.removeprefix("--command="))
        elif word in {"-f", "--file"} or word.startswith("--file="):
            return Judged(Risk.UNKNOWN, "what the file of SQL does is not known")
        elif word in {"-l", "--list"}:
            return Judged(Risk.READ)
        elif re.fullmatch(r"-[A-Za-z]*o|--output|-L", word):
            return Judged(Risk.WRITE, "psql writes a file")
    texts += [each.target.value for each in simple.redirections if each.operator in {"<<", "<<<"}]
    if texts:
        return worst(judge_sql(text) for text in texts)
    fed = piped or any(each.operator == "<" for each in simple.redirections)
    return Judged(Risk.UNKNOWN, "what psql is fed is not known" if fed else "psql alone asks for SQL")
