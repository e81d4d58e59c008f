"""Turns a kubeconfig's context into an open door: a connection pool, headers, and until when they are good."""

import base64
import socket
from datetime import datetime, timedelta
from pathlib import Path
from ssl import CERT_NONE, CERT_REQUIRED, SSLContext
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

import msgspec
import urllib3
from urllib3.util.ssl_ import create_urllib3_context

import cockpit
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes.exec_plugin import ExecPlugin
from cockpit.sources.kubernetes.kubeconfig import Kubeconfig
from cockpit.sources.kubernetes.kubectl import Kubectl
from cockpit.sources.kubernetes.login_programs import LoginPrograms

RENEW_BEFORE = timedelta(seconds=60)
"""A credential is replaced this long before it ends."""
IDLE_CONNECTIONS = 32
"""Connections that are kept for the next request: enough for all kinds, which are listed at once. There is no bound on
how many are in use."""
REREAD_AFTER = timedelta(seconds=60)
"""Tokens that someone else renews in a file are read again after this time, as kubectl does."""


class Access(msgspec.Struct, frozen=True):
    """All that a request needs."""

    server: str
    pool: urllib3.PoolManager
    headers: dict[str, str]
    login: str
    """What to type when the server does not accept the credentials."""
    kubectl: Kubectl
    renew_at: datetime | None = None
    """When to load the credentials again (UTC); None: when the server refuses them."""


def access_from_kubeconfig(
    kubeconfig: Kubeconfig, kubectl: Kubectl, profile: str | None, programs: LoginPrograms, now: datetime
) -> Access:
    """Log in as the context says: with its token, certificate, password, or by running its plugin. Blocks.

    Args:
        kubeconfig: the context.
        kubectl: what a person can type to look at the same cluster.
        profile: the AWS profile with which a plugin is run.
        programs: what a plugin is one of while it runs.
        now: the time (UTC).

    Raises:
        SourceError: the plugin failed, or a file that the kubeconfig names cannot be used.
    """
    from kubernetes.client import Configuration  # noqa: PLC0415  (0.2 s that the first frame can do without)
    from kubernetes.config.config_exception import ConfigException  # noqa: PLC0415
    from kubernetes.config.kube_config import KubeConfigLoader  # noqa: PLC0415

    user = kubeconfig.user.value if kubeconfig.user is not None else {}
    login = kubectl.command("auth whoami")
    renew_at = now + REREAD_AFTER if "tokenFile" in user or "auth-provider" in user else None
    configuration = Configuration()
    try:
        if "exec" in user and not user.get("token"):
            plugin = _plugin(kubeconfig, profile)
            login = plugin.command_line
            renew_at = _log_in(plugin, programs, user)
        # Keys and certificates that are data pass through files. They are gone before the first request: whichever way
        # the cockpit ends, no private key stays behind.
        with TemporaryDirectory(prefix="cockpit-") as folder:
            loader = KubeConfigLoader(  # type: ignore[no-untyped-call]
                kubeconfig.merger.config,
                active_context=kubeconfig.info.context,
                config_base_path=None,
                # A renewed OIDC token invalidates the one in the file, so it is written back, as kubectl does.
                config_persister=kubeconfig.merger.save_changes if "auth-provider" in user else None,
                temp_file_path=folder,
            )
            loader.load_and_set(configuration)  # type: ignore[no-untyped-call]
            tls = _tls_context(configuration)
    except (ConfigException, OSError, KeyError, TypeError, ValueError) as error:
        message = f"the credentials of context {kubeconfig.info.context!r} cannot be used: {error}"
        raise SourceError(TroubleKind.MALFORMED, message, kubectl.command("config view --minify")) from error
    return _access(configuration, tls, login, kubectl, renew_at)


