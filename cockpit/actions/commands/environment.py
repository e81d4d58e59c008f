"""The environment of a command: it looks at the same cluster, server and account as the cockpit.

Nothing secret is put into arguments. kubectl and whatever else reads a kubeconfig gets one more file in front of those
that it reads anyway: it sets the current context and its namespace, and holds no credentials.
"""

import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from cockpit.sources.kubernetes.kubeconfig import kubeconfig_paths, load_kubeconfig
from cockpit.sources.postgres.target import Target

_PG_VARIABLES: Final = {
    "service": "PGSERVICE",
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "dbname": "PGDATABASE",
    "user": "PGUSER",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "passfile": "PGPASSFILE",
    "options": "PGOPTIONS",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
}
"""What libpq reads (PostgreSQL documentation, 34.15), by keyword."""
_QUIET: Final = {"PAGER": "cat", "GIT_PAGER": "cat", "AWS_PAGER": "", "PSQL_PAGER": "cat", "SYSTEMD_PAGER": "cat"}
"""A pager would wait for keys."""
_UNASKED: Final = {"GIT_TERMINAL_PROMPT": "0", "TERM": "dumb", "NO_COLOR": "1"}


class ClusterPlace(msgspec.Struct, frozen=True):
    """Which cluster the cockpit looks at."""

    context: str
    namespace: str
    """Empty: all of them; a command then looks at the one of the context."""
    kubeconfig: Path | None = None
    """None: where kubectl would look."""


class Place(msgspec.Struct, frozen=True):
    """What the cockpit looks at."""

    cluster: ClusterPlace | None = None
    """None: none, or the one that it runs in as a pod."""
    server: Target | None = None
    profile: str | None = None
    """Of AWS."""
    region: str | None = None

    def told(self) -> Iterator[str]:
        """Say where commands will look."""
        if self.cluster is not None:
            namespace = self.cluster.namespace or "that of the context"
            yield f"kubectl: context {self.cluster.context}, namespace {namespace}"
        if self.server is not None:
            yield f"psql: {self.server.way()}"
        if self.profile or self.region:
            parts = (self.profile and f"profile {self.profile}", self.region and f"region {self.region}")
            yield f"aws: {', '.join(filter(None, parts))}"


def variables(place: Place, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Put the environment of a command together, but for the kubeconfig."""
    found = {**environ, **_QUIET, **_UNASKED}
    if place.profile:
        found["AWS_PROFILE"] = place.profile
    if place.region:
        found |= {"AWS_REGION": place.region, "AWS_DEFAULT_REGION": place.region}
    if place.server is not None:
        for variable in _PG_VARIABLES.values():
            found.pop(variable, None)
        given = place.server.parameters
        found |= {variable: given[keyword] for keyword, variable in _PG_VARIABLES.items() if keyword in given}
        if password := place.server.secrets(environ).get("password"):
            found["PGPASSWORD"] = password
    return found


@contextmanager
def kubeconfig(cluster: ClusterPlace | None) -> Iterator[dict[str, str]]:
    """Give the variables by which programs find the cluster, for as long as the block lasts.

    Raises:
        SourceError: the kubeconfig cannot be read.
        OSError: there is no room for the file in front of it.
    """
    if cluster is None:
        yield {}
        return
    paths = kubeconfig_paths(cluster.kubeconfig)
    with tempfile.TemporaryDirectory(prefix="cockpit-") as directory:
        front = Path(directory, "kubeconfig")
        front.touch(mode=0o600)
        front.write_text(_in_front(paths, cluster))
        files = os.pathsep.join(str(path.absolute()) for path in (front, *paths))
        names = {"HELM_KUBECONTEXT": cluster.context}
        names |= {"HELM_NAMESPACE": cluster.namespace} if cluster.namespace else {}
        yield {"KUBECONFIG": files, **names}


def _in_front(paths: Sequence[Path], cluster: ClusterPlace) -> str:
    """Write the kubeconfig that goes before the others: of each name, kubectl takes the first that it reads."""
    loaded = load_kubeconfig(paths, cluster.context)
    context = loaded.merger.config["contexts"].get_with_name(cluster.context)["context"]
    entry = {"cluster": str(context["cluster"]), "namespace": cluster.namespace or loaded.info.namespace}
    entry |= {"user": loaded.info.user} if loaded.info.user else {}
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": cluster.context,
            "contexts": [{"name": cluster.context, "context": entry}],
        }
    )
