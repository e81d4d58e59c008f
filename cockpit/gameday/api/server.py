"""The HTTP server: lets requests in, finds their handler, and answers refusals as Status objects."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from cockpit.gameday.api import (
    errors,
    eviction,
    listing,
    metrics,
    objects,
    pod_exec,
    pod_logs,
    port_forward,
    reviews,
    watching,
)
from cockpit.gameday.api.access import Access
from cockpit.gameday.api.call import Call, answer_json
from cockpit.gameday.api.discovery import discover
from cockpit.gameday.api.faults import Faults
from cockpit.gameday.api.kinds import (
    ACCESS_REVIEWS,
    NODE_METRICS,
    POD_METRICS,
    RULES_REVIEWS,
    SELF_REVIEWS,
    Kind,
)
from cockpit.gameday.api.request_info import RequestInfo, request_info
from cockpit.gameday.cluster import Cluster

Handler = Callable[[Call], Awaitable[web.StreamResponse]]
HEALTH_PATHS = ("/healthz", "/livez", "/readyz")
HOST = "127.0.0.1"

VERBS: Mapping[str, Handler] = {
    "get": objects.get_object,
    "list": listing.list_objects,
    "watch": watching.watch_objects,
    "create": objects.create_object,
    "update": objects.update_object,
    "patch": objects.patch_object,
    "delete": objects.delete_object,
    "deletecollection": objects.delete_collection,
}
NAMED_VERBS = ("get", "update", "patch", "delete")
"""Verbs whose path ends in a name."""
STATUS_VERBS = ("get", "update", "patch")
SUBRESOURCES: Mapping[tuple[str, str], Handler] = {
    ("log", "get"): pod_logs.pod_log,
    ("exec", "get"): pod_exec.pod_exec,
    ("exec", "create"): pod_exec.pod_exec,
    ("portforward", "get"): port_forward.pod_port_forward,
    ("portforward", "create"): port_forward.pod_port_forward,
    ("eviction", "create"): eviction.evict,
    **{("scale", verb): objects.scale for verb in STATUS_VERBS},
    **{("status", verb): VERBS[verb] for verb in STATUS_VERBS},
}
COMPUTED: Mapping[str, Handler] = {
    POD_METRICS.resource: metrics.metrics,
    NODE_METRICS.resource: metrics.metrics,
    ACCESS_REVIEWS.resource: reviews.access_review,
    RULES_REVIEWS.resource: reviews.rules_review,
    SELF_REVIEWS.resource: reviews.self_review,
}

log = logging.getLogger(__name__)


class ApiServer:
    """Serves one cluster on loopback.

    Args:
        cluster: What it serves.
        access: Who may do what.
    """

    def __init__(self, cluster: Cluster, access: Access) -> None:
        self._cluster = cluster
        self._access = access
        self._runner: web.ServerRunner | None = None
        self.port = 0
        self.faults = Faults(cluster.store, self.open, self.close)

    async def open(self) -> None:
        """Listen on a free port; on the same one after a `close`."""
        # A request is cancelled when its client goes: nobody else would end a watch on a quiet cluster.
        server = web.Server(self._serve, handler_cancellation=True, access_log=None)
        self._runner = web.ServerRunner(server, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def close(self) -> None:
        """Stop listening and drop every connection."""
        runner, self._runner = self._runner, None
        if runner is None:
            return
        for stream in tuple(self.faults.streams):
            stream.end()
        await runner.cleanup()

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        try:
            struck = await self.faults.strike(request)
            return struck if struck is not None else await self.faults.withhold(request, await self._admit(request))
        except errors.ApiError as refusal:
            return web.Response(status=refusal.code, body=refusal.body(), content_type="application/json")
        except (ConnectionError, asyncio.CancelledError):
            raise
        except Exception as problem:  # a bug must reach the client as a 500, as from a real server
            log.exception("%s %s", request.method, request.path_qs)
            bug = errors.ApiError(500, "InternalError", f"Internal error occurred: {problem}")
            return web.Response(status=500, body=bug.body(), content_type="application/json")

    async def _admit(self, request: web.BaseRequest) -> web.StreamResponse:
        headers = request.headers
        user = self._access.authenticate(headers.get("Authorization"), headers.get("Impersonate-User"))
        info = request_info(request.method, request.path, request.query)
        self._access.require(user, info)
        if not info.resource:
            return await self._answer_path(request)
        kind = self._find_kind(info)
        if kind is None:
            return _no_such_path()
        call = Call(request, info, user, kind, self._cluster, self._access, self.faults)
        return await _handler(kind, info)(call)

    def _find_kind(self, info: RequestInfo) -> Kind | None:
        wanted = (info.group, info.version, info.resource)
        return next((kind for kind in self._cluster.kinds if (kind.group, kind.version, kind.plural) == wanted), None)

    async def _answer_path(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path in HEALTH_PATHS:
            return web.Response(text="ok")
        found = discover(request.path, self._cluster.kinds)
        return _no_such_path() if found is None else await answer_json(request, found)


def _no_such_path() -> web.Response:
    return web.Response(status=404, text="404 page not found\n")


def _handler(kind: Kind, info: RequestInfo) -> Handler:
    """Find what serves a verb of a kind.

    Raises:
        ApiError: 404 or 405, nothing does.
    """
    if info.subresource:
        if info.subresource not in kind.subresources:
            raise errors.ApiError(404, "NotFound", "the server could not find the requested resource")
        handler = SUBRESOURCES.get((info.subresource, info.verb))
    else:
        is_complete = bool(info.name) == (info.verb in NAMED_VERBS) or info.verb == "watch"
        handler = COMPUTED.get(kind.resource, VERBS.get(info.verb))
        if info.verb not in kind.verbs or not is_complete:
            handler = None
    if handler is None:
        raise errors.method_not_allowed()
    return handler
