"""Lists in pages, so that the first rows are there at once and nobody holds all bytes."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import TypeVar

import msgspec

from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.wire import PAGE_HEAD_DECODER, Page

T = TypeVar("T")

PAGE = 500
"""Objects a page; of pods about 4 MB."""
_HEAD = 8192
"""Bytes at the beginning of a page that hold all that stands before its items."""


def pages(
    cluster: Cluster,
    path: str,
    decoder: "msgspec.json.Decoder[Page[T]]",
    accept: str = "",
    query: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Page[T]]:
    """Read a consistent list page by page. Blocks.

    The next page is asked for before this one is decoded, so that the server and the reader work at the same time.

    Args:
        cluster: where the list is.
        path: of the list, such as `/api/v1/pods`.
        decoder: of a page.
        accept: the form of the answer, where it is not to be plain JSON.
        query: what chooses the objects, such as a field selector.

    Raises:
        SourceError: a page cannot be read.
        ExpiredVersion: the pages took so long that the server has forgotten the version that they are of.
    """
    query = {**query, "limit": str(PAGE)}
    content = cluster.get(path, query, accept=accept)
    while True:
        token = _continue_token(content)
        following = _NextPage(cluster, path, {**query, "continue": token}, accept) if token else None
        page = decode(decoder, content, path, cluster)
        token = page.metadata.continue_token
        yield page
        if not token:
            return
        del page  # its memory is used again for the next one
        content = (following or _NextPage(cluster, path, {**query, "continue": token}, accept)).wait()


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


class _NextPage:
    """A page that is being read, in a thread that nobody has to wait for."""

    def __init__(self, cluster: Cluster, path: str, query: Mapping[str, str], accept: str) -> None:
        self._content = b""
        self._error: BaseException | None = None
        self._thread = threading.Thread(
            target=self._read, args=(cluster, path, query, accept), name="cockpit-page", daemon=True
        )
        self._thread.start()

    def wait(self) -> bytes:
        """Give the page.

        Raises:
            SourceError: it cannot be read.
        """
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._content

    def _read(self, cluster: Cluster, path: str, query: Mapping[str, str], accept: str) -> None:
        try:
            self._content = cluster.get(path, query, accept=accept)
        except BaseException as error:  # noqa: BLE001  (raised by `wait`)
            self._error = error


def _continue_token(content: bytes) -> str | None:
    """Find what to ask the next page with, in what stands before the items; None: not there, or there is no more."""
    head, items, _ = content[:_HEAD].partition(b',"items":[')
    if items:
        with suppress(msgspec.DecodeError, UnicodeDecodeError):
            return PAGE_HEAD_DECODER.decode(head + b"}").metadata.continue_token
    return None
