"""What all sources of the web share: httpx, which is loaded late, what is trusted, proxies, and turns."""

import asyncio
import ssl
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cockpit.reading import SourceError, TroubleKind
from cockpit.threads import call_in_thread

if TYPE_CHECKING:
    import httpx

AT_ONCE: Final = 20
"""So many requests run at the same time; the others wait for their turn."""


class Web:
    """Makes clients. One for all sources of a cockpit, in one event loop."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Take proxies and secrets from this environment."""
        self.environ = environ
        self.turns = asyncio.Semaphore(AT_ONCE)
        """Held while a request runs."""
        self._loading = asyncio.Lock()
        self._trust: dict[str | None, ssl.SSLContext] = {}

    async def trust(self, ca_file: str | None) -> ssl.SSLContext:
        """Give what certificates are verified with, and have httpx loaded by then.

        Raises:
            SourceError: the file of more authorities cannot be read.
        """
        async with self._loading:
            if ca_file not in self._trust:
                self._trust[ca_file] = await call_in_thread(_load, ca_file)
            return self._trust[ca_file]

    def proxy_for(self, url: "httpx.URL") -> str | None:
        """Tell through which proxy a URL is reached, as curl does: `https_proxy`, `all_proxy`, `no_proxy`."""
        named = (self._variable(f"{scheme}_proxy") for scheme in (url.scheme, "all"))
        proxy = next(filter(None, named), None)
        if proxy is None or self._bypasses(url.host):
            return None
        return proxy if "://" in proxy else f"http://{proxy}"

    def client(self, trust: ssl.SSLContext, proxy: str | None) -> "httpx.AsyncClient":
        """Make a client for one request. It follows nothing and keeps nothing; who asks sets the deadline."""
        import httpx  # noqa: PLC0415  (loaded by now)

        return httpx.AsyncClient(verify=trust, proxy=proxy, trust_env=False, timeout=None)  # noqa: S113

    def _bypasses(self, host: str) -> bool:
        direct = [each.strip().removeprefix(".") for each in (self._variable("no_proxy") or "").split(",")]
        return any(each in ("*", host) or host.endswith(f".{each}") for each in direct if each)

    def _variable(self, name: str) -> str | None:
        return self.environ.get(name) or self.environ.get(name.upper())


def _load(ca_file: str | None) -> ssl.SSLContext:
    import_module("httpx")
    context = ssl.create_default_context()
    paths = ssl.get_default_verify_paths()
    if paths.cafile is None and paths.capath is None:
        context.load_verify_locations(import_module("certifi").where())  # of httpx, where the system has none
    if ca_file is not None:
        path = Path(ca_file).expanduser()
        try:
            context.load_verify_locations(path)
        except (OSError, ssl.SSLError) as error:
            reason = "it holds no certificate" if isinstance(error, ssl.SSLError) else error.strerror
            message = f"the certificates of {path} cannot be used: {reason}"
            raise SourceError(TroubleKind.MISSING, message, f"openssl x509 -noout -subject -in {path}") from error
    return context
