"""Which images the revisions of a Deployment run: two names may stand for one image, and a tag may have been moved."""

from collections.abc import Mapping, Sequence
from typing import Any

from cockpit.actions.live import Live

HASH = "pod-template-hash"
"""Label by which a Deployment's controller tells the pods of its revisions apart."""


def images_of(revision: Live) -> dict[str, str]:
    """Give the name of the image of each container, init containers first."""
    spec = (revision.spec.get("template") or {}).get("spec") or {}
    containers = (*(spec.get("initContainers") or ()), *(spec.get("containers") or ()))
    return {each["name"]: each.get("image", "") for each in containers}


def same_images(one: Live, other: Live, pods: Sequence[Live]) -> bool:
    """Tell whether two ReplicaSets would run the same images now.

    They do where they give an image the same name, for whatever a moved tag stood for in the past is not pulled again;
    and where the digests are the same, which the names tell, or those of the `pods` that are still there.
    """
    mine, theirs = images_of(one), images_of(other)
    if mine.keys() != theirs.keys():
        return False
    pulled, pulled_there = _pulled(one, pods), _pulled(other, pods)

    def same(container: str) -> bool:
        digest = digest_in(mine[container]) or pulled.get(container)
        digest_there = digest_in(theirs[container]) or pulled_there.get(container)
        return mine[container] == theirs[container] or (digest is not None and digest == digest_there)

    return all(map(same, mine))


def digest_in(image: str) -> str:
    """Give the digest in the name of an image; empty when there is none."""
    name, at, digest = image.rpartition("@")
    return digest if name and at else ""


def is_moving_tag(image: str) -> bool:
    """Tell whether the name is one whose meaning moves by habit: no tag, or `latest`."""
    if digest_in(image):
        return False
    _, colon, tag = image.rpartition("/")[2].rpartition(":")
    return not colon or tag == "latest"


def _pulled(revision: Live, pods: Sequence[Live]) -> Mapping[str, str]:
    """Give the digests that the pods of a revision have pulled, by container."""
    mark = revision.labels.get(HASH)
    found: dict[str, str] = {}
    for pod in pods:
        if mark and pod.labels.get(HASH) == mark:
            statuses: Sequence[Mapping[str, Any]] = (
                *(pod.status.get("initContainerStatuses") or ()),
                *(pod.status.get("containerStatuses") or ()),
            )
            found.update({each["name"]: digest for each in statuses if (digest := digest_in(each.get("imageID", "")))})
    return found
