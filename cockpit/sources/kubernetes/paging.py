"""Lists in pages, so that the first rows are there at once and nobody holds all bytes."""

from collections.abc import Iterator
from typing import TypeVar

import msgspec

from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.wire import Page

T = TypeVar("T")

PAGE = 500
"""Objects a page; of pods about 4 MB."""


def pages(cluster: Cluster, path: str, decoder: "msgspec.json.Decoder[Page[T]]") -> Iterator[Page[T]]:
    """Read a consistent list page by page. Blocks.

    Raises:
        SourceError: a page cannot be read.
        ExpiredVersion: the pages took so long that the server has forgotten the version that they are of.
    """
    query = {"limit": str(PAGE)}
    while True:
        page = decode(decoder, cluster.get(path, query), path, cluster)
        yield page
        if not page.metadata.continue_token:
            return
        query["continue"] = page.metadata.continue_token


def decode(decoder: "msgspec.json.Decoder[T]", content: bytes | msgspec.Raw, path: str, cluster: Cluster) -> T:
    """Decode the answer that `cluster` gave to `path`.

    Raises:
        SourceError: it is not what the API would answer.
    """
    try:
        return decoder.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        message = f"the answer to {path} is not what a Kubernetes API server would say: {error}"
        raise SourceError(TroubleKind.MALFORMED, message, cluster.kubectl.raw(path)) from error
