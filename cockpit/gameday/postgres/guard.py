"""Sees to it that a server does not outlive the process that started it, however that ends."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SCRIPT = """
read -r _
group=$(cat "$1/group") && kill -s KILL -- "-$group"
pid=$(head -n 1 "$1/data/postmaster.pid")
kill -s CONT "$pid"
kill -s QUIT "$pid"
sleep 1
kill -s KILL "$pid"
for _ in 1 2 3 4 5 6 7 8; do
    rm -rf "$1"
    [ -e "$1" ] || break
    sleep 1
done
"""
"""Waits for the end of its input, which comes when the other end of the pipe is closed: also when its holder is
killed. Then the server is ended and its folder removed, more than once if something that was just being started still
writes into it."""


class Guard:
    """A child process that ends a server and removes its folder when this process dies."""

    def __init__(self, room: Path) -> None:
        self._group = room / "group"
        self._child = subprocess.Popen(
            ["/bin/sh", "-c", _SCRIPT, "cockpit-postgres-guard", room],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,  # what ends us shall not end it
        )

    @contextmanager
    def watching(self, group: int) -> Iterator[None]:
        """End a process group too, if this process dies meanwhile."""
        self._group.write_text(str(group))
        try:
            yield
        finally:
            self._group.unlink(missing_ok=True)

    def dismiss(self) -> None:
        """End it without any effect, when all has been cleaned up."""
        self._child.kill()
        self._child.communicate()
