"""One list in pages and one watch: how any kind is read, and what is done when either breaks."""

from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Mapping
from contextlib import aclosing, contextmanager
from http import HTTPStatus
from typing import Generic, NamedTuple, Protocol, TypeVar

import msgspec

from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes import wire
from cockpit.sources.kubernetes.api_errors import ApiError, ExpiredVersion, Request
from cockpit.sources.kubernetes.connection import ANSWER_TIME_OUT, Cluster
from cockpit.sources.kubernetes.lines import LineTooLong, split_lines
from cockpit.sources.kubernetes.paging import decode, pages
from cockpit.threads import Stop, read_in_thread


class WatchPace(NamedTuple):
    """How a watch is driven. All times in seconds."""

    gather: float = 0.1
    """In which changes are gathered into one snapshot."""
    judge_every: float = 5.0
    """Of silence, after which the healths that have run out are judged again."""
    read_timeout: float = 90.0
    """Of silence, after which the watch is opened anew: a server sends a bookmark about once a minute."""
    answer_timeout: float = ANSWER_TIME_OUT
    """Until the server must have answered the watch."""


class _Metadata(Protocol):
    @property
    def name(self) -> str | None: ...
    @property
    def namespace(self) -> str | None: ...
    @property
    def resource_version(self) -> str | None: ...


class ApiObject(Protocol):
    """Any object as the API gives it."""

    @property
    def metadata(self) -> _Metadata:
        """What is its name, and in which version it is."""


Raw = TypeVar("Raw", bound=ApiObject)
Item = TypeVar("Item")


class Collection(NamedTuple, Generic[Raw]):
    """Where the objects of a kind are, and how they are read."""

    path: str
    """Such as `/api/v1/namespaces/shop/pods`."""
    page_decoder: "msgspec.json.Decoder[wire.Page[Raw]]"
    object_decoder: "msgspec.json.Decoder[Raw]"
    chosen: str = ""
    """A field selector; empty: all objects."""

    @property
    def query(self) -> Mapping[str, str]:
        """What chooses the objects."""
        return {"fieldSelector": self.chosen} if self.chosen else {}


class Change(NamedTuple, Generic[Item]):
    """An object that came or changed; None: it went."""

    key: str
    item: Item | None


class Listed(NamedTuple, Generic[Item]):
    """The list as far as it has been read, by key."""

    items: dict[str, Item]
    complete: bool


class Changed(NamedTuple, Generic[Item]):
    """What the watch has told lately, in order; nothing when it was silent for a while."""

    changes: list[Change[Item]]
    first: bool
    """The server has just answered the watch: what is known is true again."""


class _Page(NamedTuple, Generic[Item]):
    """A part of a list, and the version that the whole list is of."""

    items: list[tuple[str, Item]]
    version: str


class _Line(NamedTuple, Generic[Item]):
    """A line of a watch: the version that it brings us to, and what changed, if anything."""

    version: str
    change: Change[Item] | None = None


