"""`pods/exec` over a WebSocket (subprotocol v5.channel.k8s.io), as kubectl has used it since 1.31."""

import msgspec
from aiohttp import WSMsgType, web

from cockpit.gameday.api.call import Call
from cockpit.gameday.api.errors import ApiError, bad_request
from cockpit.gameday.api.kinds import SERVICES
from cockpit.gameday.api.pod_logs import choose_container
from cockpit.gameday.api.shell import Output, Shell
from cockpit.gameday.api.store import Obj
from cockpit.gameday.controllers.environment import environment

PROTOCOLS = ("v5.channel.k8s.io", "v4.channel.k8s.io")
STDIN, STDOUT, STDERR, ERROR, CLOSE = 0, 1, 2, 3, 255
"""The first byte of each message says which stream it belongs to."""
PROMPT = "/app $ "
INTERRUPT, END_OF_FILE, BACKSPACES = "\x03", "\x04", "\x7f\x08"


async def pod_exec(call: Call) -> web.StreamResponse:
    """Run a command of the practice shell in a container.

    Raises:
        ApiError: 400, it does not run, or the request is no WebSocket.
    """
    pod = call.cluster.store.get(call.kind, call.info.namespace, call.info.name).obj
    container = choose_container(pod, call.query.get("container", ""))
    _require_running(pod, container)
    if call.request.headers.get("Upgrade", "").lower() != "websocket":
        raise bad_request("unable to upgrade: the practice world speaks WebSocket only")
    socket = web.WebSocketResponse(protocols=PROTOCOLS)
    await socket.prepare(call.request)
    session = ExecSession(socket, _shell(call, pod, container), is_terminal=call.flag("tty"))
    await session.run(call.request.query.getall("command", []))
    return socket


def _require_running(pod: Obj, container: str) -> None:
    status = pod.get("status") or {}
    if status.get("phase") in {"Succeeded", "Failed"}:
        phase = status["phase"]
        raise bad_request(f"cannot exec into a container in a completed pod; current phase is {phase}")
    states = {entry["name"]: entry["state"] for entry in status.get("containerStatuses", ())}
    if "running" not in states.get(container, {}):
        raise ApiError(500, "InternalError", f'unable to upgrade connection: container not found ("{container}")')


def _shell(call: Call, pod: Obj, container: str) -> Shell:
    store, namespace = call.cluster.store, call.info.namespace
    written = next(entry for entry in pod["spec"]["containers"] if entry["name"] == container)
    addresses = {service.name: str(service.obj["spec"].get("clusterIP")) for service in store.list(SERVICES, namespace)}
    return Shell(pod["metadata"]["name"], environment(store, namespace, written), addresses)


class ExecSession:
    """One command, from its first byte to its exit code.

    Args:
        socket: The WebSocket.
        shell: Runs the command.
        is_terminal: Whether the far end is in raw mode and wants to see what it types.
    """

    def __init__(self, socket: web.WebSocketResponse, shell: Shell, *, is_terminal: bool) -> None:
        self._socket = socket
        self._shell = shell
        self._is_terminal = is_terminal
        self._line = ""

    async def run(self, command: list[str]) -> None:
        """Run the command and say how it ended."""
        if self._shell.is_interactive(command):
            exit_code = await self._converse()
        else:
            output = self._shell.run(command)
            await self._print(output)
            exit_code = output.exit_code
        await self._send(ERROR, msgspec.json.encode(_status(exit_code)))
        await self._socket.close()

    async def _converse(self) -> int:
        """Read lines and run them until `exit` or the end of the input."""
        await self._prompt()
        async for message in self._socket:
            if message.type is not WSMsgType.BINARY or not message.data:
                continue
            channel, data = message.data[0], message.data[1:]
            if channel == CLOSE and data[:1] == bytes([STDIN]):
                return 0
            if channel != STDIN:
                continue
            for letter in data.decode(errors="replace"):
                exit_code = await self._type(letter)
                if exit_code is not None:
                    return exit_code
        return 0

    async def _type(self, letter: str) -> int | None:
        """Take one letter; give the exit code when it ends the conversation."""
        if letter in "\r\n":
            line, self._line = self._line.strip(), ""
            await self._echo("\r\n")
            words = line.split()
            if words[:1] == ["exit"]:
                return int(words[1]) if words[1:] and words[1].isdigit() else 0
            await self._print(self._shell.run_line(line))
            await self._prompt()
        elif letter == END_OF_FILE and not self._line:
            return 0
        elif letter == INTERRUPT:
            self._line = ""
            await self._echo("^C\r\n")
            await self._prompt()
        elif letter in BACKSPACES:
            if self._line:
                self._line = self._line[:-1]
                await self._echo("\b \b")
        else:
            self._line += letter
            await self._echo(letter)
        return None

    async def _prompt(self) -> None:
        await self._echo(PROMPT)

    async def _echo(self, text: str) -> None:
        if self._is_terminal:
            await self._send(STDOUT, text.encode())

    async def _print(self, output: Output) -> None:
        """Print what a command printed; a terminal has no standard error of its own."""
        for channel, text in ((STDOUT, output.text), (STDERR, output.problem)):
            if text and self._is_terminal:
                await self._send(STDOUT, text.replace("\n", "\r\n").encode())
            elif text:
                await self._send(channel, text.encode())

    async def _send(self, channel: int, data: bytes) -> None:
        await self._socket.send_bytes(bytes([channel]) + data)


def _status(exit_code: int) -> Obj:
    if not exit_code:
        return {"metadata": {}, "status": "Success"}
    return {
        "metadata": {},
        "status": "Failure",
        "message": f"command terminated with non-zero exit code: error executing command, exit code {exit_code}",
        "reason": "NonZeroExitCode",
        "details": {"causes": [{"reason": "ExitCode", "message": str(exit_code)}]},
    }
