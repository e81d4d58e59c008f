"""Why an image cannot be pulled: what the kubelet passes on from containerd, CRI-O, Docker and registries."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from cockpit.diagnosis.explanation import MOST_ASKED, Explanation, Shared, event_evidence
from cockpit.diagnosis.finding import Evidence
from cockpit.diagnosis.symptoms import Symptom
from cockpit.diagnosis.view import View
from cockpit.diagnosis.wording import LONGEST_READ, one_line
from cockpit.sources.kubernetes.objects import ObjectRef

_SECRET_MISSING = re.compile(r"retrieve some image pull secrets? \(([^)]{1,300})\)")


class PullFailure(StrEnum):
    """What stands in the way."""

    RATE_LIMIT = "rate-limit"
    NEVER_PULLED = "never-pulled"
    INVALID_NAME = "invalid-name"
    DENIED = "denied"
    NOT_FOUND = "not-found"
    PLATFORM = "platform"
    UNKNOWN_HOST = "unknown-host"
    CERTIFICATE = "certificate"
    UNREACHABLE = "unreachable"
    DISK_FULL = "disk-full"
    SIGNATURE = "signature"


_OF_REGISTRY = frozenset(
    (
        PullFailure.RATE_LIMIT,
        PullFailure.DENIED,
        PullFailure.UNKNOWN_HOST,
        PullFailure.CERTIFICATE,
        PullFailure.UNREACHABLE,
    )
)
"""What a registry does to every image; where its words name a repository, they are others for others."""


class _Sign(NamedTuple):
    failure: PullFailure
    pattern: re.Pattern[str]
    why: str
    """Where it says `{tag}`, `{repository}`, `{registry}` or `{image}`, the image's is put."""


def _sign(failure: PullFailure, pattern: str, why: str) -> _Sign:
    return _Sign(failure, re.compile(pattern, re.IGNORECASE), why)


_SIGNS = (
    _sign(
        PullFailure.RATE_LIMIT,
        r"toomanyrequests|\b429\b|too many requests|pull rate limit|pull QPS exceeded",
        "{registry} limits how often images are pulled",
    ),
    _sign(
        PullFailure.NEVER_PULLED,
        r"not present with pull policy of never|ErrImageNeverPull",
        "it is not on the node, and imagePullPolicy Never forbids to pull it",
    ),
    _sign(
        PullFailure.INVALID_NAME,
        r"couldn'?t parse image (?:name|reference)|invalid reference format|InvalidImageName",
        "this is no image name",
    ),
    _sign(
        PullFailure.SIGNATURE,
        r"SignatureValidationFailed|signature .{0,80}(?:rejected|invalid)",
        "its signature is not accepted",
    ),
    _sign(
        PullFailure.PLATFORM,
        r"no match(?:ing manifest)? for (?:platform|\w+/\w+)|no matching manifest",
        "there is none for the node's platform",
    ),
    _sign(PullFailure.DISK_FULL, r"no space left on device", "the node's disk is full"),
    _sign(PullFailure.UNKNOWN_HOST, r"no such host|server misbehaving|name resolution", "host {registry} is unknown"),
    _sign(
        PullFailure.CERTIFICATE,
        r"x509:|tls: |http response to https client|certificate",
        "the certificate of {registry} is not accepted",
    ),
    # containerd tells of a private repository and of one that is not there with the same words.
    _sign(
        PullFailure.DENIED,
        r"repository does not exist or may require|insufficient_scope",
        "{registry} denies access, or there is no repository {repository}",
    ),
    _sign(
        PullFailure.DENIED,
        r"authorization token has expired|expired token",
        "the credentials for {registry} have expired",
    ),
    _sign(
        PullFailure.DENIED,
        r"unauthorized|authentication required|no basic auth credentials|\b40[13]\b|forbidden|denied"
        r"|authorization failed",
        "{registry} denies access",
    ),
    _sign(
        PullFailure.NOT_FOUND,
        r"name unknown|repository .{0,200}(?:not found|does not exist)|repository_unknown|NAME_UNKNOWN",
        "there is no repository {repository}",
    ),
    _sign(PullFailure.NOT_FOUND, r"manifest unknown|not found|\b404\b", "there is no {tag}"),
    _sign(
        PullFailure.UNREACHABLE,
        r"connection refused|no route to host|network is unreachable|connection reset|\bEOF\b|timeout|deadline exceeded"
        r"|\b50[0234]\b|RegistryUnavailable",
        "{registry} does not answer",
    ),
)


