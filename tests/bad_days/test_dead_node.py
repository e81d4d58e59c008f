"""A node that dies: its pods only look well, their logs say why they cannot be read, and all other things go on."""

from pathlib import Path

from support.flight import fly
from support.practice import pods_of

from cockpit.gameday.cluster import Timings
from cockpit.gameday.scenarios import dead_node

NEVER = 36_000.0


async def test_a_pod_of_a_dead_node_says_why_its_log_cannot_be_read_and_the_others_are_read(tmp_path: Path) -> None:
    async with fly(dead_node(healthy_for=20.0, timings=Timings(eviction=NEVER)), tmp_path) as flight:
        await flight.finds("node2: does not answer", "pods on it only look healthy")
        pods = pods_of(flight.world, "api")
        await flight.press("/", *"api-", "enter")
        await flight.until(lambda: set(flight.names()) == {pod.name for pod in pods})
        await flight.press(" ", " ", " ", "l")
        await flight.until(lambda: flight.log_lines(b"no route to host"))
        (told,) = flight.log_lines(b"no route to host")
        assert b"the API server cannot reach the kubelet at " in told
        assert b"type: kubectl get nodes -o wide" in told
        read = len(flight.log_lines(b" INFO "))
        await flight.until(lambda: len(flight.log_lines(b" INFO ")) > read)
        assert "pods live" in flight.header
