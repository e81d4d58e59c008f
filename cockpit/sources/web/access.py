"""How a source is let in: the headers that hold its token or password, which are read anew for every request."""

from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path

from cockpit.reading import SourceError, TroubleKind
from cockpit.threads import call_in_thread
from cockpit.web_config import Access


async def credentials(access: Access, environ: Mapping[str, str]) -> dict[str, str]:
    """Give the headers to be let in with; none where no token and no user is configured.

    Raises:
        SourceError: the variable is not set, or the file cannot be read.
    """
    if access.token_file is not None:
        token = await call_in_thread(_read, access.token_file)
        return {"Authorization": f"Bearer {_fit(token, access.token_file)}"}
    if access.token_env is not None:
        return {"Authorization": f"Bearer {_fit(_variable(access.token_env, environ), access.token_env)}"}
    if access.user is not None:
        password = _variable(access.password_env, environ) if access.password_env else ""
        return {"Authorization": "Basic " + b64encode(f"{access.user}:{password}".encode()).decode("ascii")}
    return {}


def _variable(name: str, environ: Mapping[str, str]) -> str:
    if not environ.get(name):
        message = f"the environment variable {name}, which is to let us in, is not set"
        raise SourceError(TroubleKind.EXPIRED, message, f"export {name}=…")
    return environ[name]


def _read(file: str) -> str:
    path = Path(file).expanduser()
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        message = f"the token file {path} cannot be read: {error.strerror}"
        raise SourceError(TroubleKind.EXPIRED, message, f"ls -l {path}") from error
    except UnicodeDecodeError:
        raise SourceError(TroubleKind.EXPIRED, f"the token file {path} holds no text") from None


def _fit(token: str, where: str) -> str:
    """Give a token that fits on the line of a header; what is wrong with it is told without it."""
    token = token.strip()
    if not token:
        raise SourceError(TroubleKind.EXPIRED, f"{where} holds no token")
    if not (token.isascii() and token.isprintable()):
        raise SourceError(TroubleKind.EXPIRED, f"what {where} holds is no token: it has characters that none has")
    return token
