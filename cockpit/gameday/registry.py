"""The container registry: which images there are, their digests, and why a pull is refused."""

import random
from collections.abc import Callable, Mapping
from typing import Literal

import msgspec

from cockpit.gameday.workloads import Behaviour

Refusal = Literal["denied", "unreachable"]
"""Why a registry gives nothing of a repository: no rights, or it cannot be reached."""


class Image(msgspec.Struct, frozen=True):
    """What a tag stands for at a moment."""

    repository: str
    digest: str
    behaviour: Behaviour

    @property
    def id(self) -> str:
        """`repository@sha256:…`, as containerStatuses have it."""
        return f"{self.repository}@{self.digest}"


class PullError(Exception):
    """An image cannot be pulled; the message is what the container runtime says."""


class Registry:
    """The images that nodes can pull.

    Args:
        images: What containers do, by image.
        rng: Gives random numbers that depend on a name alone: the digests.
    """

    def __init__(self, images: Mapping[str, Behaviour], rng: Callable[..., random.Random]) -> None:
        self._rng = rng
        self._tags: dict[str, Image] = {}
        self._by_id: dict[str, Image] = {}
        self._pushes: dict[str, int] = {}
        self._refusals: dict[str, Refusal] = {}
        for tag, behaviour in images.items():
            self.push(tag, behaviour)

    def push(self, tag: str, behaviour: Behaviour) -> Image:
        """Put an image there under a tag; a tag that was there before then stands for the new one."""
        count = self._pushes[tag] = self._pushes.get(tag, 0) + 1
        image = Image(repository_of(tag), self._digest(tag, count), behaviour)
        self._tags[tag] = self._by_id[image.id] = image
        return image

    def _digest(self, tag: str, count: int) -> str:
        return f"sha256:{self._rng('image', tag, count).getrandbits(256):064x}"

    def id_of(self, tag: str) -> str:
        """Tell the imageID that containers of a tag have, or would have if the registry had it."""
        image = self._tags.get(tag)
        return image.id if image is not None else f"{repository_of(tag)}@{self._digest(tag, 1)}"

    def tag(self, new: str, existing: str) -> None:
        """Give an image another tag: both then have one digest."""
        self._tags[new] = self._tags[existing]

    def refuse(self, repository: str, refusal: Refusal | None) -> None:
        """Let pulls from a repository fail from now on; None: let them work again."""
        if refusal is None:
            self._refusals.pop(repository, None)
        else:
            self._refusals[repository] = refusal

    def find(self, image_id: str) -> Image | None:
        """Look an image up by the imageID of a container."""
        return self._by_id.get(image_id)

    def pull(self, reference: str) -> Image:
        """Give the image of a reference: a tag, or a repository with a digest.

        Raises:
            PullError: It cannot be had (the words are those of containerd and of the kubelet in front of it).
        """
        repository = repository_of(reference)
        refusal = self._refusals.get(repository)
        image = self._by_id.get(reference) if "@" in reference else self._tags.get(reference)
        resolving = f'failed to pull and unpack image "{reference}": failed to resolve reference "{reference}"'
        if refusal == "unreachable":
            host, _, path = repository.partition("/")
            manifest = reference.removeprefix(repository).lstrip(":@")
            head = f'Head "https://{host}/v2/{path}/manifests/{manifest}"'
            raise PullError(f"{resolving}: failed to do request: {head}: dial tcp: lookup {host}: no such host")
        if refusal == "denied":
            raise PullError(
                f"{resolving}: pull access denied, repository does not exist or may require authorization: "
                "server message: insufficient_scope: authorization failed"
            )
        if image is None:
            raise PullError(f"rpc error: code = NotFound desc = {resolving}: {reference}: not found")
        return image


def repository_of(reference: str) -> str:
    """Tell the repository of an image reference, without tag and digest."""
    path = reference.partition("@")[0]
    host, slash, name = path.rpartition("/")
    return f"{host}{slash}{name.partition(':')[0]}"