class ListWatch(Generic[Raw, Item]):
    """Reads one collection: all of it once, and from then on what changes.

    It keeps the version between streams: a new stream goes on from there, and lists again only when the server has
    forgotten that version or does not answer the watch.
    """

    def __init__(
        self,
        cluster: Cluster,
        collection: Collection[Raw],
        convert: Callable[[Raw], Item],
        pace: WatchPace,
        tick: float | None = None,
    ) -> None:
        """Prepare to read a collection.

        Args:
            cluster: where it is.
            collection: what to read.
            convert: makes of an object what the reader wants; called in the reading thread.
            pace: how the watch is driven.
            tick: seconds of silence after which an empty `Changed` is yielded; None: never.
        """
        self.version = ""
        """The resourceVersion up to which all has been yielded; empty: the next stream lists first."""
        self._cluster = cluster
        self._collection = collection
        self._convert = convert
        self._pace = pace
        self._tick = tick

    async def stream(self) -> AsyncGenerator[Listed[Item] | Changed[Item], None]:
        """Yield the list page by page, unless what is known can be gone on from; then changes, as they come.

        Ends when the server ends the watch.

        Raises:
            SourceError: the server cannot be reached, does not let us read this kind, or does not know it.
        """
        listing = not self.version
        try:
            if listing:
                async with aclosing(self._list()) as pages_read:
                    async for listed in pages_read:
                        yield listed
            async with aclosing(self._follow()) as batches:
                async for changed in batches:
                    yield changed
        except ExpiredVersion:
            self.version = ""
            if listing:  # a new list at once would not help: let the feed wait
                raise

    async def _list(self) -> AsyncGenerator[Listed[Item], None]:
        listed: dict[str, Item] = {}
        version = ""
        async with aclosing(read_in_thread(self._read_pages, limit=4)) as batches:
            async for batch in batches:
                for page in batch:
                    version = page.version
                    listed.update(page.items)
                yield Listed(dict(listed), complete=False)
        self.version = version
        yield Listed(listed, complete=True)

    async def _follow(self) -> AsyncGenerator[Changed[Item], None]:
        answered = False
        reading = read_in_thread(self._read_watch, limit=10_000, gather=self._pace.gather, tick=self._tick)
        async with aclosing(reading) as batches:
            async for batch in batches:
                if not (answered or batch):
                    continue
                for line in batch:
                    self.version = line.version or self.version
                yield Changed([line.change for line in batch if line.change is not None], first=not answered)
                answered = True

    def _read_pages(self, _: Stop) -> Generator[_Page[Item], None, None]:
        with self._kind_known():
            wanted = self._collection
            for page in pages(self._cluster, wanted.path, wanted.page_decoder, query=wanted.query):
                version = page.metadata.resource_version or ""
                items = [(key_of(raw), self._convert(raw)) for raw in page.items or ()]
                del page  # its memory is used again for the next one
                yield _Page(items, version)

    def _read_watch(self, stop: Stop) -> Generator[_Line[Item], None, None]:
        path, pace = self._collection.path, self._pace
        query = {"watch": "1", "resourceVersion": self.version, "allowWatchBookmarks": "true", **self._collection.query}
        try:
            with self._kind_known():
                stream = self._cluster.open(path, query, pace.read_timeout, pace.answer_timeout)
        except SourceError as error:
            if error.kind is TroubleKind.TIMEOUT:
                self.version = ""  # a server that was restored to an older version says nothing: list again
            raise
        with stream:
            stop.closes(stream)
            yield _Line(self.version)
            try:
                for line in split_lines(stream.chunks()):
                    yield self._read_line(line)
            except SourceError as error:
                if error.kind is not TroubleKind.TIMEOUT:
                    raise
                # Silence alone is no trouble: the next stream finds out whether the server is still there.
            except LineTooLong as error:
                message, remedy = f"the answer to {path} is no watch", self._cluster.kubectl.raw(path)
                raise SourceError(TroubleKind.MALFORMED, message, remedy) from error

    def _read_line(self, line: bytes) -> _Line[Item]:
        path, cluster = self._collection.path, self._cluster
        event = decode(wire.EVENT_DECODER, line, path, cluster)
        if event.type == "ERROR":
            status = decode(wire.STATUS_DECODER, event.object, path, cluster)
            message = status.message or "the watch ended with an error"
            if status.code == HTTPStatus.GONE:
                raise ExpiredVersion(message)
            raise SourceError(TroubleKind.REFUSED, message)
        if event.type in ("BOOKMARK", "DELETED"):  # a bookmark has no other fields that are worth anything
            named = decode(wire.NAMED_DECODER, event.object, path, cluster)
            change = None if event.type == "BOOKMARK" else Change[Item](key_of(named), None)
            return _Line(named.metadata.resource_version or "", change)
        raw = decode(self._collection.object_decoder, event.object, path, cluster)
        return _Line(raw.metadata.resource_version or "", Change(key_of(raw), self._convert(raw)))

    @contextmanager
    def _kind_known(self) -> Iterator[None]:
        """Explain a 404: a namespace that does not exist has an empty list, but a kind that does not exist has none."""
        try:
            yield
        except ApiError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise
            _, resource, _ = Request(self._collection.path, {}).wanted()
            message = f"the API server has no {resource}"
            remedy = self._cluster.kubectl.command("api-resources")
            raise SourceError(TroubleKind.MISSING, message, remedy) from error


def key_of(raw: ApiObject) -> str:
    """Give `namespace/name`, or the name alone for what belongs to the whole cluster."""
    namespace, name = raw.metadata.namespace, raw.metadata.name or ""
    return f"{namespace}/{name}" if namespace else name
