"""What is different between two pod templates: two revisions of a workload."""

from collections.abc import Iterator, Mapping
from enum import StrEnum

import msgspec

from cockpit.diagnosis.wording import cpu, memory, one_line
from cockpit.sources.kubernetes.objects import ContainerTemplate, EnvVar, PodTemplate, Resources

RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"
"""Annotation by which `kubectl rollout restart` makes a new revision."""

_LITERAL = "a literal value"
"""Stands for the literal value of a variable, which may be a secret that somebody wrote in plain."""


class Field(StrEnum):
    """What of a template is different."""

    CONTAINER = "container"
    IMAGE = "image"
    ENV = "env"
    ENV_FROM = "env from"
    RESOURCES = "resources"
    COMMAND = "command"
    PROBE = "probe"
    VOLUME = "volume"
    LABEL = "label"
    ANNOTATION = "annotation"


class TemplateChange(msgspec.Struct, frozen=True):
    """One difference; literal values of variables are not told."""

    field: Field
    container: str = ""
    """Empty for what belongs to the pod as a whole."""
    name: str = ""
    """Of the variable, resource, probe, label or annotation; of the container that came or went."""
    before: str = ""
    """Empty: it was not there."""
    after: str = ""
    """Empty: it is gone."""

    @property
    def text(self) -> str:
        """Say it in one line: `image shop/api:1.4.2 → 1.4.3`."""
        what = " ".join(filter(None, (self.field.value, self.name)))
        if self.field is Field.ANNOTATION and self.name == RESTARTED_AT:
            return "restarted"
        if not self.before:
            return f"{what} added" + (f" ({self.after})" if self.after != _LITERAL else "")
        if not self.after:
            return f"{what} removed" if self.name else f"{what} {self.before} removed"
        if self.before == self.after:
            return f"{what} changed"
        after = _shortened(self.after, self.before) if self.field is Field.IMAGE else self.after
        return f"{what} {self.before} → {after}"


def diff(before: PodTemplate, after: PodTemplate) -> tuple[TemplateChange, ...]:
    """Compare two templates, images first. The hash that tells revisions apart is no difference."""
    changes = [*_containers(before, after)]
    changes.extend(_compared(Field.VOLUME, "", dict.fromkeys(before.volumes, ""), dict.fromkeys(after.volumes, "")))
    changes.extend(_compared(Field.LABEL, "", before.labels, after.labels))
    changes.extend(_compared(Field.ANNOTATION, "", before.annotations, after.annotations))
    order = list(Field)
    return tuple(sorted(changes, key=lambda change: order.index(change.field)))


def _containers(before: PodTemplate, after: PodTemplate) -> Iterator[TemplateChange]:
    old, new = ({each.name: each for each in template.containers} for template in (before, after))
    for name in dict.fromkeys((*old, *new)):
        if name not in new:
            yield TemplateChange(Field.CONTAINER, name=one_line(name), before=one_line(old[name].image))
        elif name not in old:
            yield TemplateChange(Field.CONTAINER, name=one_line(name), after=one_line(new[name].image))
        elif old[name] != new[name]:
            yield from _container(old[name], new[name])


def _container(before: ContainerTemplate, after: ContainerTemplate) -> Iterator[TemplateChange]:
    name = one_line(after.name)
    if before.image != after.image:
        yield TemplateChange(Field.IMAGE, name, before=one_line(before.image), after=one_line(after.image))
    yield from _env(name, {each.name: each for each in before.env}, {each.name: each for each in after.env})
    yield from _compared(Field.ENV_FROM, name, dict.fromkeys(before.env_from, ""), dict.fromkeys(after.env_from, ""))
    yield from _compared(Field.RESOURCES, name, _amounts(before.resources), _amounts(after.resources))
    if before.command != after.command:
        yield TemplateChange(Field.COMMAND, name, before=_line(before.command), after=_line(after.command))
    yield from _compared(Field.PROBE, name, before.probes, after.probes)


def _env(container: str, before: Mapping[str, EnvVar], after: Mapping[str, EnvVar]) -> Iterator[TemplateChange]:
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if old != new:
            yield TemplateChange(Field.ENV, container, one_line(name), _source(old), _source(new))


def _source(variable: EnvVar | None) -> str:
    if variable is None:
        return ""
    return one_line(variable.source) or _LITERAL


def _compared(
    field: Field, container: str, before: Mapping[str, str], after: Mapping[str, str]
) -> Iterator[TemplateChange]:
    for name in dict.fromkeys((*before, *after)):
        if name == "pod-template-hash" or before.get(name) == after.get(name):
            continue
        old, new = (one_line(side[name]) or one_line(name) if name in side else "" for side in (before, after))
        shown = "" if old in ("", name) and new in ("", name) else one_line(name)
        yield TemplateChange(field, container, shown, old, new)


def _amounts(resources: Resources) -> dict[str, str]:
    amounts = {
        "cpu request": None if resources.cpu_request is None else cpu(resources.cpu_request),
        "cpu limit": None if resources.cpu_limit is None else cpu(resources.cpu_limit),
        "memory request": None if resources.memory_request is None else memory(resources.memory_request),
        "memory limit": None if resources.memory_limit is None else memory(resources.memory_limit),
    }
    return {name: amount for name, amount in amounts.items() if amount is not None}


def _line(command: tuple[str, ...]) -> str:
    return one_line(" ".join(command)) or "of the image"


def _shortened(after: str, before: str) -> str:
    """Leave out the repository of an image when only the tag is another."""
    repository, colon, tag = after.rpartition(":")
    return tag if colon and before.startswith(f"{repository}:") else after
