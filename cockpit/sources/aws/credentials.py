"""The credentials as the AWS CLI has them: its profiles, its logins, and the roles that it has assumed already."""

import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_CLI_CACHE = "~/.aws/cli/cache"
_MOST_SOURCES = 10
"""Profiles that lead to each other; AWS allows no ring, but a file can hold one."""


class CliCache:
    """What the AWS CLI has kept of the roles that it assumed; what we assume ourselves stays in memory."""

    def __init__(self) -> None:
        """Find the CLI's cache. Loads botocore."""
        from botocore.credentials import JSONFileCache  # noqa: PLC0415

        self._kept: Any = JSONFileCache(str(Path(_CLI_CACHE).expanduser()))
        self._own: dict[str, Any] = {}
        self._lock = threading.Lock()

    def __contains__(self, key: str) -> bool:
        with self._lock:
            return key in self._own or key in self._kept

    def __getitem__(self, key: str) -> Any:
        with self._lock:
            return self._own[key] if key in self._own else self._kept[key]

    def __setitem__(self, key: str, value: Any) -> None:
        with self._lock:
            self._own[key] = value


def share_with_cli(session: Any, profile: str | None) -> None:
    """Let a boto3 session use the roles that the CLI has assumed, and never ask for a code in the terminal.

    botocore asks for the code of a profile with an MFA device on the terminal, which the screen has taken.
    """
    from botocore.exceptions import CredentialRetrievalError  # noqa: PLC0415

    def refuse(_: str) -> str:
        command = "aws sts get-caller-identity" + (f" --profile {profile}" if profile else "")
        raise CredentialRetrievalError(provider="assume-role", error_msg=f"a code is wanted; give it to `{command}`")

    provider = session._session.get_component("credential_provider").get_provider("assume-role")  # noqa: SLF001
    provider.cache = CliCache()
    provider._prompter = refuse  # noqa: SLF001  (there is no other way to say so)


def profile_config(session: Any) -> Mapping[str, Any]:
    """Give what the profile that a boto3 session goes by, or the one that it builds upon, says of its credentials."""
    profiles = session._session.full_config.get("profiles", {})  # noqa: SLF001
    name = session.profile_name
    for _ in range(_MOST_SOURCES):
        config = profiles.get(name, {})
        if "source_profile" not in config or config["source_profile"] == name:
            break
        name = config["source_profile"]
    return {**profiles.get(name, {}), "name": name}


def login_command(config: Mapping[str, Any]) -> str | None:
    """Give the command that logs a profile in; None: it has none."""
    name = "" if config["name"] == "default" else f" --profile {config['name']}"
    if "sso_session" in config or "sso_start_url" in config:
        return f"aws sso login{name}"
    return f"aws login{name}" if "login_session" in config else None


def expiry(session: Any) -> datetime | None:
    """Tell when the credentials end that are in use; None: they do not, or nobody tells."""
    credentials = session.get_credentials()
    moment = getattr(credentials, "_expiry_time", None)  # botocore tells it nowhere else
    return moment.astimezone(UTC) if isinstance(moment, datetime) else None
