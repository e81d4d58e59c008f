"""New objects, as a pipeline would create them."""

from cockpit.gameday.api.defaults import initial_status, with_defaults
from cockpit.gameday.api.kinds import Kind
from cockpit.gameday.api.store import Obj
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.scenarios import shop


def create(cluster: Cluster, kind: Kind, name: str, spec: Obj) -> None:
    """Create an object in the namespace of the shop."""
    metadata = {"name": name, "namespace": shop.NAMESPACE, "uid": cluster.store.random_uid()}
    obj = with_defaults(kind, {"metadata": metadata, "spec": spec})
    cluster.store.create(kind, initial_status(kind, obj))
