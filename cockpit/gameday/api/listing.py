"""Lists: selectors, pages, and what to watch from."""

import base64
from typing import Any

import msgspec
from aiohttp import web

from cockpit.gameday.api import errors, tables
from cockpit.gameday.api.call import Call, answer, answer_json
from cockpit.gameday.api.kinds import Kind
from cockpit.gameday.api.selectors import Predicate, both, field_selector, label_selector
from cockpit.gameday.api.store import Stored


class ContinueToken(msgspec.Struct):
    """Where the next page begins."""

    version: int
    """The list's resourceVersion; -1: whatever is newest."""
    after: str
    """Key of the last object on the page before."""

    def encode(self) -> str:
        """Write the token as clients pass it on."""
        return base64.urlsafe_b64encode(msgspec.json.encode(self)).decode().rstrip("=")


def chosen_by(call: Call) -> Predicate | None:
    """Read the selectors of a request; None: everything is chosen.

    Raises:
        ApiError: 400, a selector does not parse.
    """
    labels, fields = call.query.get("labelSelector"), call.query.get("fieldSelector")
    predicate = both(
        label_selector(labels) if labels else None,
        field_selector(call.kind, fields) if fields else None,
    )
    if call.info.name:
        name = call.info.name
        return both(predicate, lambda obj: bool(obj["metadata"]["name"] == name))
    return predicate


async def list_objects(call: Call) -> web.StreamResponse:
    """Answer a list, a page at a time if the client wants it so."""
    page, metadata = _page(call)
    if call.wants_table:
        return await answer_json(
            call.request,
            tables.table(call.kind, page, metadata, call.cluster.pace.now(), call.included),
        )
    return await answer(call.request, encode_list(call.kind, [stored.body for stored in page], metadata))


def encode_list(kind: Kind, bodies: list[bytes], metadata: dict[str, Any]) -> bytes:
    """Join ready objects to a list."""
    head = {"kind": f"{kind.kind}List", "apiVersion": kind.api_version, "metadata": metadata}
    return b'%s,"items":[%s]}\n' % (msgspec.json.encode(head)[:-1], b",".join(bodies))


def _page(call: Call) -> tuple[list[Stored], dict[str, Any]]:
    store, query = call.cluster.store, call.query
    limit = call.number("limit") or 0
    if limit and query.get("resourceVersion") == "0" and not query.get("continue"):
        limit = 0  # a list from the watch cache comes whole
    version, after = _start(call)
    try:
        objects = store.list(call.kind, call.info.namespace, at=version)
    except errors.ApiError as problem:
        if not after:
            raise
        fresh = ContinueToken(-1, after).encode()
        message = (
            "The provided continue parameter is too old to display a consistent list result. You can start a new "
            "list without the continue parameter, or use the continue token in this response to retrieve the "
            "remainder of the results. Continuing with the provided token results in an inconsistent list - objects "
            "that were created, modified, or deleted between the time the first chunk was returned and now may show "
            "up in the list."
        )
        raise errors.expired(message, {"continue": fresh}) from problem
    predicate = chosen_by(call)
    chosen = [stored for stored in objects if stored.key > after and (predicate is None or predicate(stored.obj))]
    metadata: dict[str, Any] = {"resourceVersion": str(version or store.version)}
    if limit and len(chosen) > limit:
        token = ContinueToken(version or store.version, chosen[limit - 1].key)
        metadata["continue"] = token.encode()
        if predicate is None:
            metadata["remainingItemCount"] = len(chosen) - limit
        chosen = chosen[:limit]
    return chosen, metadata


def _start(call: Call) -> tuple[int | None, str]:
    """Tell from which version (None: the newest) and after which key to list."""
    text = call.query.get("continue", "")
    if text:
        try:
            raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            token = msgspec.json.decode(raw, type=ContinueToken)
        except (ValueError, msgspec.MsgspecError) as problem:
            raise errors.bad_request(f"continue key is not valid: {problem}") from problem
        return (None if token.version < 0 else token.version), token.after
    version = call.number("resourceVersion")
    if call.query.get("resourceVersionMatch") == "Exact" and version:
        return version, ""
    return None, ""
