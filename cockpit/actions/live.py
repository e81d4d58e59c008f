"""Objects as the server has them now, whole: what a plan is made from and what is looked at again afterwards."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from cockpit.actions.plan import Guard
from cockpit.actions.resource import Ref
from cockpit.reading import SourceError, TroubleKind
from cockpit.threads import call_in_thread

if TYPE_CHECKING:
    from cockpit.sources.kubernetes.connection import Cluster


class Live(msgspec.Struct, frozen=True):
    """One object."""

    ref: Ref
    """With its uid."""
    raw: Mapping[str, Any]

    @property
    def metadata(self) -> Mapping[str, Any]:
        """Who it is."""
        return self.part("metadata")

    @property
    def spec(self) -> Mapping[str, Any]:
        """What is asked for."""
        return self.part("spec")

    @property
    def status(self) -> Mapping[str, Any]:
        """What is the case."""
        return self.part("status")

    @property
    def version(self) -> str:
        """Its resourceVersion."""
        return str(self.metadata.get("resourceVersion", ""))

    @property
    def generation(self) -> int:
        """How often its spec was changed; 0 where its kind does not count that."""
        return int(self.metadata.get("generation") or 0)

    @property
    def labels(self) -> Mapping[str, str]:
        """Its labels."""
        return self.metadata.get("labels") or {}

    @property
    def annotations(self) -> Mapping[str, str]:
        """Its annotations."""
        return self.metadata.get("annotations") or {}

    @property
    def is_ending(self) -> bool:
        """Whether it is being deleted."""
        return bool(self.metadata.get("deletionTimestamp"))

    @property
    def controller(self) -> Ref | None:
        """What made it and would make it anew."""
        for owner in self.metadata.get("ownerReferences") or ():
            if owner.get("controller"):
                return Ref(owner["kind"], owner["name"], self.ref.namespace, owner.get("uid", ""))
        return None

    def part(self, name: str) -> Mapping[str, Any]:
        """Give one of its parts; empty when it has none."""
        part: Mapping[str, Any] = self.raw.get(name) or {}
        return part

    def guard(self, *ignores: str) -> Guard:
        """Remember what it is like, but for those fields of the spec."""
        return Guard(self.ref.uid, self.version, without(self.spec, ignores), ignores)


def without(spec: Mapping[str, Any], ignored: tuple[str, ...]) -> dict[str, Any]:
    """Leave fields out of a spec."""
    return {key: value for key, value in spec.items() if key not in ignored}


def live_of(kind: str, raw: Mapping[str, Any]) -> Live:
    """Take what the server answered for an object of a kind."""
    metadata = raw.get("metadata") or {}
    ref = Ref(kind, metadata.get("name", ""), metadata.get("namespace", ""), metadata.get("uid", ""))
    return Live(ref, raw)


async def read(cluster: "Cluster", ref: Ref, within: float = 10) -> Live:
    """Read an object; the server may be silent for `within` seconds.

    Raises:
        SourceError: it cannot be read; MISSING: it is not there.
    """
    return live_of(ref.kind, await _get(cluster, ref.path, {}, within))


async def read_all(cluster: "Cluster", kind: str, path: str, query: Mapping[str, str] | None = None) -> list[Live]:
    """Read all objects of a kind that a path and a query choose.

    Raises:
        SourceError: they cannot be read.
    """
    answer = await _get(cluster, path, query or {})
    return [live_of(kind, item) for item in answer.get("items") or ()]


async def _get(cluster: "Cluster", path: str, query: Mapping[str, str], within: float = 10) -> dict[str, Any]:
    content = await call_in_thread(cluster.get, path, query, within)
    try:
        return msgspec.json.decode(content, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        message = f"the answer to {path} is not what a Kubernetes API server would say: {error}"
        raise SourceError(TroubleKind.MALFORMED, message, cluster.kubectl.raw(path)) from error
