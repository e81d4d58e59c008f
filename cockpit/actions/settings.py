"""Plans that change a container of a workload's pod template: its image, environment or resources."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from cockpit.actions.changes import describe
from cockpit.actions.live import Live
from cockpit.actions.patch import apply, holds
from cockpit.actions.plan import Plan, Verb
from cockpit.actions.rollouts import template_target
from cockpit.actions.scene import Scene
from cockpit.actions.strategy import rollout_warnings
from cockpit.redact import redact
from cockpit.sources.kubernetes.quantity import parse_quantity

HIDDEN: Final = "[hidden]"


def plan_set_image(scene: Scene, live: Live, container: str, image: str) -> Plan:
    """Plan to run another image, as `kubectl set image` does."""
    words = ("set", "image", str(live.ref), f"{container}={image}")
    return _plan(scene, live, Verb.SET_IMAGE, container, words, {"image": image})


def plan_set_env(scene: Scene, live: Live, container: str, values: Mapping[str, str | None]) -> Plan:
    """Plan to change environment variables, as `kubectl set env` does.

    Args:
        scene: the circumstances.
        live: the workload.
        container: the container whose variables are meant.
        values: the new values by name; None removes a variable.
    """
    known = {each["name"]: each for each in _container(live, container).get("env") or ()}
    env: list[dict[str, Any]] = []
    for name, value in values.items():
        if value is not None:
            reference = {"valueFrom": None} if "valueFrom" in known.get(name, {}) else {}
            env.append({"name": name, "value": value, **reference})
        elif name in known:
            env.append({"name": name, "$patch": "delete"})
    told = [_told(name, value) for name, value in values.items()]
    words = ("set", "env", str(live.ref), "-c", container, *told)
    return _plan(scene, live, Verb.SET_ENV, container, words, {"env": env})


def plan_set_resources(
    scene: Scene,
    live: Live,
    container: str,
    requests: Mapping[str, str] | None = None,
    limits: Mapping[str, str] | None = None,
) -> Plan:
    """Plan to change what a container asks for and may use at most, as `kubectl set resources` does.

    Args:
        scene: the circumstances.
        live: the workload.
        container: the container that is meant.
        requests: new amounts such as `{"memory": "256Mi"}`; the others stay.
        limits: new limits; the others stay.
    """
    parts = {name: dict(amounts) for name, amounts in (("limits", limits), ("requests", requests)) if amounts}
    options = [
        f"--{name}={','.join(f'{resource}={amount}' for resource, amount in amounts.items())}"
        for name, amounts in parts.items()
    ]
    words = ("set", "resources", str(live.ref), "-c", container, *options)
    plan = _plan(scene, live, Verb.SET_RESOURCES, container, words, {"resources": parts})
    resources = apply(_container(live, container).get("resources"), parts)
    return msgspec.structs.replace(plan, refused=plan.refused or _unfit(resources))


def _plan(
    scene: Scene, live: Live, verb: Verb, container: str, words: tuple[str, ...], fields: Mapping[str, Any]
) -> Plan:
    part = "initContainers" if container in _names(live, "initContainers") else "containers"
    changes = {"spec": {"template": {"spec": {part: [{"name": container, **fields}]}}}}
    title = f"{verb} of {container} in {live.ref}"
    plan = scene.plan(verb, template_target(live, changes), words, title=title)
    refused = ""
    if container not in _names(live, part):
        there = ", ".join((*_names(live, "initContainers"), *_names(live, "containers")))
        refused = f"{live.ref} has no container {container} (it has: {there})"
    elif holds(live.raw, changes):
        refused = "it is so already: it would change nothing"
    paused = ["the rollout is paused: no pod is made anew before it is resumed"] if live.spec.get("paused") else []
    return msgspec.structs.replace(
        plan,
        changes=() if refused else describe(live.spec, apply(live.raw, changes)["spec"]),
        warnings=(*rollout_warnings(live), *paused),
        refused=refused,
    )


def _told(name: str, value: str | None) -> str:
    """Write a change for the command that is shown and recorded: a value in which anything looks secret is hidden."""
    if value is None:
        return f"{name}-"
    text = f"{name}={value}"
    return text if redact(text) == text else f"{name}={HIDDEN}"


def _unfit(resources: Mapping[str, Any]) -> str:
    """Tell what the server would not take, in the words of the person's own figures."""
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    try:
        for name, amount in requests.items():
            if name in limits and parse_quantity(str(amount)) > parse_quantity(str(limits[name])):
                return f"the request of {name} ({amount}) would be above its limit ({limits[name]})"
    except ValueError as error:
        return str(error)
    return ""


def _names(live: Live, part: str) -> list[str]:
    return [each["name"] for each in _pod_spec(live).get(part) or ()]


def _container(live: Live, name: str) -> Mapping[str, Any]:
    spec = _pod_spec(live)
    found: Mapping[str, Any] = next(
        (each for part in ("initContainers", "containers") for each in spec.get(part) or () if each["name"] == name),
        {},
    )
    return found


def _pod_spec(live: Live) -> Mapping[str, Any]:
    spec: Mapping[str, Any] = (live.spec.get("template") or {}).get("spec") or {}
    return spec
