"""Asks how exactly something is to be done, and has it planned."""

import re
import shlex
from collections.abc import Callable, Mapping
from typing import Any

from textual.app import App

from cockpit.actions.plan import Plan, Verb
from cockpit.actions.planner import Planner
from cockpit.actions.resource import Ref
from cockpit.diagnosis.template_diff import RESTARTED_AT, diff
from cockpit.sources.kubernetes import kind_names
from cockpit.sources.kubernetes.objects import Autoscaler, ContainerTemplate, Node, ObjectRef, ReplicaSet, Resources
from cockpit.sources.kubernetes.quantity import parse_quantity
from cockpit.sources.kubernetes.rollout import Workload
from cockpit.ui import dialogs
from cockpit.ui.actions.offers import Offer
from cockpit.ui.kubernetes.holdings import Holdings
from cockpit.ui.kubernetes.object_pages import revisions_of
from cockpit.ui.kubernetes.workload_rows import short_image
from cockpit.ui.widgets.picker import Choice, Picker
from cockpit.ui.widgets.question import Question

_READINGS = {
    "Deployment": kind_names.DEPLOYMENTS,
    "StatefulSet": kind_names.STATEFUL_SETS,
    "DaemonSet": kind_names.DAEMON_SETS,
}
_MOST_DIGITS = 9
_NAME = re.compile(r"[A-Za-z_.-][A-Za-z0-9_.-]*")
"""What the API takes for the name of an environment variable."""
_NOTHING = ("the same template", "the same version, before it was restarted")
"""What is told of revisions that would bring the same version again."""
_AMOUNTS = {
    "cpu_request": ("requests", "cpu"),
    "cpu_limit": ("limits", "cpu"),
    "memory_request": ("requests", "memory"),
    "memory_limit": ("limits", "memory"),
}


class Parameters:
    """Puts the questions that an offer leaves open."""

    def __init__(self, app: App[None], held: Holdings) -> None:
        """Ask on the screens of `app`; `held` tells what there is now."""
        self._app = app
        self._held = held

    async def plan(self, offer: Offer, planner: Planner) -> Plan | None:
        """Ask what is open, and plan; None when the person goes back.

        Raises:
            SourceError: what the plan needs cannot be read.
            ValueError: what was typed cannot be understood.
        """
        ref, known = offer.refs[0], offer.parameters
        at_once = {
            Verb.RESTART: planner.restart,
            Verb.CORDON: planner.cordon,
            Verb.UNCORDON: planner.uncordon,
            Verb.DRAIN: planner.drain,
            Verb.RENEW: planner.renew,
        }
        of_pods = {
            Verb.DELETE: planner.delete_pods,
            Verb.EVICT: planner.evict,
            Verb.FORCE_DELETE: planner.force_delete,
        }
        if offer.verb in at_once:
            return await at_once[offer.verb](ref)
        if offer.verb in of_pods:
            return await of_pods[offer.verb](offer.refs)
        if offer.verb is Verb.ROLLBACK:
            revision = await self._revision(ref, known.get("revision"))
            return None if revision is None else await planner.rollback(ref, int(revision))
        if offer.verb is Verb.SCALE:
            replicas = await self._replicas(ref, known.get("replicas"))
            autoscalers = list(self._held.objects(kind_names.AUTOSCALERS, Autoscaler).values())
            return None if replicas is None else await planner.scale(ref, int(replicas), autoscalers)
        if offer.verb is Verb.SET_MAXIMUM:
            maximum = await self._maximum(ref, known.get("maximum"))
            nodes = list(self._held.objects(kind_names.NODES, Node).values())
            pods = self._held.listed_pods
            return None if maximum is None else await planner.set_maximum(ref, int(maximum), nodes, pods)
        return await self._set(offer, planner)

    async def _set(self, offer: Offer, planner: Planner) -> Plan | None:
        ref = offer.refs[0]
        container = await self._container(ref, offer.parameters.get("container"))
        if container is None:
            return None
        if offer.verb is Verb.SET_IMAGE:
            wanted = offer.parameters.get("image", container.image)
            image = await self._ask(
                f"image of {container.name} in {ref}", wanted, "NAME:TAG or NAME@DIGEST", parse_image
            )
            return None if image is None else await planner.set_image(ref, container.name, image)
        if offer.verb is Verb.SET_ENV:
            title, hint = f"environment of {container.name} in {ref}", "NAME=value sets, NAME- removes; several at once"
            typed = await self._ask(title, _named(offer.parameters), hint, parse_env)
            return None if typed is None else await planner.set_env(ref, container.name, parse_env(typed))
        title, hint = f"resources of {container.name} in {ref}", "requests before the slash, limits after it"
        typed = await self._ask(title, _amounts(container.resources, offer.parameters), hint, parse_resources)
        return None if typed is None else await planner.set_resources(ref, container.name, *parse_resources(typed))

    async def _revision(self, ref: Ref, known: str | None) -> str | None:
        revisions = revisions_of(ObjectRef(ref.kind, ref.namespace, ref.name), self._held)
        if known is not None or not revisions:
            return known or await self._ask(f"roll {ref} back to revision", "", "its number", parse_number)
        present, *others = revisions
        told = {str(each.revision): _told(each, present) for each in others if each.revision}
        if not told:
            raise ValueError("no earlier revision is kept")
        choices = [Choice(number, text, "dim" if text in _NOTHING else "") for number, text in told.items()]
        likeliest = next((number for number, text in told.items() if text not in _NOTHING), None)
        return await dialogs.ask(self._app, Picker(f"Roll {ref} back to revision", choices, likeliest))

    async def _replicas(self, ref: Ref, known: str | None) -> str | None:
        workload = self._workload(ref)
        present = "" if workload is None else str(workload.desired)
        title = f"scale {ref}, now {present or 'unknown'}, to"
        return await self._ask(title, known or present, "how many pods", parse_number)

    async def _maximum(self, ref: Ref, known: str | None) -> str | None:
        scaler = self._held.objects(kind_names.AUTOSCALERS, Autoscaler).get(f"{ref.namespace}/{ref.name}")
        present = "" if scaler is None else str(scaler.most)
        title = f"maximum of {ref}, now {present or 'unknown'}"
        return await self._ask(title, known or present, "how many pods at most", parse_number)

    async def _container(self, ref: Ref, known: str | None) -> ContainerTemplate | None:
        workload = self._workload(ref)
        containers = workload.template.containers if workload is not None else ()
        if not containers:
            raise ValueError(f"the pod template of {ref} has not been read")
        found = [each for each in containers if known in (None, each.name)]
        if len(found) == 1:
            return found[0]
        choices = [Choice(each.name, short_image(each.image)) for each in found]
        chosen = await dialogs.ask(self._app, Picker(f"Container of {ref}", choices))
        return next((each for each in found if each.name == chosen), None)

    async def _ask(self, title: str, text: str, hint: str, check: Callable[[str], object]) -> str | None:
        return await self._app.push_screen_wait(Question(title, text, hint, check))

    def _workload(self, ref: Ref) -> Workload | None:
        held: Mapping[str, Any] = self._held.objects(_READINGS.get(ref.kind, ""), object)
        workload: Workload | None = held.get(f"{ref.namespace}/{ref.name}")
        return workload


