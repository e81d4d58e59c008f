"""Whose logs are read: those of the pod under the cursor until a person asks for others."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace
from textual.app import App
from textual.timer import Timer

from cockpit.clock import Clock
from cockpit.config import Config
from cockpit.logs.block import LogBlock, LogTarget
from cockpit.logs.buffer import LogBuffer
from cockpit.logs.spool import Spool
from cockpit.logs.tail import Tail
from cockpit.session import Session
from cockpit.sources.kubernetes.model import Pod
from cockpit.ui.logs import rates as log_rates
from cockpit.ui.logs.dialogs import pick_beside, pick_group
from cockpit.ui.logs.log_groups import LogGroups
from cockpit.ui.logs.logs_pane import LogsPane
from cockpit.ui.logs.selection import AnyTarget, LogSelection

MOST_STREAMS = 50
"""More streams than this are not opened at once: each is a connection to the API server."""
CURSOR_RESTS = 0.4
"""Seconds that the cursor must rest on a pod before its log is opened: moving through a list opens none."""


class LogsDesk:
    """Aims the tail at the streams that a person wants to read, as pods come and go."""

    def __init__(self, pane: LogsPane, session: Session, config: Config, clock: Clock) -> None:
        """Read what `session` looks at, and log groups, into buffers that `pane` shows."""
        self._pane = pane
        self._session = session
        self._config = config.logs
        self._groups = LogGroups(config.aws, clock)
        self._rates = log_rates.RatesReading(session.board, clock)
        pane.set_interval(log_rates.RATES_SECONDS, self._tell_rates)
        self._tail: Tail[AnyTarget] | None = None
        self._pods: Mapping[str, Pod] = {}
        self._selection: LogSelection | None = None
        self._targets: dict[AnyTarget, str] = {}
        """What is followed, with the uid of the pod that it was when it began; empty for a log group."""
        self._chosen = False
        self._resting: Timer | None = None
        self._next: Pod | None = None
        """To be read once the last words of the pod that is gone have come."""

    @property
    def pods_read(self) -> Sequence[Pod]:
        """The pods whose logs are read, as far as they are still there."""
        selection = self._selection
        return [] if selection is None else selection.among(self._pods)

    def rest_on(self, pod: Pod | None, *, led: bool) -> None:
        """Open the log of the pod under the cursor soon, unless a person chose what to read.

        A cursor that no person `led` there waits for the last words of a pod that is gone.
        """
        if self._chosen or pod is None:
            return
        self._stop_resting()
        self._next = None if led or not self._last_words_are_due() else pod
        if self._next is not None:
            return
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

    async def ask_group(self, app: App[Any]) -> None:
        """Ask for a log group, and follow it: beside what is read, or instead."""
        present = self._selection or LogSelection(tail_lines=self._config.tail_lines)
        group = await pick_group(app, self._groups, present.groups)
        if group is None or group in present.groups:
            return
        beside = await pick_beside(app, present.title, group) if present.title else False
        if beside is not None:
            self.read_group(group, beside=beside)

    def read_group(self, group: str, *, beside: bool) -> None:
        """Read a log group beside what is read, or instead."""
        before = self._selection or LogSelection(tail_lines=self._config.tail_lines)
        if not beside:
            before = LogSelection(since_seconds=before.since_seconds, tail_lines=before.tail_lines)
        self._chosen = True
        self._stop_resting()
        self._select(replace(before, groups=(*before.groups, group)))

    def update(self, pods: Mapping[str, Pod]) -> None:
        """Take over a reading of the pods: replicas that appeared are followed too."""
        self._pods = pods
        self._aim()
        self._tell_not_running()
        if self._next is not None:
            self.rest_on(pods.get(self._next.key), led=False)

    def reset(self) -> None:
        """Forget what was read: the scope has changed."""
        self._chosen = False
        self._stop_resting()
        self._selection = self._next = None
        self._pods = {}
        self._begin("")

    async def aclose(self) -> None:
        """End all streams."""
        if self._tail is not None:
            await self._tail.aclose()

    def _last_words_are_due(self) -> bool:
        """Tell whether the pod that is read is gone, and its log has not been told to its end."""
        gone = self._selection is not None and self._selection.pods[:1] and self._selection.pods[0] not in self._pods
        return bool(gone) and self._tail is not None and self._tail.ended < self._tail.targets

    def _stop_resting(self) -> None:
        if self._resting is not None:
            self._resting.stop()
            self._resting = None

    def _select(self, selection: LogSelection) -> None:
        self._selection, self._next = selection, None
        self._begin(selection.title)
        self._aim()
        self._tell_not_running()

    def _begin(self, title: str) -> None:
        """Start with an empty buffer; the streams that filled the old one are let go of."""
        if self._tail is not None:
            self._tail.aim(())
        room = self._config.spool_mb * 2**20
        buffer = LogBuffer(self._config.memory_mb * 2**20, Spool(self._config.directory, room) if room else None)
        tail = self._tail = Tail(self._open, buffer, self._pane.view.lines_arrived)
        self._targets.clear()
        self._rates.forget()
        self._pane.begin(buffer, title, lambda: tail.states)

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
            self._pane.view.lines_arrived()  # or none for now: the states have changed
        self._pane.leave_out(len(fresh) - len(opened))
        if self._selection.previous and self._pods and not self._targets:
            self._pane.say_nothing_to_read("no previous run: no container has restarted")

    def _tell_not_running(self) -> None:
        """Say why no line comes, where that is so; a run before and a log group have said all or know no container."""
        selection = self._selection
        reads_runs = selection is not None and not selection.previous and not selection.groups
        self._pane.say_not_running(self.pods_read if reads_runs else ())

    def _open(self, target: AnyTarget) -> AsyncIterator[LogBlock]:
        return self._session.follow(target) if isinstance(target, LogTarget) else self._groups.follow(target)

    def _tell_rates(self) -> None:
        self._rates.tell(self._pane.view.search.grep.survey.rates())

    def _uid(self, target: AnyTarget) -> str:
        if not isinstance(target, LogTarget):
            return ""
        return self._pods[f"{target.namespace}/{target.pod}"].uid
