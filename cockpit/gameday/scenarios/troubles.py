"""Further troubles of the shop, each small: for tests, and for whoever knows their names."""

from collections.abc import Callable, Mapping

from cockpit.gameday.api.kinds import (
    DAEMON_SETS,
    DEPLOYMENTS,
    JOBS,
    QUOTAS,
    STATEFUL_SETS,
    VOLUME_CLAIMS,
)
from cockpit.gameday.cluster import Cluster, Timings
from cockpit.gameday.scenarios import shop, shop_images
from cockpit.gameday.scenarios.create import create
from cockpit.gameday.scenarios.past import container
from cockpit.gameday.scenarios.release import release
from cockpit.gameday.scenarios.scenario import Scenario

Begin = Callable[[Cluster], None]
"""Lets a trouble begin."""
LOAD = 1200
"""Millicores that all api pods together need at `hpa-at-max`; six pods may request 600."""


def exceed_quota(cluster: Cluster) -> None:
    """Let the worker grow beyond what the namespace may request."""
    quota = cluster.store.get(QUOTAS, shop.NAMESPACE, shop.NAMESPACE)
    hard = {**quota.obj["spec"]["hard"], "requests.memory": "1Gi"}
    cluster.store.replace(quota, {**quota.obj, "spec": {"hard": hard}})
    resources = {"requests": {"cpu": "50m", "memory": "128Mi"}, "limits": {"memory": "192Mi"}}
    release(cluster, "worker", "grow for the sale", spec={"replicas": 5}, resources=resources)


def want_a_fast_disk(cluster: Cluster) -> None:
    """Add a search engine whose volume claim names a storage class that is not there."""
    resources = {"requests": {"storage": "50Gi"}}
    claim = {"accessModes": ["ReadWriteOnce"], "resources": resources, "storageClassName": "fast-ssd"}
    create(cluster, VOLUME_CLAIMS, "search-index", claim)
    volumes = [{"name": "index", "persistentVolumeClaim": {"claimName": "search-index"}}]
    labels = {"app": "search"}
    pod = {"containers": [container("search", shop_images.SEARCH)], "volumes": volumes}
    template = {"metadata": {"labels": labels}, "spec": pod}
    spec = {"replicas": 1, "selector": {"matchLabels": labels}, "template": template}
    create(cluster, DEPLOYMENTS, "search", spec)


def write_invoices(cluster: Cluster) -> None:
    """Start a job that fails each time."""
    pod = {"restartPolicy": "Never", "containers": [container("invoices", shop_images.INVOICES)]}
    create(cluster, JOBS, "invoices", {"backoffLimit": 2, "template": {"metadata": {}, "spec": pod}})


def let_everybody_come(cluster: Cluster) -> None:
    """Put a load on the api for which its autoscaler has not enough room."""
    cluster.load["api"] = LOAD


def name_a_missing_map(cluster: Cluster) -> None:
    """Let the api take its settings from a config map that nobody has made."""
    release(cluster, "api", "settings v2", envFrom=[{"configMapRef": {"name": "api-config-v2"}}])


def migrate_in_vain(cluster: Cluster) -> None:
    """Let the api begin with a migration that fails."""
    release(cluster, "api", "release 1.4.1", pod={"initContainers": [container("migrate", shop_images.MIGRATE)]})


def ship_no_logs(cluster: Cluster) -> None:
    """Roll a log shipper out that cannot read its configuration."""
    release(cluster, "log-shipper", "release 2.2.0", kind=DAEMON_SETS, image=shop_images.SHIPPER_BAD)


def stop_the_database(cluster: Cluster) -> None:
    """Scale the database to nothing, as a script does that saves money at night."""
    database = cluster.store.get(STATEFUL_SETS, shop.NAMESPACE, "db")
    cluster.store.replace(database, {**database.obj, "spec": {**database.obj["spec"], "replicas": 0}})


TROUBLES: Mapping[str, tuple[Begin, str, str]] = {
    "quota": (exceed_quota, "Out of quota", "The shop's worker is to grow, but the namespace may not request more."),
    "pvc-pending": (want_a_fast_disk, "No disk", "A new search engine waits for a disk of a class that is not there."),
    "failing-job": (write_invoices, "No invoices", "The job that writes the shop's invoices fails again and again."),
    "hpa-at-max": (let_everybody_come, "A rush", "Everybody comes at once, and the api may not grow any further."),
    "config-missing": (name_a_missing_map, "No settings", "The api is to take its settings from a map nobody made."),
    "init-fails": (migrate_in_vain, "A migration fails", "The api's new pods do not get past their migration."),
    "daemon-set": (ship_no_logs, "No logs are shipped", "A new log shipper goes from node to node and crashes."),
    "dependency-down": (stop_the_database, "The database is gone", "The api runs, but all that it says is an error."),
}
"""By name: how it begins, its title and its story."""


def trouble(name: str, *, healthy_for: float = 3.0, timings: Timings | None = None) -> Scenario:
    """Make the scenario of a trouble.

    Args:
        name: One of `TROUBLES`.
        healthy_for: Seconds until it begins.
        timings: How long the cluster takes; None: as a real one.
    """
    begin, title, story = TROUBLES[name]

    async def play(cluster: Cluster) -> None:
        await cluster.pace.sleep(healthy_for)
        begin(cluster)

    has_database = begin is not stop_the_database  # the server knows nothing of the pod db-0
    return shop.scenario(name, title, story, play, timings=timings, has_database=has_database, is_listed=False)
