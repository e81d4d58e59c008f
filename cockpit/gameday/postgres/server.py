"""Starts and stops a real PostgreSQL server on loopback, in a folder of its own that goes with it."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self

from cockpit.gameday.postgres import binaries
from cockpit.gameday.postgres.guard import Guard

SUPERUSER = "postgres"
_HOST = "127.0.0.1"
_NICE = 5
"""How much initdb stands back: a cockpit draws its first frame meanwhile."""
_LONGEST = 60
"""Bytes of the folder's path: that of a socket has 104 at most (sockaddr_un), and 41 of them are ours."""
_SHORT = "/tmp"  # noqa: S108  (the folder in it is made by mkdtemp)
_SETTINGS = MappingProxyType(
    {
        "listen_addresses": _HOST,
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
    """A PostgreSQL server with nothing in it, which goes when this process goes."""

    def __init__(
        self,
        settings: Mapping[str, str] = MappingProxyType({}),
        *,
        port: int | None = None,
        access: Sequence[str] = (),
        folder: Path | None = None,
    ) -> None:
        """Take a folder and a port for a server.

        Args:
            settings: As in postgresql.conf.
            port: Where it listens; None: on one that is free.
            access: Lines of pg_hba.conf; none: everybody on loopback may log in without a password as any role.
            folder: Where `bin/postgres` is; None: of the server that is found first.

        Raises:
            NoPostgresError: No server is installed.
        """
        self.folder = folder or binaries.find()
        self._reservation = _reserve(port or 0)
        self.room = _make_room()
        self.port: int = self._reservation.getsockname()[1]
        self.log = self.room / "server.log"
        """What the server has said."""
        self.data = self.room / "data"
        self._settings = {**_SETTINGS, **settings, "port": str(self.port), "unix_socket_directories": str(self.room)}
        self._access = tuple(access)
        self._account = binaries.account()
        self._process: subprocess.Popen[bytes] | None = None
        self._initdb: subprocess.Popen[bytes] | None = None
        self._is_interrupted = False
        self._guard = Guard(self.room)
        self._own(self.room)

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Stop, and leave nothing behind."""
        self.remove()

    @property
    def socket(self) -> Path:
        """The socket through which only this account and root can reach the server."""
        return self.room / f".s.PGSQL.{self.port}"

    @property
    def pid(self) -> int:
        """Process id of the postmaster."""
        if self._process is None:
            raise RuntimeError("the server does not run")
        return self._process.pid

    def dsn(self, user: str = SUPERUSER, database: str = "postgres") -> str:
        """Give a connection string without a password."""
        return f"host={_HOST} port={self.port} user={user} dbname={database}"

    def start(self, *, openly: bool = True) -> None:
        """Start, and return when it takes connections.

        Args:
            openly: On its port, too, rather than through its socket alone.

        Raises:
            RuntimeError: It did not start; the message holds what it said.
        """
        if not self.data.exists():
            self._prepare()
        if openly:
            self._reservation.close()
        chosen = self._settings if openly else {**self._settings, "listen_addresses": ""}
        settings = [argument for item in chosen.items() for argument in ("-c", "=".join(item))]
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

    def interrupt(self) -> None:
        """Let `start`, in another thread, fail soon if it has not come to the server itself."""
        self._is_interrupted = True
        if self._initdb is not None and self._initdb.poll() is None:
            os.killpg(self._initdb.pid, signal.SIGKILL)

    def restart(self) -> None:
        """Stop and start again on the same port."""
        self.stop(at_once=False)
        self.start()

    def remove(self) -> None:
        """Stop, and delete the folder."""
        self.stop()
        self._reservation.close()
        shutil.rmtree(self.room, ignore_errors=True)
        self._guard.dismiss()

    def _prepare(self) -> None:
        """Make the data directory, giving way to whatever else there is to do."""
        self.folder = binaries.startable(self.folder, self.room)
        options = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", f"--username={SUPERUSER}")
        with subprocess.Popen(
            [self.folder / "bin" / "initdb", "-D", self.data, *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **self._as_account(),
        ) as made:
            self._initdb = made
            os.setpriority(os.PRIO_PROCESS, made.pid, _NICE)
            with self._guard.watching(made.pid):
                if self._is_interrupted:
                    self.interrupt()
                said, _ = made.communicate()
        if made.returncode:
            raise RuntimeError(f"initdb: {said.decode(errors='replace')}")
        if self._access:
            (self.data / "pg_hba.conf").write_text("\n".join((*self._access, "")))

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


def _make_room() -> Path:
    """Make a folder to which the server's account may walk, and in which the path of a socket is not too long."""
    usual = Path(tempfile.gettempdir())
    fits = binaries.reachable(usual) and len(os.fsencode(usual)) <= _LONGEST
    return Path(tempfile.mkdtemp(prefix="cockpit-postgres-", dir=usual if fits else _SHORT))


def _reserve(port: int) -> socket.socket:
    """Keep a port, or one that is free, from everybody who takes any; nobody can connect to it meanwhile."""
    reservation = socket.socket()
    reservation.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    reservation.bind((_HOST, port))
    return reservation
