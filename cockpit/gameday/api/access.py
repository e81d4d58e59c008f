"""Who may do what: bearer tokens, and rules in the manner of RBAC."""

from collections.abc import Iterable

import msgspec

from cockpit.gameday.api.errors import ApiError, unauthorized
from cockpit.gameday.api.request_info import RequestInfo

READ = ("get", "list", "watch")
PUBLIC_PATHS = ("/healthz", "/livez", "/readyz", "/version")
"""What anybody may read (ClusterRole system:public-info-viewer)."""


class Rule(msgspec.Struct, frozen=True):
    """Allows verbs on resources; `*` stands for any."""

    verbs: tuple[str, ...]
    resources: tuple[str, ...]
    """Plural names, with the subresource after a slash: `pods`, `pods/log`."""
    groups: tuple[str, ...] = ("*",)
    namespaces: tuple[str, ...] = ("*",)
    """`*` also means lists of the whole cluster and objects without a namespace."""

    def allows(self, info: RequestInfo) -> bool:
        """Tell whether the rule covers a request."""
        resource = f"{info.resource}/{info.subresource}" if info.subresource else info.resource
        return (
            _covers(self.verbs, info.verb)
            and _covers(self.groups, info.group)
            and _covers(self.resources, resource)
            and _covers(self.namespaces, info.namespace)
        )


def _covers(allowed: tuple[str, ...], wanted: str) -> bool:
    return "*" in allowed or wanted in allowed


class User(msgspec.Struct, frozen=True):
    """Somebody with a bearer token."""

    name: str
    token: str
    rules: tuple[Rule, ...]


ANYBODY = Rule(
    ("create",),
    ("selfsubjectaccessreviews", "selfsubjectrulesreviews", "selfsubjectreviews"),
    ("authorization.k8s.io", "authentication.k8s.io"),
)
"""What every known user may do (ClusterRole system:basic-user)."""
ANONYMOUS = User("system:anonymous", "", ())
ADMIN_RULES = (Rule(("*",), ("*",)),)
VIEWER_RULES = (
    Rule(
        READ,
        (
            "certificaterequests",
            "certificates",
            "configmaps",
            "cronjobs",
            "daemonsets",
            "deployments",
            "deployments/scale",
            "endpoints",
            "endpointslices",
            "events",
            "horizontalpodautoscalers",
            "ingresses",
            "issuers",
            "jobs",
            "namespaces",
            "persistentvolumeclaims",
            "poddisruptionbudgets",
            "pods",
            "pods/log",
            "pods/status",
            "replicasets",
            "resourcequotas",
            "serviceaccounts",
            "services",
            "statefulsets",
        ),
    ),
)
"""Reading, but neither secrets nor nodes (ClusterRole view)."""


class Access:
    """Decides on requests.

    Args:
        users: Everybody who is known.
        denied: Resources that nobody may read or write.
    """

    def __init__(self, users: tuple[User, ...], denied: Iterable[str] = ()) -> None:
        self._by_token = {user.token: user for user in users}
        self._by_name = {user.name: user for user in users}
        self.denied = set(denied)
        """Resources that nobody may read or write: `nodes`, `pods/log`, `certificates.cert-manager.io`; `*`: all."""

    def authenticate(self, authorization: str | None, acts_as: str | None) -> User:
        """Find out who asks.

        Over plain HTTP kubectl sends no token, but it does send the kubeconfig's `as`. The practice world listens on
        loopback only and takes that at its word; a real server would not.

        Args:
            authorization: The header of that name.
            acts_as: The header Impersonate-User.

        Raises:
            ApiError: 401, the token is unknown; 403, the user may not act as somebody else.
        """
        user = ANONYMOUS
        if authorization:
            scheme, _, token = authorization.partition(" ")
            known = self._by_token.get(token.strip()) if scheme.lower() == "bearer" else None
            if known is None:
                raise unauthorized()
            user = known
        if not acts_as or acts_as == user.name:
            return user
        if user is not ANONYMOUS:
            self.require(user, RequestInfo("impersonate", "", resource="users", name=acts_as))
        return self._by_name.get(acts_as, User(acts_as, "", ()))

    def allows(self, user: User, info: RequestInfo) -> bool:
        """Tell whether a user may do something."""
        if not info.resource:
            return info.path in PUBLIC_PATHS or user is not ANONYMOUS
        if user is not ANONYMOUS and ANYBODY.allows(info):
            return True
        return not self._denies(info) and any(rule.allows(info) for rule in user.rules)

    def _denies(self, info: RequestInfo) -> bool:
        resource = f"{info.resource}/{info.subresource}" if info.subresource else info.resource
        return not self.denied.isdisjoint({"*", info.resource, resource, f"{info.resource}.{info.group}"})

    def require(self, user: User, info: RequestInfo) -> None:
        """Let a request pass.

        Raises:
            ApiError: 403, it is not allowed.
        """
        if self.allows(user, info):
            return
        if not info.resource:
            message = f'forbidden: User "{user.name}" cannot {info.verb} path "{info.path}"'
            raise ApiError(403, "Forbidden", message, {})
        qualified = f"{info.resource}.{info.group}" if info.group else info.resource
        subject = f'{qualified} "{info.name}"' if info.name else qualified
        resource = f"{info.resource}/{info.subresource}" if info.subresource else info.resource
        where = f'in the namespace "{info.namespace}"' if info.namespace else "at the cluster scope"
        message = (
            f'{subject} is forbidden: User "{user.name}" cannot {info.verb} resource "{resource}" '
            f'in API group "{info.group}" {where}'
        )
        details = {"name": info.name, "group": info.group, "kind": info.resource}
        raise ApiError(403, "Forbidden", message, {key: value for key, value in details.items() if value})
