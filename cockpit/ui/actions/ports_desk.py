"""Ports of the cluster on this machine: a list of what is open, and how one is opened and closed."""

from collections.abc import Callable, Sequence

from textual.app import App

from cockpit.actions.port_forwards import Forward, ForwardState, PortForwards
from cockpit.actions.rights import denial
from cockpit.actions.shell import Kubectls
from cockpit.clock import Clock
from cockpit.reading import SourceError
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.rights import Rights
from cockpit.ui.actions.forwards_dialog import ForwardsDialog
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.question import Question

_HIGHEST = 65535


class PortsDesk:
    """Opens and closes port-forwards. Belongs to one cluster."""

    def __init__(self, app: App[None], cluster: Cluster, tell: Callable[[str, Tone], None], clock: Clock) -> None:
        """Reach `cluster`; `tell` says how it goes."""
        self._app = app
        self._kubectls = Kubectls(cluster.kubectl, cluster.profile)
        self._rights = Rights(cluster, clock)
        self._tell = tell
        self._dialog: ForwardsDialog | None = None
        self._states: dict[int, ForwardState] = {}
        self._closing: set[int] = set()
        """Those that end because a person wants it."""
        self._forwards = PortForwards(self._changed)

    async def show(self, target: str, namespace: str, ports: Sequence[int]) -> None:
        """Show the open ports; `target` such as `service/api` can be added to them, unless it is empty."""
        while True:
            self._dialog = ForwardsDialog(self._forwards.forwards, target)
            wish = await self._app.push_screen_wait(self._dialog)
            self._dialog = None
            if wish is None:
                return
            if wish == ForwardsDialog.ADD:
                await self._add(target, namespace, ports)
            else:
                self._closing.add(int(wish))
                await self._forwards.stop(int(wish))

    @property
    def open_ports(self) -> Sequence[Forward]:
        """The ports that were opened and not closed."""
        return self._forwards.forwards

    async def aclose(self) -> None:
        """Close all ports."""
        self._closing.update(each.number for each in self._forwards.forwards)
        await self._forwards.aclose()

    async def _add(self, target: str, namespace: str, ports: Sequence[int]) -> None:
        first = str(ports[0]) if ports else ""
        known = f", known: {', '.join(map(str, ports))}" if ports else ""
        hint = f"PORT of {target}, or LOCAL:PORT{known}"
        typed = await self._app.push_screen_wait(Question(f"Port of {target}", first, hint, parse_ports))
        if not typed:
            return
        local, port = parse_ports(typed)
        child = self._kubectls.port_forward(target, namespace, port, local)
        if denied := await denial(self._rights, child.rights):
            self._tell(f"port-forward of {target} is not allowed: {denied}", "wrong")
            return
        try:
            await self._forwards.start(child, target, namespace, port, local)
        except SourceError as error:
            self._tell(f"{error.message}; try: {error.remedy}" if error.remedy else error.message, "wrong")

    def _changed(self) -> None:
        """Bring the list up to date, and tell of ports that have opened, or ended by themselves."""
        forwards = self._forwards.forwards
        if self._dialog is not None:
            self._dialog.show(forwards)
        for each in forwards:
            if each.number in self._closing or each.state is self._states.get(each.number):
                continue
            if each.state is ForwardState.OPEN:
                self._tell(f"{each.target}:{each.port} is at 127.0.0.1:{each.local}", "well")
            elif each.state is ForwardState.ENDED:
                self._tell(f"port-forward of {each.target} has ended: {each.error}", "wrong")
        self._states = {each.number: each.state for each in forwards}


def parse_ports(typed: str) -> tuple[int, int]:
    """Understand `PORT` or `LOCAL:PORT`: the port on this machine (0: one that is free), and that of the target.

    Raises:
        ValueError: it is neither.
    """
    local, colon, port = typed.rpartition(":")
    numbers = [local or "0", port] if not colon or local else []
    if not numbers or not all(each.isascii() and each.isdecimal() and int(each) <= _HIGHEST for each in numbers):
        raise ValueError(f"{typed!r} is neither PORT nor LOCAL:PORT" if typed else "a port is needed")
    if int(port) == 0:
        raise ValueError("0 is no port")
    return int(numbers[0]), int(port)
