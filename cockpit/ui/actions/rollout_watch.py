"""Follows rollouts that actions have begun to their end, tells how they go on, and has the end recorded."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any

from textual.app import App

from cockpit.actions.progress import Progress, Stage, follow
from cockpit.actions.receipt import Outcome, Receipt
from cockpit.actions.resource import Ref
from cockpit.reading import TroubleKind
from cockpit.session import Session
from cockpit.sources.kubernetes import kind_names
from cockpit.sources.kubernetes.rollout import Workload
from cockpit.ui.tones import Tone

if TYPE_CHECKING:
    from cockpit.sources.kubernetes.connection import Cluster

PATIENCE = 900.0
"""Seconds for which a rollout is followed."""

_TONES: dict[Stage, Tone] = {Stage.GOES_ON: "changing", Stage.DONE: "well", Stage.FAILED: "wrong"}
_ENDS = {
    Stage.DONE: "rolled out",
    Stage.FAILED: "failed to roll out",
    Stage.TIMED_OUT: "is followed no longer",
    Stage.LOST: "is followed no longer",
}
_READINGS = {
    "Deployment": kind_names.DEPLOYMENTS,
    "StatefulSet": kind_names.STATEFUL_SETS,
    "DaemonSet": kind_names.DAEMON_SETS,
}


class RolloutWatch:
    """Follows one rollout of each workload of a cluster: a later one takes the place of the one before."""

    def __init__(
        self,
        app: App[None],
        session: Session,
        cluster: "Cluster",
        tell: Callable[[str, Tone], None],
        record: Callable[[str], Awaitable[None]],
    ) -> None:
        """Follow in the background of `app`.

        Args:
            app: whose end ends the watch.
            session: whose readings tell how a rollout goes on, as long as it looks at `cluster`.
            cluster: where the workloads are.
            tell: says how it goes.
            record: writes into the incident log how it ended.
        """
        self._app = app
        self._session = session
        self._cluster = cluster
        self._tell = tell
        self._record = record

    def begin(self, receipt: Receipt) -> None:
        """Follow what an action has begun, where that is a rollout."""
        target = receipt.targets[0] if receipt.targets else None
        if target is None or target.outcome is not Outcome.DONE or not target.generation:
            return
        if target.ref.kind in _READINGS:
            group = f"rollout of {target.ref.kind} {target.ref.namespace}/{target.ref.name}"
            self._app.run_worker(
                self._follow(target.ref, target.generation), group=group, exclusive=True, exit_on_error=False
            )

    async def _follow(self, ref: Ref, generation: int) -> None:
        progress: Progress | None = None
        async for progress in follow(self._readings(ref), ref.uid, generation, PATIENCE):
            self._tell(f"{ref}: {progress.message}", _TONES.get(progress.stage, "doubtful"))
        if progress is not None:
            await self._record(f"{ref} {_ENDS[progress.stage]}: {progress.message}")

    async def _readings(self, ref: Ref) -> AsyncIterator[Workload | None]:
        """Yield the workload as it is read, until it is read no longer."""
        async for reading in self._session.board.subscribe([_READINGS[ref.kind]]):
            elsewhere = self._session.cluster is not self._cluster
            if elsewhere or self._session.namespace not in ("", ref.namespace):
                return
            if reading.trouble is not None and reading.trouble.kind is TroubleKind.DENIED:
                return
            data: Any = reading.data
            if data is not None and data.resource_version:
                yield data.objects.get(f"{ref.namespace}/{ref.name}")
