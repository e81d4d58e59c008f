"""Who is typing, and how that is known. Nothing is guessed: what cannot be known is left out.

The login uid is set by the kernel at login and survives su and sudo; SUDO_USER is what sudo says; the uid is what the
process runs as. SSH_CONNECTION goes stale when a tmux session is attached again, so that it does not count inside tmux:
there, the processes of the attached clients are asked instead, as far as they may be.
"""

import base64
import binascii
import hashlib
import os
import pwd
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

_NO_LOGIN = 2**32 - 1
"""The kernel's login uid of a process that nobody logged in for."""

_TMUX_SECONDS = 2.0
_PROC = Path("/proc")


class Who(msgspec.Struct, frozen=True):
    """A person at a keyboard."""

    name: str
    how: str
    """How the name is known, such as `login uid 1000, SSH from 192.0.2.7`."""


def name_of(uid: int) -> str:
    """Look up the account of a uid; `uid 1000` when it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"


def who(
    environ: Mapping[str, str],
    *,
    loginuid: Path = Path("/proc/self/loginuid"),
    uid: int | None = None,
    name_of: Callable[[int], str] = name_of,
) -> Who:
    """Tell who runs this process, by the best evidence that there is. `uid` is by default that of the process."""
    login = _login_uid(loginuid)
    if login is not None:
        name, how = name_of(login), f"login uid {login}"
    elif environ.get("SUDO_USER"):
        name, how = environ["SUDO_USER"], "SUDO_USER"
    else:
        own = os.getuid() if uid is None else uid
        name, how = name_of(own), f"uid {own}"
    return Who(name, how if "TMUX" in environ else ", ".join((how, *_over_ssh(environ))))


class _Client(NamedTuple):
    """A client as tmux tells of it."""

    tty: str
    pid: str
    user: str
    """Empty before tmux 3.3."""


def tmux_clients(
    environ: Mapping[str, str],
    *,
    run: Callable[..., "subprocess.CompletedProcess[str]"] = subprocess.run,
    owner: Callable[[str], str] | None = None,
    proc: Path = _PROC,
    name_of: Callable[[int], str] = name_of,
) -> tuple[Who, ...] | None:
    """List everybody who is attached to this tmux session and might be typing. Blocks for up to 2 s.

    Args:
        environ: that of the process: it names the tmux server and the pane.
        run: runs tmux.
        owner: names the account that a terminal device belongs to.
        proc: where the kernel tells of processes.
        name_of: names the account of a uid.

    Returns:
        Nobody outside tmux; None when tmux does not answer, so that nobody knows.
    """
    pane = environ.get("TMUX_PANE")
    if not pane or "TMUX" not in environ:
        return ()
    command = ["tmux", "list-clients", "-t", pane, "-F", "#{client_tty}\t#{client_pid}\t#{client_user}"]
    try:
        answer = run(
            command,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_TMUX_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    told = [
        _Client(*line.split("\t"))
        for line in answer.stdout.splitlines()
        if line.count("\t") == len(_Client._fields) - 1
    ]
    return tuple(_who_is(client, proc, owner or _owner, name_of) for client in told)


def _who_is(client: _Client, proc: Path, owner: Callable[[str], str], name_of: Callable[[int], str]) -> Who:
    """Name who is at a client: by the login of its process, else by whom tmux, or the terminal, says it belongs to."""
    how = [f"tmux client on {client.tty}"]
    login = _login_uid(proc / client.pid / "loginuid")
    if login is not None:
        how.append(f"login uid {login}")
    name = name_of(login) if login is not None else client.user or owner(client.tty)
    return Who(name, ", ".join((*how, *_over_ssh(_environment(proc / client.pid / "environ")))))


def _over_ssh(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Tell from where a login came, and with which key, if sshd says so (`ExposeAuthInfo yes`)."""
    address = environ.get("SSH_CONNECTION", "").partition(" ")[0]
    key = _fingerprint(Path(environ["SSH_USER_AUTH"])) if environ.get("SSH_USER_AUTH") else None
    return (*([f"SSH from {address}"] if address else ()), *([f"SSH key {key}"] if key else ()))


def _fingerprint(path: Path) -> str | None:
    """Read which public key was accepted, and name it as `ssh-keygen -l` does."""
    if not path.is_file():  # reading a pipe would never end
        return None
    try:
        lines = path.read_text("utf-8", "replace").splitlines()
        keys = [words[2] for words in map(str.split, lines) if len(words) > 2 and words[0] == "publickey"]
        digest = hashlib.sha256(base64.b64decode(keys[0], validate=True)).digest() if keys else None
    except (OSError, binascii.Error):
        return None
    return None if digest is None else f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}"


def _environment(path: Path) -> dict[str, str]:
    """Read the environment that a process was started with; nothing when it is somebody else's."""
    try:
        text = path.read_bytes().decode("utf-8", "replace")
    except OSError:
        return {}
    return dict(variable.split("=", 1) for variable in text.split("\0") if "=" in variable)


def _login_uid(path: Path) -> int | None:
    try:
        uid = int(path.read_text("ascii"))
    except (OSError, ValueError):
        return None
    return None if uid == _NO_LOGIN else uid


def _owner(tty: str) -> str:
    try:
        return name_of(Path(tty).stat().st_uid)
    except OSError:
        return "unknown"
