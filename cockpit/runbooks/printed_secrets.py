"""Commands that would print a secret: told by their text, before they are run."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from cockpit.runbooks.arguments import listed, positional, with_next
from cockpit.runbooks.placeholders import is_secret
from cockpit.runbooks.risk_of_kubectl import kubectl_words
from cockpit.runbooks.shell_words import NotReadError, Pipeline, Simple, pipelines

_FILTERS: Final = frozenset(
    listed(
        """awk base64 cat column cut egrep fgrep fold gawk grep head jq less more nl od python python3 rev rg sed sort
        strings tac tail tee tr uniq xxd yq base32 openssl"""
    )
)
"""Programs that pass on what they read."""
_SHELLS: Final = frozenset(("sh", "bash", "zsh", "dash"))
_RUN_OTHERS: Final = _SHELLS | frozenset(listed("sudo nohup time command exec watch eval docker podman"))
_FILES: Final = re.compile(
    r"(?:^|/)(?:\.env(?:\.\w+)?|\.pgpass|\.netrc|credentials|id_(?:rsa|ed25519|ecdsa)|[\w.-]+\.(?:key|pem|p12|pfx))$"
    r"|^/proc/[^/]+/environ$|^/(?:var/)?run/secrets/|serviceaccount/token$"
)
_TELLS_NO_VALUE: Final = re.compile(
    r"|name|wide|(?:jsonpath|custom-columns|go-template)[\w-]*="
    r"(?:(?!(?<![A-Za-z])(?:stringData|data)\b|annotations|managedFields).)*metadata\.(?:(?!(?<![A-Za-z])data\b|annotations).)*"
)
"""Outputs of `get secret` that hold names, times and labels alone."""
_AWS: Final = frozenset(
    (
        "secretsmanager get-secret-value",
        "ecr get-login-password",
        "ecr get-authorization-token",
        "sts get-session-token",
        "sts assume-role",
        "rds generate-db-auth-token",
        "eks get-token",
    )
)
_OTHERS: Final = (
    ("vault", ("read", "kv get"), "vault prints a secret"),
    ("gcloud", ("secrets versions access", "auth print-access-token"), "gcloud prints a secret"),
    ("heroku", ("config",), "it prints all variables of the program"),
)
_DEEPEST: Final = 8


def printed_secret(script: str) -> str:
    """Tell which secret a script would print, in a few words; empty: none that can be seen from its text."""
    return next(_printed(script, 0), "")


def _printed(script: str, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    try:
        found = pipelines(script)
    except NotReadError:
        return
    for pipeline in found:
        for place, simple in enumerate(pipeline.commands):
            if _is_shown(pipeline, place):
                yield from _of_simple(simple.values, simple, depth)


def _is_shown(pipeline: Pipeline, place: int) -> bool:
    """Tell whether what a command of a pipeline writes comes to the screen."""
    for simple in pipeline.commands[place:]:
        if any(
            each.operator in {">", ">>", ">|"} and each.target.value != "/dev/stderr" for each in simple.redirections
        ):
            return False
    return all(simple.values and _name(simple.values) in _FILTERS for simple in pipeline.commands[place + 1 :])


def _name(values: Sequence[str]) -> str:
    return values[0].rpartition("/")[2]


def _of_simple(values: Sequence[str], simple: Simple, depth: int) -> Iterator[str]:
    if not values or depth > _DEEPEST:
        return
    name, arguments = _name(values), list(values[1:])
    if name in {"kubectl", "oc"}:
        yield from _of_kubectl(arguments, simple, depth)
    elif name in _RUN_OTHERS:
        yield from _of_inner(name, arguments, simple, depth)
    elif name in {"echo", "printf"}:
        yield from _of_echo(simple, depth)
    elif name in {"env", "printenv", "export", "declare", "set"}:
        yield from _of_environment(name, arguments)
    elif name == "aws":
        yield from _of_aws(arguments)
    elif name in _FILTERS and (file := next((word for word in arguments if _FILES.search(word)), "")):
        yield f"it prints {file}, which holds secrets"
    said = " ".join(positional(arguments))
    yield from (reason for program, starts, reason in _OTHERS if name == program and said.startswith(starts))


def _of_inner(name: str, arguments: list[str], simple: Simple, depth: int) -> Iterator[str]:
    """Look at what another program runs."""
    if name in _SHELLS:
        if "-c" in arguments[:-1]:
            yield from _printed(arguments[arguments.index("-c") + 1], depth + 1)
    elif name in {"watch", "eval"}:
        yield from _printed(" ".join(positional(arguments, frozenset(("-n",)))), depth + 1)
    elif name in {"docker", "podman"}:
        if arguments[:1] == ["exec"]:
            yield from _of_simple(positional(arguments)[2:], simple, depth + 1)
    else:
        yield from _of_simple([word for word in arguments if not word.startswith("-")], simple, depth + 1)


def _of_kubectl(arguments: list[str], simple: Simple, depth: int) -> Iterator[str]:
    if "--" in arguments:
        inside = arguments[arguments.index("--") + 1 :]
        yield from _of_simple(inside, simple, depth + 1)
        arguments = arguments[: arguments.index("--")]
    verb, kind, *_ = [*kubectl_words(arguments), "", ""]
    kinds = {each.partition("/")[0].casefold() for each in kind.split(",")}
    if verb == "get" and kinds & {"secret", "secrets"} and not _TELLS_NO_VALUE.fullmatch(_output(arguments)):
        yield "it prints the values of a secret"
    elif (verb, kind) == ("config", "view") and "--raw" in arguments:
        yield "it prints the credentials of the kubeconfig"
    elif (verb, kind) == ("create", "token"):
        yield "it prints a token"


def _output(arguments: Sequence[str]) -> str:
    for word, following in with_next(arguments):
        if word in {"-o", "--output"}:
            return following
        if (word.startswith(("-o", "--output=")) and not word.startswith("--")) or word.startswith("--output="):
            return word.removeprefix("--output=").removeprefix("-o").removeprefix("=")
    return ""


def _of_echo(simple: Simple, depth: int) -> Iterator[str]:
    for word in simple.words[1:]:
        if secret := next((name for name in word.variables if is_secret(name)), ""):
            yield f"it prints ${secret}"
        for script in word.scripts:
            yield from _printed(script, depth + 1)


def _of_environment(name: str, arguments: list[str]) -> Iterator[str]:
    if name == "printenv" and arguments:
        yield from (f"it prints ${each}" for each in arguments if is_secret(each))
    elif (name in {"env", "set", "printenv"} and not arguments) or arguments == ["-p"]:
        yield "it prints all environment variables, with what is secret among them"


def _of_aws(arguments: list[str]) -> Iterator[str]:
    words = positional(arguments, frozenset(("--region", "--profile", "--output", "--query")))
    if " ".join(words[:2]) in _AWS:
        yield f"aws {' '.join(words[:2])} prints a secret"
    elif words[:1] == ["ssm"] and "--with-decryption" in arguments:
        yield "aws ssm prints a parameter that is encrypted"
