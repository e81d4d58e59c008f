"""A real pgbouncer for tests, where it is installed."""

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

_START_SECONDS = 10.0


def program() -> str:
    """Give the path of pgbouncer, or skip the test."""
    found = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    return found or pytest.skip("pgbouncer is not installed")


@contextmanager
def pgbouncer(room: Path, server_port: int, settings: Mapping[str, str]) -> Iterator[int]:
    """Run a pgbouncer in front of a server on loopback; give its port. It lets in postgres without a password."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    users, file = room / "users.txt", room / "pgbouncer.ini"
    users.write_text('"postgres" ""\n')
    every = {
        "listen_addr": "127.0.0.1",
        "listen_port": str(port),
        "unix_socket_dir": "",
        "auth_type": "trust",
        "auth_file": str(users),
        **settings,
    }
    lines = [f"{key} = {value}" for key, value in every.items()]
    file.write_text("\n".join(["[databases]", f"* = host=127.0.0.1 port={server_port}", "[pgbouncer]", *lines, ""]))
    account = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None  # it refuses to run as root
    for folder in (room, *room.parents)[:-1]:
        if account is not None and not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o011)
    with subprocess.Popen([program(), "-q", file], stderr=subprocess.PIPE, user=account) as process:
        try:
            _wait_until_it_listens(port, process)
            yield port
        finally:
            process.terminate()
            process.communicate()


def _wait_until_it_listens(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("pgbouncer did not start") from None
            time.sleep(0.02)
        else:
            return