def parse_number(typed: str) -> int:
    """Understand a number of pods, or of a revision.

    Raises:
        ValueError: it is none.
    """
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= _MOST_DIGITS):
        raise ValueError(f"{typed!r} is no number" if typed else "a number is needed")
    return int(typed)


def parse_image(typed: str) -> str:
    """Take the name of an image.

    Raises:
        ValueError: it is none.
    """
    if not typed or any(character.isspace() for character in typed):
        raise ValueError("the name of an image is needed, without spaces")
    return typed


def parse_env(typed: str) -> dict[str, str | None]:
    """Understand `NAME=value OTHER-`; values with spaces stand in quotes.

    Raises:
        ValueError: a word is neither.
    """
    changes: dict[str, str | None] = {}
    for word in shlex.split(typed):
        name, equals, value = word.partition("=")
        if not equals:
            name, removes = word[:-1], word.endswith("-")
            if not removes:
                raise ValueError(f"{word!r} is neither NAME=value nor NAME-")
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of an environment variable")
        changes[name] = value if equals else None
    if not changes:
        raise ValueError("nothing to set")
    return changes


def parse_resources(typed: str) -> tuple[dict[str, str], dict[str, str]]:
    """Understand `cpu=100m/500m memory=/512Mi`: requests and limits, as Kubernetes quantities.

    Raises:
        ValueError: a word is not of that form.
    """
    requests: dict[str, str] = {}
    limits: dict[str, str] = {}
    for word in shlex.split(typed):
        name, equals, amounts = word.partition("=")
        if not equals or not name:
            raise ValueError(f"{word!r} is not of the form memory=REQUEST/LIMIT")
        request, _, limit = amounts.partition("/")
        for amount in filter(None, (request, limit)):
            parse_quantity(amount)
        requests |= {name: request} if request else {}
        limits |= {name: limit} if limit else {}
    if not requests and not limits:
        raise ValueError("nothing to set")
    return requests, limits


def _named(known: Mapping[str, str]) -> str:
    return f"{known['name']}=" if "name" in known else ""


def _amounts(present: Resources, wanted: Mapping[str, str]) -> str:
    """Write what a container has, and what is suggested in its place, as a person would type it."""
    written = {
        "cpu_request": _cpu(present.cpu_request),
        "cpu_limit": _cpu(present.cpu_limit),
        "memory_request": _memory(present.memory_request),
        "memory_limit": _memory(present.memory_limit),
        **{key: value for key, value in wanted.items() if key in _AMOUNTS},
    }
    pairs = {name: (written[f"{name}_request"], written[f"{name}_limit"]) for name in ("cpu", "memory")}
    return " ".join(f"{name}={request}/{limit}" for name, (request, limit) in pairs.items() if request or limit)


def _cpu(millicores: int | None) -> str:
    return "" if millicores is None else f"{millicores}m"


def _memory(size: int | None) -> str:
    if size is None:
        return ""
    return f"{size >> 20}Mi" if size % 2**20 == 0 else str(size)


def _told(revision: ReplicaSet, present: ReplicaSet) -> str:
    """Say what going back to a revision would change."""
    changes = diff(present.template, revision.template)
    if all(change.name == RESTARTED_AT for change in changes):
        return _NOTHING[1 if changes else 0]
    return "; ".join(change.text for change in changes)
