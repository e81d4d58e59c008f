"""A real tmux server of one's own, with clients that are attached in pseudo-terminals."""

import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from support.terminal import PtyProcess, plain_environment


class Tmux:
    """A server with one session, `main`, that runs one program. The person's own server is left alone."""

    def __init__(self, socket: str, home: Mapping[str, str]) -> None:
        """Prepare a server on the named socket, without anybody's configuration."""
        self._command = ["tmux", "-L", socket, "-f", "/dev/null"]
        self._environ = plain_environment(**home)
        self._clients: list[PtyProcess] = []

    @staticmethod
    def installed() -> bool:
        """Whether there is a tmux to test with."""
        return shutil.which("tmux") is not None

    def run(self, program: Sequence[str]) -> None:
        """Start the session with this program; afterwards it shows the exit status."""
        line = f'{shlex.join(program)}; echo "left with $?"; read rest'
        self._ask("new-session", "-d", "-s", "main", "-x", "80", "-y", "24", line)

    def attach(self, size: tuple[int, int]) -> PtyProcess:
        """Attach a client of this size."""
        self._clients.append(PtyProcess([*self._command, "attach", "-t", "main"], size, self._environ))
        return self._clients[-1]

    def told(self, what: str) -> str:
        """Ask the server about the session, in tmux's own format: `#{pane_pid}`."""
        return self._ask("display-message", "-p", "-t", "main", what).strip()

    def screen(self) -> str:
        """What the program has on its screen, whoever is attached."""
        return self._ask("capture-pane", "-p", "-t", "main")

    def detach(self) -> None:
        """Detach every client, and wait until they have gone."""
        self._ask("detach-client", "-s", "main")
        for client in self._clients:
            client.exit_status()
            client.close()
        self._clients.clear()

    def close_session(self) -> None:
        """End the session; its program is told by a hang-up."""
        self._ask("kill-session", "-t", "main")

    def close(self) -> None:
        """End the server and its clients."""
        socket = self._ask("start-server", ";", "display-message", "-p", "#{socket_path}").strip()
        self._ask("kill-server")
        Path(socket).unlink(missing_ok=True)
        for client in self._clients:
            client.close()

    def _ask(self, *words: str) -> str:
        asked = subprocess.run(
            [*self._command, *words], capture_output=True, text=True, env=self._environ, timeout=10, check=False
        )
        return asked.stdout
