"""The namespaces of a cluster, by name."""

from cockpit.sources.kubernetes import wire
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.paging import pages


def list_namespaces(cluster: Cluster) -> list[str]:
    """List the names of all namespaces, sorted. Blocks; asked when a person opens the picker.

    Raises:
        SourceError: They cannot be read; many people may not list them.
    """
    found = pages(cluster, "/api/v1/namespaces", wire.NAMESPACE_PAGE_DECODER)
    return sorted(item.metadata.name or "" for page in found for item in page.items or ())
