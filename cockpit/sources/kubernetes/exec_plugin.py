"""Logs in with the program (exec plugin) that a kubeconfig names, and explains why it fails."""

import os
import re
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes.login_programs import Ended, LoginPrograms

TIME_OUT = 15.0
"""How long a plugin may take, in seconds."""

_SECRET_OPTION = re.compile(r"^--?[\w-]*(secret|password|token|key)[\w-]*", re.IGNORECASE)
_LOGIN_COMMANDS = re.compile(
    r"aws sso login|aws login|gcloud auth (?:application-default )?login|az login|tsh login|saml2aws login"
)
_SSO_TROUBLE = re.compile(r"\bsso\b.*\b(token|session)\b|\b(token|session)\b.*\bsso\b", re.IGNORECASE | re.DOTALL)


class ExecCredential(msgspec.Struct, frozen=True, rename="camel"):
    """What a plugin answers (client.authentication.k8s.io, status of ExecCredential)."""

    token: str | None = None
    client_certificate_data: str | None = None
    """Certificate chain, PEM."""
    client_key_data: str | None = None
    expiration_timestamp: datetime | None = None

    @property
    def expires_at(self) -> datetime | None:
        """When it ends (UTC), or None when the plugin does not say."""
        moment = self.expiration_timestamp
        return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


class _Answer(msgspec.Struct, frozen=True):
    status: ExecCredential | None = None


_ANSWER: Final = msgspec.json.Decoder(_Answer)


class ExecPlugin:
    """A login program and how the kubeconfig wants it to be run."""

    def __init__(
        self,
        spec: Mapping[str, Any],
        folder: Path,
        cluster: Mapping[str, Any],
        profile: str | None = None,
        time_out: float = TIME_OUT,
    ) -> None:
        """Prepare to run the plugin.

        Args:
            spec: the `exec` part of the user's entry.
            folder: where the kubeconfig lies; a relative command starts there.
            cluster: the cluster's entry, for plugins that want it (`provideClusterInfo`).
            profile: the AWS profile that the person asked for.
            time_out: seconds until the plugin is ended.

        Raises:
            SourceError: the kubeconfig does not say what to run.
        """
        command = spec.get("command")
        if not isinstance(command, str) or not command:
            raise SourceError(TroubleKind.MALFORMED, "the kubeconfig's exec plugin names no command")
        self._command = command
        self._executable = str(folder / command) if "/" in command else command
        self._arguments = [str(argument) for argument in spec.get("args") or ()]
        self._set = {str(item["name"]): str(item.get("value") or "") for item in spec.get("env") or ()}
        if profile is not None:
            self._set["AWS_PROFILE"] = profile
        self._info = _exec_info(spec, cluster if spec.get("provideClusterInfo") else None)
        self._hint = str(spec.get("installHint") or "").strip()
        self._time_out = time_out

    @property
    def command_line(self) -> str:
        """What a person can type to see the plugin fail; arguments that look secret are left out."""
        words = [self._command]
        hide_next = False
        for argument in self._arguments:
            secret = _SECRET_OPTION.match(argument)
            words.append("***" if hide_next else f"{secret[0]}=***" if secret and "=" in argument else argument)
            hide_next = bool(secret) and "=" not in argument
        if profile := self._set.get("AWS_PROFILE"):
            return f"AWS_PROFILE={shlex.quote(profile)} {shlex.join(words)}"
        return shlex.join(words)

    def run(self, programs: LoginPrograms) -> ExecCredential:
        """Run the plugin as one of `programs` and read its credential. Blocks for at most the time-out.

        Raises:
            SourceError: it is not there, fails, hangs, is ended, or answers something else than a credential.
        """
        output = self._run(programs)
        try:
            credential = _ANSWER.decode(output).status
        except (msgspec.DecodeError, UnicodeDecodeError):
            credential = None
        complete = credential and (
            credential.token or (credential.client_certificate_data and credential.client_key_data)
        )
        if credential is None or not complete:
            message = f"{self._command} printed no credential (ExecCredential with a token or a certificate and key)"
            raise SourceError(TroubleKind.MALFORMED, message, self.command_line)
        return credential

    def _run(self, programs: LoginPrograms) -> bytes:
        environment = {**os.environ, **self._set, "KUBERNETES_EXEC_INFO": self._info}
        try:
            printed = programs.run([self._executable, *self._arguments], environment, self._time_out)
        except OSError as error:
            hint = f"; {self._hint.splitlines()[0]}" if self._hint else ""
            message = f"the login program {self._command} cannot be started: {error.strerror}{hint}"
            raise SourceError(TroubleKind.MISSING, message, f"command -v {shlex.quote(self._command)}") from error
        except subprocess.TimeoutExpired as error:
            message = f"{self._command} gave no credential within {self._time_out:g} s"
            raise SourceError(TroubleKind.TIMEOUT, message, self.command_line) from error
        except Ended as error:
            raise SourceError(TroubleKind.TIMEOUT, f"{self._command} is not run any more") from error
        if printed.status != 0:
            raise self._failure(printed.status, printed.errors.decode(errors="replace"))
        return printed.output

    def _failure(self, status: int, errors: str) -> SourceError:
        lines = [line.strip() for line in errors.splitlines() if line.strip()]
        said = f"said: {lines[-1]}" if lines else f"ended with status {status} and said nothing"
        return SourceError(TroubleKind.EXPIRED, f"{self._command} {said}", self._login_command(errors))

    def _login_command(self, errors: str) -> str:
        """Name the login that the plugin asks for, or else the plugin itself."""
        named = _LOGIN_COMMANDS.search(errors)
        login = named[0] if named else "aws sso login" if _SSO_TROUBLE.search(errors) else ""
        if not login:
            return self.command_line
        profile = self._set.get("AWS_PROFILE") or _option(self._arguments, "--profile") or os.environ.get("AWS_PROFILE")
        return f"{login} --profile {shlex.quote(profile)}" if login.startswith("aws ") and profile else login


def _option(arguments: Sequence[str], name: str) -> str | None:
    for argument, following in zip(arguments, [*arguments[1:], None], strict=False):
        if argument == name:
            return following
        if argument.startswith(f"{name}="):
            return argument.removeprefix(f"{name}=")
    return None


def _exec_info(spec: Mapping[str, Any], cluster: Mapping[str, Any] | None) -> str:
    """Write what a plugin finds in KUBERNETES_EXEC_INFO."""
    inner: dict[str, Any] = {"interactive": False}
    if cluster is not None:
        inner["cluster"] = {key: value for key, value in cluster.items() if key != "extensions"}
        for extension in cluster.get("extensions") or ():
            if extension.get("name") == "client.authentication.k8s.io/exec":
                inner["cluster"]["config"] = extension.get("extension")
    version = str(spec.get("apiVersion") or "client.authentication.k8s.io/v1")
    return msgspec.json.encode({"apiVersion": version, "kind": "ExecCredential", "spec": inner}).decode()
