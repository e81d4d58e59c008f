"""Turns a kubeconfig's context into an open door: a connection pool, headers, and until when they are good."""

import base64
import socket
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import urllib3

import cockpit
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes.exec_plugin import ExecPlugin
from cockpit.sources.kubernetes.kubeconfig import ClusterInfo, Kubeconfig

RENEW_BEFORE = timedelta(seconds=60)
"""A credential is replaced this long before it ends."""
REREAD_AFTER = timedelta(seconds=60)
"""Tokens that someone else renews in a file are read again after this time, as kubectl does."""


class Access(msgspec.Struct, frozen=True):
    """All that a request needs."""

    server: str
    pool: urllib3.PoolManager
    headers: dict[str, str]
    login: str
    """What to type when the server does not accept the credentials."""
    renew_at: datetime | None = None
    """When to load the credentials again (UTC); None: when the server refuses them."""


def access_from_kubeconfig(kubeconfig: Kubeconfig, profile: str | None, now: datetime) -> Access:
    """Log in as the context says: with its token, certificate, password, or by running its plugin. Blocks.

    Raises:
        SourceError: the plugin failed, or a file that the kubeconfig names cannot be used.
    """
    from kubernetes.client import Configuration  # noqa: PLC0415  (0.2 s that the first frame can do without)
    from kubernetes.config.config_exception import ConfigException  # noqa: PLC0415
    from kubernetes.config.kube_config import KubeConfigLoader  # noqa: PLC0415

    user = kubeconfig.user.value if kubeconfig.user is not None else {}
    login = f"kubectl auth whoami --context {kubeconfig.info.context}"
    renew_at = now + REREAD_AFTER if "tokenFile" in user or "auth-provider" in user else None
    configuration = Configuration()
    try:
        if "exec" in user and not user.get("token"):
            plugin = _plugin(kubeconfig, profile)
            login = plugin.command_line
            renew_at = _log_in(plugin, user)
        loader = KubeConfigLoader(  # type: ignore[no-untyped-call]
            kubeconfig.merger.config,
            active_context=kubeconfig.info.context,
            config_base_path=None,
            # A renewed OIDC token invalidates the one in the file, so it has to be written back, as kubectl does.
            config_persister=kubeconfig.merger.save_changes if "auth-provider" in user else None,
        )
        loader.load_and_set(configuration)  # type: ignore[no-untyped-call]
    except (ConfigException, OSError, KeyError, TypeError, ValueError) as error:
        message = f"the credentials of context {kubeconfig.info.context!r} cannot be used: {error}"
        raise SourceError(TroubleKind.MALFORMED, message, "kubectl config view --minify") from error
    return _access(configuration, login, renew_at)


def access_in_cluster(info: ClusterInfo, now: datetime) -> Access:
    """Use the service account that Kubernetes gives to the pod in which this process runs.

    Raises:
        SourceError: its token or certificate cannot be read.
    """
    from kubernetes.client import Configuration  # noqa: PLC0415  (0.2 s that the first frame can do without)
    from kubernetes.config import ConfigException, load_incluster_config  # noqa: PLC0415

    configuration = Configuration()
    try:
        load_incluster_config(configuration, try_refresh_token=False)  # type: ignore[no-untyped-call]
    except (ConfigException, OSError) as error:
        raise SourceError(TroubleKind.MISSING, f"the pod's service account cannot be used: {error}") from error
    return _access(configuration, f"kubectl auth whoami --server {info.server}", now + REREAD_AFTER)


def _plugin(kubeconfig: Kubeconfig, profile: str | None) -> ExecPlugin:
    folder = Path(kubeconfig.user.path).resolve().parent
    cluster = dict(kubeconfig.cluster.value)
    authority = cluster.pop("certificate-authority", None)
    if authority and "certificate-authority-data" not in cluster:
        content = (Path(kubeconfig.cluster.path).resolve().parent / authority).read_bytes()
        cluster["certificate-authority-data"] = base64.b64encode(content).decode()
    return ExecPlugin(kubeconfig.user.value["exec"], folder, cluster, profile)


def _log_in(plugin: ExecPlugin, user: dict[str, Any]) -> datetime | None:
    """Run the plugin and put what it answered into the (unsaved) user's entry, where the loader looks."""
    credential = plugin.run()
    del user["exec"]
    if credential.token:
        user["token"] = credential.token
    if credential.client_certificate_data and credential.client_key_data:
        user["client-certificate-data"] = base64.b64encode(credential.client_certificate_data.encode()).decode()
        user["client-key-data"] = base64.b64encode(credential.client_key_data.encode()).decode()
    return credential.expires_at - RENEW_BEFORE if credential.expires_at else None


def _access(configuration: Any, login: str, renew_at: datetime | None) -> Access:
    from kubernetes.client.rest import RESTClientObject  # noqa: PLC0415  (not needed by the first frame)

    configuration.socket_options = _keep_alive()
    if not configuration.verify_ssl:
        # The warning would be printed onto the screen; the person has chosen this in the kubeconfig.
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    try:
        pool = RESTClientObject(configuration).pool_manager
    except (ValueError, ImportError) as error:
        message = "the proxy that the kubeconfig or HTTPS_PROXY names cannot be used"
        raise SourceError(TroubleKind.MALFORMED, message, "kubectl config view --minify") from error
    headers = {"User-Agent": f"cockpit/{cockpit.__version__}", "Accept": "application/json, */*"}
    if authorization := configuration.api_key.get("BearerToken"):
        headers["Authorization"] = authorization.strip()
    return Access(configuration.host, pool, headers, login, renew_at)


def _keep_alive() -> list[tuple[int, int, int]]:
    """Have the kernel notice within about a minute that the other side is gone, and keep NAT entries alive."""
    options: list[tuple[int, int, int]] = [
        (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
        (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    ]
    for name, seconds in (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3)):
        if hasattr(socket, name):  # macOS names the first one differently, and its defaults will do
            options.append((socket.IPPROTO_TCP, getattr(socket, name), seconds))
    return options
