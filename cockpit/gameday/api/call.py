"""One request on its way through the API server, and the plain answers to it."""

import asyncio
import gzip
from collections.abc import Mapping
from typing import Any

import msgspec
import yaml
from aiohttp import web

from cockpit.gameday.api import protobuf
from cockpit.gameday.api.access import Access, User
from cockpit.gameday.api.errors import bad_request
from cockpit.gameday.api.faults import Faults
from cockpit.gameday.api.kinds import Kind
from cockpit.gameday.api.request_info import RequestInfo
from cockpit.gameday.cluster import Cluster

GZIP_FROM = 128 * 1024
"""Smaller answers are not compressed (k8s.io/apiserver, responsewriters)."""


class Call(msgspec.Struct, frozen=True):
    """A request that was let in."""

    request: web.BaseRequest
    info: RequestInfo
    user: User
    kind: Kind
    cluster: Cluster
    access: Access
    faults: Faults

    @property
    def query(self) -> Mapping[str, str]:
        """The parameters after the question mark."""
        return self.request.query

    def flag(self, name: str) -> bool:
        """Read a parameter that is true or false."""
        return self.query.get(name, "").lower() in {"1", "true"}

    def number(self, name: str) -> int | None:
        """Read a parameter that is a whole number.

        Raises:
            ApiError: 400, it is none.
        """
        text = self.query.get(name, "")
        try:
            return int(text) if text else None
        except ValueError:
            raise bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax') from None

    @property
    def dry_run(self) -> bool:
        """Whether nothing must be stored."""
        return self.query.get("dryRun") == "All"

    @property
    def wants_table(self) -> bool:
        """Whether the client asks for rows and columns, as `kubectl get` does."""
        return "as=Table" in self.request.headers.get("Accept", "")

    @property
    def included(self) -> str:
        """What is to come with each row of a table: `Object`, `Metadata`, `None`, or nothing said."""
        return self.query.get("includeObject", "")

    async def body(self) -> Any:
        """Decode the body of the request.

        Raises:
            ApiError: 400 or 415, it is in no format that is known here.
        """
        raw = await self.request.read()
        if not raw:
            return {}
        if self.request.content_type == protobuf.CONTENT_TYPE:
            return protobuf.decode(raw)
        try:
            return yaml.safe_load(raw) if "yaml" in self.request.content_type else msgspec.json.decode(raw)
        except (msgspec.DecodeError, yaml.YAMLError, UnicodeDecodeError) as problem:
            raise bad_request(f"the object provided is unrecognized: {problem}") from problem

    async def obj(self) -> dict[str, Any]:
        """Decode the body of the request, which must be an object.

        Raises:
            ApiError: 400 or 415, it is not.
        """
        body = await self.body()
        if not isinstance(body, dict):
            raise bad_request("the object provided is unrecognized: it is not a JSON object")
        return body


async def answer(request: web.BaseRequest, body: bytes, status: int = 200) -> web.Response:
    """Answer with JSON, compressed when it is long and the client can read that."""
    headers = {"Content-Type": "application/json", "Cache-Control": "no-cache, private"}
    if len(body) > GZIP_FROM and "gzip" in request.headers.get("Accept-Encoding", ""):
        body = await asyncio.to_thread(gzip.compress, body, 1)
        headers["Content-Encoding"] = "gzip"
    return web.Response(status=status, body=body, headers=headers)


async def answer_json(request: web.BaseRequest, value: Any, status: int = 200) -> web.Response:
    """Answer with a value as JSON."""
    return await answer(request, msgspec.json.encode(value) + b"\n", status)
