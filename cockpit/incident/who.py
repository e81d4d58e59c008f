"""Who is typing, and how that is known. Nothing is guessed: what cannot be known is left out.

The login uid is set by the kernel at login and survives su and sudo; SUDO_USER is what sudo says; the uid is what the
process runs as. SSH_CONNECTION goes stale when a tmux session is attached again, so that it does not count inside tmux.
"""

import os
import pwd
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

_NO_LOGIN = 2**32 - 1
"""The kernel's login uid of a process that nobody logged in for."""

_TMUX_SECONDS = 2.0


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
    address = environ.get("SSH_CONNECTION", "").partition(" ")[0]
    if address and "TMUX" not in environ:
        how = f"{how}, SSH from {address}"
    return Who(name, how)


def tmux_clients(
    environ: Mapping[str, str],
    *,
    run: Callable[..., "subprocess.CompletedProcess[str]"] = subprocess.run,
    owner: Callable[[str], str] | None = None,
) -> tuple[Who, ...]:
    """List everybody who is attached to this tmux session and might be typing. Blocks for up to 2 s.

    Empty outside tmux, and when tmux does not answer. `owner` names the account that a terminal device belongs to.
    """
    pane = environ.get("TMUX_PANE")
    if not pane or "TMUX" not in environ:
        return ()
    command = ["tmux", "list-clients", "-t", pane, "-F", "#{client_tty}"]
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
        return ()
    return tuple(Who((owner or _owner)(tty), f"tmux client on {tty}") for tty in answer.stdout.split())


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