def access_in_cluster(now: datetime) -> Access:
    """Use the service account that Kubernetes gives to the pod in which this process runs.

    Raises:
        SourceError: its token or certificate cannot be read.
    """
    from kubernetes.client import Configuration  # noqa: PLC0415  (0.2 s that the first frame can do without)
    from kubernetes.config import ConfigException, load_incluster_config  # noqa: PLC0415

    configuration = Configuration()
    try:
        load_incluster_config(configuration, try_refresh_token=False)  # type: ignore[no-untyped-call]
        tls = _tls_context(configuration)
    except (ConfigException, OSError) as error:
        raise SourceError(TroubleKind.MISSING, f"the pod's service account cannot be used: {error}") from error
    kubectl = Kubectl()
    return _access(configuration, tls, kubectl.command("auth whoami"), kubectl, now + REREAD_AFTER)


def _plugin(kubeconfig: Kubeconfig, profile: str | None) -> ExecPlugin:
    folder = Path(kubeconfig.user.path).resolve().parent
    cluster = dict(kubeconfig.cluster.value)
    authority = cluster.pop("certificate-authority", None)
    if authority and "certificate-authority-data" not in cluster:
        content = (Path(kubeconfig.cluster.path).resolve().parent / authority).read_bytes()
        cluster["certificate-authority-data"] = base64.b64encode(content).decode()
    return ExecPlugin(kubeconfig.user.value["exec"], folder, cluster, profile)


def _log_in(plugin: ExecPlugin, programs: LoginPrograms, user: dict[str, Any]) -> datetime | None:
    """Run the plugin and put what it answered into the (unsaved) user's entry, where the loader looks."""
    credential = plugin.run(programs)
    del user["exec"]
    if credential.token:
        user["token"] = credential.token
    if credential.client_certificate_data and credential.client_key_data:
        user["client-certificate-data"] = base64.b64encode(credential.client_certificate_data.encode()).decode()
        user["client-key-data"] = base64.b64encode(credential.client_key_data.encode()).decode()
    return credential.expires_at - RENEW_BEFORE if credential.expires_at else None


def _tls_context(configuration: Any) -> SSLContext:
    """Load the certificates and the key, so that their files are needed no longer.

    Raises:
        OSError: one of them cannot be read, or is none.
        ValueError: the key is encrypted.
    """
    context = create_urllib3_context(cert_reqs=CERT_REQUIRED if configuration.verify_ssl else CERT_NONE)
    if configuration.ssl_ca_cert:
        context.load_verify_locations(configuration.ssl_ca_cert)
    elif configuration.proxy or not configuration.host.startswith("http://"):
        context.load_default_certs()  # takes 20 ms
    if configuration.cert_file:
        context.load_cert_chain(configuration.cert_file, configuration.key_file, _refuse_passphrase)
    return context


def _refuse_passphrase() -> NoReturn:
    """OpenSSL would ask for the passphrase on the terminal, where the screen is."""
    raise ValueError("the client key is encrypted")


def _access(configuration: Any, tls: SSLContext, login: str, kubectl: Kubectl, renew_at: datetime | None) -> Access:
    from kubernetes.client.rest import RESTClientObject  # noqa: PLC0415  (not needed by the first frame)

    configuration.socket_options = _keep_alive()
    configuration.connection_pool_maxsize = IDLE_CONNECTIONS
    configuration.proxy_ssl_context = tls
    if not configuration.verify_ssl:
        # The warning would be printed onto the screen; the person has chosen this in the kubeconfig.
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    try:
        pool = RESTClientObject(configuration).pool_manager
    except (ValueError, ImportError) as error:
        message = "the proxy that the kubeconfig or HTTPS_PROXY names cannot be used"
        raise SourceError(TroubleKind.MALFORMED, message, kubectl.command("config view --minify")) from error
    pool.connection_pool_kw |= {"ssl_context": tls, "ca_certs": None, "cert_file": None, "key_file": None}
    headers = {"User-Agent": f"cockpit/{cockpit.__version__}", "Accept": "application/json, */*"}
    if authorization := configuration.api_key.get("BearerToken"):
        headers["Authorization"] = authorization.strip()
    return Access(configuration.host, pool, headers, login, kubectl, renew_at)


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
