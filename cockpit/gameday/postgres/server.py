"""Starts and stops a real PostgreSQL server on loopback, in a folder of its own that goes with it."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self

from cockpit.gameday.postgres import binaries

SUPERUSER = "postgres"
_SETTINGS = MappingProxyType(
    {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "max_connections": "100",
        "shared_preload_libraries": "pg_stat_statements",
        "track_io_timing": "on",
        "fsync": "off",
        "full_page_writes": "off",
        "synchronous_commit": "off",
        "shared_buffers": "16MB",
        "logging_collector": "off",
    }
)
_START_SECONDS = 30.0
_STOP_SECONDS = 10.0


class PostgresServer:
    """A PostgreSQL server with nothing in it. Everybody on loopback may log in without a password as any role."""

    def __init__(self, settings: Mapping[str, str] = MappingProxyType({}), *, port: int | None = None) -> None:
        """Prepare a server with these settings (postgresql.conf) on `port`, or on one that is free.

        Raises:
            NoPostgresError: No server is installed.
        """
        self.room = Path(tempfile.mkdtemp(prefix="cockpit-postgres-"))
        self.port = port or _free_port()
        self.log = self.room / "server.log"
        """What the server has said."""
        self.data = self.room / "data"
        self._settings = {**_SETTINGS, **settings, "port": str(self.port)}
        self._account = binaries.account()
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._own(self.room)
            self.folder = binaries.find(self.room)
            self._run("initdb", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", f"--username={SUPERUSER}")
        except BaseException:
            self.remove()
            raise

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Stop, and leave nothing behind."""
        self.remove()

    @property
    def pid(self) -> int:
        """Process id of the postmaster."""
        if self._process is None:
            raise RuntimeError("the server does not run")
        return self._process.pid

    def dsn(self, user: str = SUPERUSER, database: str = "postgres") -> str:
        """Give a connection string without a password."""
        return f"host=127.0.0.1 port={self.port} user={user} dbname={database}"

    def start(self) -> None:
        """Start, and return when it takes connections.

        Raises:
            RuntimeError: It did not start; the message holds what it said.
        """
        settings = [argument for item in self._settings.items() for argument in ("-c", "=".join(item))]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [self.folder / "bin" / "postgres", "-D", self.data, *settings],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self._as_account(),
            )
        end = time.monotonic() + _START_SECONDS
        while not self._ready():
            if self._process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise RuntimeError(f"PostgreSQL did not start:\n{self.log.read_text(errors='replace')}")
            time.sleep(0.02)

    def stop(self, *, at_once: bool = True) -> None:
        """Stop: end all sessions (`fast`), or drop everything like a crash does (`immediate`)."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGCONT)
        process.send_signal(signal.SIGQUIT if at_once else signal.SIGINT)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def restart(self) -> None:
        """Stop and start again on the same port."""
        self.stop(at_once=False)
        self.start()

    def remove(self) -> None:
        """Stop, and delete the folder."""
        self.stop()
        shutil.rmtree(self.room, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self.folder / "bin" / program, "-D", self.data, *arguments],
            capture_output=True,
            text=True,
            check=False,
            **self._as_account(),
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr or done.stdout}")

    def _as_account(self) -> dict[str, Any]:
        environ = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        options: dict[str, Any] = {"cwd": self.room, "env": environ}
        if self._account is not None:
            options |= {"user": self._account.pw_uid, "group": self._account.pw_gid, "extra_groups": []}
        return options

    def _own(self, folder: Path) -> None:
        if self._account is not None:
            os.chown(folder, self._account.pw_uid, self._account.pw_gid)

    def _ready(self) -> bool:
        """Tell whether the server says in its lock file that it takes connections."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > _STATUS_LINE and lines[_STATUS_LINE].strip() == "ready" and int(lines[0]) == self.pid


_STATUS_LINE = 7
"""Of postmaster.pid, counted from 0 (LOCK_FILE_LINE_PM_STATUS)."""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
