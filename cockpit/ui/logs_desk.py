"""Whose logs are read: those of the pod under the cursor until a person asks for others."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace
from textual.timer import Timer

from cockpit.config import LogsConfig
from cockpit.logs.block import LogTarget
from cockpit.logs.buffer import LogBuffer
from cockpit.logs.tail import OpenStream, Tail
from cockpit.sources.kubernetes.model import Pod
from cockpit.ui.log_selection import LogSelection
from cockpit.ui.logs_pane import LogsPane

MOST_STREAMS = 50
"""More streams than this are not opened at once: each is a connection to the API server."""
CURSOR_RESTS = 0.4
"""Seconds that the cursor must rest on a pod before its log is opened: moving through a list opens none."""


class LogsDesk:
    """Aims the tail at the streams that a person wants to read, as pods come and go."""

    def __init__(self, pane: LogsPane, open_stream: OpenStream, config: LogsConfig) -> None:
        """Read with `open_stream` into buffers that `pane` shows."""
        self._pane = pane
        self._open_stream = open_stream
        self._config = config
        self._tail: Tail | None = None
        self._pods: Mapping[str, Pod] = {}
        self._selection: LogSelection | None = None
        self._targets: dict[LogTarget, str] = {}
        """What is followed, with the uid of the pod that it was when it began."""
        self._chosen = False
        self._resting: Timer | None = None

    def rest_on(self, pod: Pod | None, *, led: bool) -> None:
        """Open the log of the pod under the cursor soon, unless a person chose what to read.

        A cursor that no person `led` there changes the log only for something worse or something else: replicas of a
        crash loop take turns at the top of the list.
        """
        if self._chosen or pod is None or (not led and self._still_as_bad(pod)):
            return
        self._stop_resting()
        since = self._selection.since_seconds if self._selection else None
        selection = LogSelection(pods=(pod.key,), since_seconds=since, tail_lines=self._config.tail_lines)
        if self._selection is None:
            self._select(selection)
        elif selection != self._selection:
            self._resting = self._pane.set_timer(CURSOR_RESTS, lambda: self._select(selection))

    def choose(self, pods: Sequence[Pod], *, previous: bool, workload: bool) -> None:
        """Read these pods, or all replicas of the workload of the first of them."""
        self._chosen = True
        self._stop_resting()
        selection = LogSelection(previous=previous, tail_lines=self._config.tail_lines)
        if workload:
            selection = replace(selection, namespace=pods[0].namespace, workload=pods[0].workload)
        else:
            selection = replace(selection, pods=tuple(pod.key for pod in pods))
        self._select(selection)

    def since(self, seconds: int | None) -> None:
        """Begin that far back; None: with the newest lines."""
        if self._selection is not None:
            self._select(replace(self._selection, since_seconds=seconds))

    def turn_previous(self) -> None:
        """Read the previous run of the same containers, or the present one again."""
        if self._selection is not None:
            self._chosen = True
            self._select(replace(self._selection, previous=not self._selection.previous))

    def update(self, pods: Mapping[str, Pod]) -> None:
        """Take over a reading of the pods: replicas that appeared are followed too."""
        self._pods = pods
        self._aim()

    def reset(self) -> None:
        """Forget what was read: the scope has changed."""
        self._chosen = False
        self._stop_resting()
        self._selection = None
        self._pods = {}
        self._begin("")

    async def aclose(self) -> None:
        """End all streams."""
        if self._tail is not None:
            await self._tail.aclose()

    def _still_as_bad(self, worst: Pod) -> bool:
        """Tell whether the pod that is read belongs with the worst one, and is no better off."""
        shown = self._pods.get(self._selection.pods[0]) if self._selection and self._selection.pods else None
        return shown is not None and shown.workload == worst.workload and shown.health <= worst.health

    def _stop_resting(self) -> None:
        if self._resting is not None:
            self._resting.stop()
            self._resting = None

    def _select(self, selection: LogSelection) -> None:
        self._selection = selection
        self._begin(selection.title)
        self._aim()

    def _begin(self, title: str) -> None:
        """Start with an empty buffer; the streams that filled the old one are let go of."""
        if self._tail is not None:
            self._tail.aim(())
        buffer = LogBuffer(self._config.memory_mb * 2**20)
        self._tail = Tail(self._open_stream, buffer, self._pane.view.lines_arrived)
        self._targets.clear()
        self._pane.begin(buffer, title)

    def _aim(self) -> None:
        """Follow what the selection means now. Streams of pods that are gone stay until their end is told."""
        if self._selection is None or self._tail is None:
            return
        wanted = {target: self._uid(target) for target in self._selection.targets(self._pods)}
        over = [target for target in self._tail.ended if self._targets[target] != wanted.get(target)]
        for target in over:
            del self._targets[target]
        if over:
            self._tail.aim(self._targets)
        fresh = [target for target in wanted if target not in self._targets]
        opened = fresh[: MOST_STREAMS - len(self._targets)]
        if opened:
            self._targets.update((target, wanted[target]) for target in opened)
            self._tail.aim(self._targets)
        self._pane.leave_out(len(fresh) - len(opened))
        if self._selection.previous and self._pods and not self._targets:
            self._pane.say_nothing_to_read("no previous run: no container has restarted")

    def _uid(self, target: LogTarget) -> str:
        return self._pods[f"{target.namespace}/{target.pod}"].uid
