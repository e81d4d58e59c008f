"""`authorization.k8s.io` and `authentication.k8s.io`: clients ask what they may do, and who they are."""

from typing import Any

from aiohttp import web

from cockpit.gameday.api.access import ANYBODY
from cockpit.gameday.api.call import Call, answer_json
from cockpit.gameday.api.request_info import RequestInfo


async def access_review(call: Call) -> web.StreamResponse:
    """Answer a SelfSubjectAccessReview: may I do this?"""
    review = await call.obj()
    spec = review.get("spec") or {}
    info = _asked(spec)
    allowed = call.access.allows(call.user, info)
    status: dict[str, Any] = {"allowed": allowed}
    if allowed:
        status["reason"] = f'RBAC: allowed for user "{call.user.name}"'
    return await answer_json(call.request, {**_head(call), "spec": spec, "status": status}, 201)


def _asked(spec: dict[str, Any]) -> RequestInfo:
    attributes = spec.get("resourceAttributes")
    if attributes is None:
        other = spec.get("nonResourceAttributes") or {}
        return RequestInfo(other.get("verb", ""), other.get("path", ""))
    return RequestInfo(
        verb=attributes.get("verb", ""),
        path="",
        group=attributes.get("group", ""),
        version=attributes.get("version", ""),
        resource=attributes.get("resource", ""),
        subresource=attributes.get("subresource", ""),
        namespace=attributes.get("namespace", ""),
        name=attributes.get("name", ""),
    )


async def rules_review(call: Call) -> web.StreamResponse:
    """Answer a SelfSubjectRulesReview: what may I do here?"""
    spec = (await call.obj()).get("spec") or {}
    namespace = spec.get("namespace", "")
    rules = [
        {"verbs": list(rule.verbs), "apiGroups": list(rule.groups), "resources": list(rule.resources)}
        for rule in (*call.user.rules, ANYBODY)
        if "*" in rule.namespaces or namespace in rule.namespaces
    ]
    paths = [{"verbs": ["get"], "nonResourceURLs": ["*"]}]
    status = {"resourceRules": rules, "nonResourceRules": paths, "incomplete": False}
    return await answer_json(call.request, {**_head(call), "spec": {}, "status": status}, 201)


async def self_review(call: Call) -> web.StreamResponse:
    """Answer a SelfSubjectReview: who am I?"""
    status = {"userInfo": {"username": call.user.name, "groups": ["system:authenticated"]}}
    return await answer_json(call.request, {**_head(call), "status": status}, 201)


def _head(call: Call) -> dict[str, Any]:
    return {"kind": call.kind.kind, "apiVersion": call.kind.api_version, "metadata": {}}
