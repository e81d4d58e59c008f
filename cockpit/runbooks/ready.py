"""A step's command made ready to be run: filled in, judged, and refused where it must not be run."""

import re
from collections.abc import Collection, Mapping
from typing import Final

import msgspec

from cockpit.runbooks.model import Command
from cockpit.runbooks.placeholders import Placeholder, Style, fill, fill_sql, find_placeholders, is_secret
from cockpit.runbooks.printed_secrets import printed_secret
from cockpit.runbooks.risk import judge
from cockpit.runbooks.risk_levels import Judged

_RUNNABLE: Final = frozenset(("sh", "sql"))
_SYNONYMS: Final = {
    "pod": "pod po podname",
    "namespace": "namespace ns",
    "workload": "workload deployment deploy service svc app application name component microservice statefulset",
    "container": "container",
    "node": "node worker host",
    "context": "context kubecontext",
    "database": "database db databasename dbname",
    "host": "dbhost databasehost pghost",
    "user": "user dbuser pguser username role",
    "pid": "pid backendpid",
    "region": "region awsregion",
    "profile": "profile awsprofile",
}
_FACT_OF: Final = {word: fact for fact, words in _SYNONYMS.items() for word in words.split()}
CERTAIN: Final = frozenset(("namespace", "context", "region", "profile"))
"""Facts that say where one looks: they are filled in without a question."""
_TIME_OUT: Final = 60.0
_LONGEST_TIME_OUT: Final = 3600.0


class Ready(msgspec.Struct, frozen=True):
    """What would be run."""

    text: str
    language: str
    judged: Judged
    open: tuple[str, ...] = ()
    """Placeholders that nobody has filled in yet, each once."""
    refused: str = ""
    """Why it is not run; empty: it may be."""
    secrets: tuple[str, ...] = ()
    """Variables with secrets that it takes from the environment."""


def is_runnable(command: Command) -> bool:
    """Tell whether it is something to run, and not a snippet of something else."""
    return command.language in _RUNNABLE


def fact_of(name: str) -> str:
    """Tell which fact of a selection a placeholder asks for; empty: none that is known."""
    bare = re.sub(r"[\W_]+", "", name).lower()
    bare = re.sub(r"^(?:your|the|my|affected|failing)(?=.{2})", "", bare)
    return _FACT_OF.get(bare) or _FACT_OF.get(re.sub(r"(?:name|id)$", "", bare), "")


def suggested(place: Placeholder, facts: Mapping[str, str]) -> str:
    """Suggest a value; empty: none is known."""
    if place.style is Style.EXAMPLE:
        pod, stem = facts.get("pod", ""), re.split(r"-x{3}", place.name)[0]
        return pod if pod.startswith(f"{stem}-") else ""
    return facts.get(fact_of(place.name), "")


def certain(command: Command, facts: Mapping[str, str], environment: Collection[str]) -> dict[str, str]:
    """Give values for the placeholders that only ask where one looks."""
    found = ((place.name, fact_of(place.name)) for place in open_places(command, {}, environment))
    return {name: facts[fact] for name, fact in found if fact in CERTAIN and facts.get(fact)}


def make_ready(command: Command, values: Mapping[str, str], environment: Collection[str]) -> Ready:
    """Fill a command in as far as `values` go, and judge what comes of it.

    Args:
        command: as it stands in the runbook.
        values: of placeholders, by their name.
        environment: names of the variables that it will find.
    """
    places = find_placeholders(command.text, environment)
    secrets = _secrets(command.text)
    asked = [place for place in places if place.name not in secrets]
    write = fill_sql if command.language == "sql" else fill
    text = write(command.text, asked, values)
    opened = tuple(dict.fromkeys(place.name for place in asked if place.name not in values))
    refused = ""
    if command.language == "sh" and (printed := printed_secret(text)):
        refused = f"{printed}: values of secrets are not shown here"
    elif missing := next((name for name in secrets if name not in environment), ""):
        refused = f"${missing} is not in the environment of the cockpit"
    filled = msgspec.structs.replace(command, text=text)
    return Ready(text, command.language, judge(filled), opened, refused, secrets)


def open_places(command: Command, values: Mapping[str, str], environment: Collection[str]) -> list[Placeholder]:
    """Give the first place of every name that is still to be asked for."""
    found: dict[str, Placeholder] = {}
    for place in find_placeholders(command.text, environment):
        if place.name not in values and not (place.style is Style.VARIABLE and is_secret(place.name)):
            found.setdefault(place.name, place)
    return list(found.values())


def time_out(command: Command) -> float:
    """Give the seconds after which a command is ended: those of its fence (`timeout=300`), or a minute."""
    said = command.attributes.get("timeout", "").removesuffix("s")
    return min(float(said), _LONGEST_TIME_OUT) if said.isdigit() and int(said) > 0 else _TIME_OUT


def _secrets(text: str) -> tuple[str, ...]:
    """Name the variables with secrets that a command uses and does not set itself."""
    variables = (place.name for place in find_placeholders(text) if place.style is Style.VARIABLE)
    return tuple(dict.fromkeys(name for name in variables if is_secret(name)))
