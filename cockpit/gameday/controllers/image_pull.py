"""How a kubelet gets the image of a container onto its node, or says why it cannot."""

from collections.abc import Callable
from typing import Literal

from cockpit.gameday.api.store import Obj
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.registry import Image, PullError

IMAGE_BYTES = 62_976_964
NEVER = "ErrImageNeverPull"

Record = Callable[[Literal["Normal", "Warning"], str, str], None]
"""Records an event about the container: type, reason, message."""
Wait = Callable[[str, str], None]
"""Says in the container's status why it waits: reason, message."""


class ImagePull:
    """Pulls one container's image for one node.

    Args:
        cluster: Where the node and the registry are.
        container: Its entry in the pod's spec.
        pulled: Images that the node has, by tag.
        record: Takes the events.
        wait: Takes the waiting reasons.
    """

    def __init__(self, cluster: Cluster, container: Obj, pulled: dict[str, Image], record: Record, wait: Wait) -> None:
        self._cluster = cluster
        self._reference: str = container["image"]
        self._policy: str = container.get("imagePullPolicy", "IfNotPresent")
        self._pulled = pulled
        self._record = record
        self._wait = wait

    async def run(self) -> Image:
        """Give the image; tries again, after a back-off that doubles, until it can be had."""
        backoff = self._cluster.timings.backoff
        while True:
            if self._policy != "Always" and self._reference in self._pulled:
                message = f'Container image "{self._reference}" already present on machine'
                self._record("Normal", "Pulled", message)
                return self._pulled[self._reference]
            if self._policy == "Never":
                self._refuse_to_pull()
            else:
                try:
                    return await self._pull()
                except PullError as problem:
                    await self._fail(str(problem))
            await self._cluster.pace.sleep(backoff)
            backoff = min(2 * backoff, self._cluster.timings.backoff_limit)

    async def _pull(self) -> Image:
        self._record("Normal", "Pulling", f'Pulling image "{self._reference}"')
        took = self._cluster.timings.pull_image
        await self._cluster.pace.sleep(took)
        image = self._cluster.registry.pull(self._reference)
        self._pulled[self._reference] = image
        span = f"{took:g}s ({took:g}s including waiting). Image size: {IMAGE_BYTES} bytes."
        self._record("Normal", "Pulled", f'Successfully pulled image "{self._reference}" in {span}')
        return image

    async def _fail(self, problem: str) -> None:
        self._record("Warning", "Failed", f'Failed to pull image "{self._reference}": {problem}')
        self._record("Warning", "Failed", "Error: ErrImagePull")
        self._wait("ErrImagePull", problem)
        await self._cluster.pace.sleep(self._cluster.timings.pull_image)
        message = f'Back-off pulling image "{self._reference}"'
        self._record("Normal", "BackOff", message)
        self._record("Warning", "Failed", "Error: ImagePullBackOff")
        self._wait("ImagePullBackOff", f"{message}: ErrImagePull: {problem}")

    def _refuse_to_pull(self) -> None:
        message = f'Container image "{self._reference}" is not present with pull policy of Never'
        self._record("Warning", NEVER, message)
        self._record("Warning", "Failed", f"Error: {NEVER}")
        self._wait(NEVER, message)
