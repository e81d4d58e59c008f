"""A practice world full of pods, in a process of its own: `python -m support.crowd PODS CHANGES LINES`.

The process prints a `CrowdFacts` as a line of JSON when it is ready, and another for each line on its standard input;
the line `quiet` first ends all changes and all printing. It ends with its standard input.
"""

import asyncio
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self
from unittest.mock import patch

import msgspec

from cockpit.gameday.api import listing
from cockpit.gameday.api.kinds import PODS
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.scenarios.crowd import NAMESPACE, crowd
from cockpit.gameday.scenarios.scenario import Scenario
from cockpit.gameday.world import USERS, World
from support.terminal import ROOT, plain_environment


class CrowdFacts(msgspec.Struct):
    """Where the server is, and what it has done so far."""

    url: str
    kubeconfig: Path
    path: str
    """Of the list of pods."""
    token: str
    first_page: float | None
    """When the first page of a list was ready to be sent, as `time.monotonic` tells it."""
    changes: int
    lines: int
    """What the first pod has printed."""


class Crowd:
    """The process, for the length of a `with` block."""

    def __init__(self, pods: int, *, changes: int = 0, lines: int = 0) -> None:
        """Have so many pods; `changes` of them change each second, and the first prints `lines` each second."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "support.crowd", str(pods), str(changes), str(lines)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=plain_environment(PYTHONPATH=f"{ROOT}:{ROOT / 'tests'}"),
        )
        self.facts = self._hear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.communicate()

    def look(self) -> CrowdFacts:
        """Tell what the server has done so far."""
        return self._say("look")

    def quiet(self) -> CrowdFacts:
        """End all changes and all printing; tell what was done."""
        return self._say("quiet")

    def _say(self, word: str) -> CrowdFacts:
        assert self._process.stdin is not None
        self._process.stdin.write(word.encode() + b"\n")
        self._process.stdin.flush()
        return self._hear()

    def _hear(self) -> CrowdFacts:
        assert self._process.stdout is not None
        return msgspec.json.decode(
            self._process.stdout.readline(), type=CrowdFacts, dec_hook=lambda _, text: Path(text)
        )


class _Server:
    """The world in its process."""

    def __init__(self, scenario: Scenario) -> None:
        self._quiet = asyncio.Event()
        self._play = scenario.play
        self._encode_list = listing.encode_list
        self._first_page: float | None = None
        self._world = World(msgspec.structs.replace(scenario, play=self._play_until_quiet))
        self._first_version = 0

    async def run(self) -> None:
        with patch.object(listing, "encode_list", self._note_page):
            async with self._world:
                self._first_version = self._world.store.version
                await self._say()
                while line := await asyncio.to_thread(sys.stdin.readline):
                    if line.strip() == "quiet":
                        self._quiet.set()
                        await asyncio.sleep(0.1)
                    await self._say()

    async def _play_until_quiet(self, cluster: Cluster) -> None:
        playing = asyncio.ensure_future(self._play(cluster))
        await self._quiet.wait()
        playing.cancel()

    def _note_page(self, *arguments: object) -> bytes:
        page = self._encode_list(*arguments)  # type: ignore[arg-type]
        self._first_page = self._first_page or time.monotonic()
        return page

    async def _say(self) -> None:
        store = self._world.store
        first = store.list(PODS, NAMESPACE)[0]
        await asyncio.sleep(0)  # the scenario opens the log when it begins to play
        run = self._world.cluster.logs.find(first.obj["status"]["containerStatuses"][0]["containerID"])
        facts = CrowdFacts(
            url=self._world.url,
            kubeconfig=self._world.kubeconfig,
            path=f"/api/v1/namespaces/{NAMESPACE}/pods",
            token=USERS[0].token,
            first_page=self._first_page,
            changes=store.version - self._first_version,
            lines=run.written if run is not None else 0,
        )
        sys.stdout.write(msgspec.json.encode(facts, enc_hook=str).decode() + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    pods, changes, lines = map(int, sys.argv[1:])
    asyncio.run(_Server(crowd(pods=pods, changes_per_second=changes, lines_per_second=lines)).run())