class ImageName(NamedTuple):
    """The parts of an image's name."""

    registry: str
    repository: str
    tag: str
    """With its kind: `tag 9.9.9`, `digest sha256:0a79…`."""


def parse_image(image: str) -> ImageName:
    """Take an image's name apart as the container runtimes do: without a host it is on docker.io."""
    name, _, digest = image.partition("@")
    head, slash, rest = name.partition("/")
    if slash and ("." in head or ":" in head or head == "localhost"):
        registry, path = head, rest
    else:
        registry, path = "docker.io", name
    repository, colon, tag = path.rpartition(":")
    if not colon or "/" in tag:
        repository, tag = path, "latest"
    return ImageName(registry, repository, f"digest {digest[:19]}" if digest else f"tag {tag}")


def recognise(message: str, image: str) -> tuple[PullFailure, str] | None:
    """Tell what stands in the way, and in words; None when the message does not say."""
    # The image's own name may hold words such as `timeout`.
    told = message[:LONGEST_READ].replace(image, "") if image else message[:LONGEST_READ]
    for sign in _SIGNS:
        if sign.pattern.search(told):
            parts = parse_image(image)._asdict()
            return sign.failure, sign.why.format(**{name: one_line(part, 80) for name, part in parts.items()})
    return None


def explain(found: Sequence[Symptom], view: View) -> Explanation:
    """Explain why the image of the first container cannot be pulled."""
    first = found[0].container
    if first is None:
        return Explanation()
    same = [symptom for symptom in found if symptom.container and symptom.container.image == first.image]
    evidence, objects = _missing_secrets(same, view)
    for message, proof in _messages(same, view):
        recognised = recognise(message, first.image)
        if recognised is not None:
            named = ", ".join(f"pull secret {each.name} is missing" for each in objects)
            why = f"{recognised[1]}, {named}" if named else recognised[1]
            shared = _shared(recognised, objects)
            return Explanation(why, evidence=(*evidence, *proof), objects=objects, shared=shared)
    return Explanation(evidence=evidence, objects=objects)


def _shared(recognised: tuple[PullFailure, str], missing: Sequence[ObjectRef]) -> Shared | None:
    """Tell what stands in the way of other images too: a secret that is missing, or the registry itself."""
    failure, why = recognised
    if missing:
        secret = missing[0]
        return Shared(
            f"missing/{secret.kind}/{secret.key}", f"cannot pull images: pull secret {secret.name} is missing"
        )
    if failure in _OF_REGISTRY:
        return Shared(f"registry/{why}", f"cannot pull images: {why}")
    return None


def _messages(found: Sequence[Symptom], view: View) -> list[tuple[str, tuple[Evidence, ...]]]:
    """List what was said of the image: by the containers' states first, by the events where those only back off."""
    containers = [symptom.container for symptom in found[:3] if symptom.container is not None]
    events = view.events_of_pods((symptom.pod for symptom in found[:MOST_ASKED]), "Failed", "InspectFailed")
    return [
        *((f"{container.reason} {container.message}", ()) for container in containers),
        *((event.message, (event_evidence(event),)) for event in events[:5]),
    ]


def _missing_secrets(found: Sequence[Symptom], view: View) -> tuple[tuple[Evidence, ...], tuple[ObjectRef, ...]]:
    for event in view.events_of_pods(
        (symptom.pod for symptom in found[:MOST_ASKED]), "FailedToRetrieveImagePullSecret"
    ):
        match = _SECRET_MISSING.search(event.message)
        if match:
            names = [one_line(name.strip(), 80) for name in match[1].split(",")]
            missing = tuple(ObjectRef("Secret", event.namespace, name) for name in names[:3] if name)
            return (event_evidence(event),), missing
    return (), ()
