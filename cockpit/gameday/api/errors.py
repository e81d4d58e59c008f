"""Refusals, as the `Status` objects of a Kubernetes API server."""

from typing import Any

import msgspec

from cockpit.gameday.api.kinds import Kind


class ApiError(Exception):
    """A request that is answered with a Status object.

    Args:
        code: The HTTP status.
        reason: The machine-readable reason, such as `NotFound`.
        message: What people read.
        details: The Status object's `details`, if any.
        metadata: The Status object's list metadata; carries the fresh token of an expired `continue`.
    """

    def __init__(
        self,
        code: int,
        reason: str,
        message: str,
        details: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details
        self.metadata = metadata or {}

    def status(self) -> dict[str, Any]:
        """Write the error as a Status object."""
        status: dict[str, Any] = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": self.metadata,
            "status": "Failure",
            "message": self.message,
            "reason": self.reason,
        }
        if self.details:
            status["details"] = self.details
        status["code"] = self.code
        return status

    def body(self) -> bytes:
        """Write the error as the body of an answer."""
        return msgspec.json.encode(self.status()) + b"\n"


def bad_request(message: str) -> ApiError:
    """Refuse a request that makes no sense."""
    return ApiError(400, "BadRequest", message)


def unauthorized() -> ApiError:
    """Refuse a token that nobody knows."""
    return ApiError(401, "Unauthorized", "Unauthorized")


def not_found(kind: Kind, name: str) -> ApiError:
    """Say that an object does not exist."""
    details = {"name": name, "kind": kind.plural}
    if kind.group:
        details["group"] = kind.group
    return ApiError(404, "NotFound", f'{kind.resource} "{name}" not found', details)


def already_exists(kind: Kind, name: str) -> ApiError:
    """Refuse to create what exists."""
    message = f'{kind.resource} "{name}" already exists'
    return ApiError(409, "AlreadyExists", message, {"name": name, "kind": kind.plural})


def conflict(kind: Kind, name: str) -> ApiError:
    """Refuse to overwrite a newer version."""
    message = (
        f'Operation cannot be fulfilled on {kind.resource} "{name}": '
        "the object has been modified; please apply your changes to the latest version and try again"
    )
    return ApiError(409, "Conflict", message, {"name": name, "kind": kind.plural})


def invalid(kind: Kind, name: str, field: str, problem: str) -> ApiError:
    """Refuse an object that breaks a rule of its kind."""
    qualified = f"{kind.kind}.{kind.group}" if kind.group else kind.kind
    details = {
        "name": name,
        "group": kind.group,
        "kind": kind.kind,
        "causes": [{"reason": "FieldValueInvalid", "message": problem, "field": field}],
    }
    return ApiError(422, "Invalid", f'{qualified} "{name}" is invalid: {field}: {problem}', details)


def method_not_allowed() -> ApiError:
    """Refuse a verb that the resource does not have."""
    message = "the server does not allow this method on the requested resource"
    return ApiError(405, "MethodNotAllowed", message)


def expired(message: str, metadata: dict[str, Any] | None = None) -> ApiError:
    """Say that the wanted version is no longer kept."""
    return ApiError(410, "Expired", message, metadata=metadata)


def too_many_requests(message: str, causes: list[dict[str, str]]) -> ApiError:
    """Refuse for now, and name the causes."""
    return ApiError(429, "TooManyRequests", message, {"causes": causes})


def internal_error(message: str) -> ApiError:
    """Fail as the real server does where it does not know what to do."""
    return ApiError(500, "InternalError", message)
