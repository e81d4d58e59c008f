"""Ports can be forwarded from the practice world, with the real kubectl and with frames of the test's own."""

import asyncio
import shutil
import struct
import zlib
from collections.abc import AsyncIterator

import aiohttp
import pytest
from support.practice import pods_of

from cockpit.actions.port_forwards import Forward, ForwardState, PortForwards
from cockpit.actions.shell import Kubectls
from cockpit.gameday.api.spdy import FrameReader, FrameWriter, Opened, Pinged, Received, dictionary
from cockpit.gameday.world import World
from cockpit.sources.kubernetes.kubectl import Kubectl

PROTOCOL = "SPDY/3.1+portforward.k8s.io"


class Desk:
    """The cockpit's port-forwards into a practice world."""

    def __init__(self, world: World) -> None:
        self._kubectls = Kubectls(Kubectl.on("practice", world.kubeconfig))
        self._changed = asyncio.Event()
        self.forwards = PortForwards(self._changed.set)

    async def open(self, target: str, port: int) -> Forward:
        child = self._kubectls.port_forward(target, "shop", port)
        await self.forwards.start(child, target, "shop", port)
        return await self.until(ForwardState.OPEN)

    async def until(self, state: ForwardState, error: str = "") -> Forward:
        async with asyncio.timeout(10):
            while True:
                self._changed.clear()
                forward = self.forwards.forwards[-1]
                if forward.state is state and error in forward.error:
                    return forward
                await self._changed.wait()


@pytest.fixture
async def desk(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Desk]:
    if shutil.which("kubectl") is None:
        pytest.skip("kubectl is not installed")
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
    desk = Desk(world)
    yield desk
    await desk.forwards.aclose()


async def test_a_service_answers_on_a_port_of_this_machine_again_and_again(desk: Desk) -> None:
    forward = await desk.open("service/web", 80)
    async with aiohttp.ClientSession() as client:
        for _ in range(3):
            async with client.get(f"http://127.0.0.1:{forward.local}/healthz") as answer:
                assert answer.status == 200
                assert (await answer.text()).startswith("web-")


async def test_a_port_on_which_nobody_listens_is_refused(desk: Desk) -> None:
    forward = await desk.open("pod/db-0", 9999)
    async with aiohttp.ClientSession() as client:
        with pytest.raises(aiohttp.ClientError):
            await client.get(f"http://127.0.0.1:{forward.local}/")
    await desk.until(ForwardState.ENDED, "lost connection to pod")


def opens(deflate: "zlib._Compress", stream: int, **headers: str) -> bytes:
    """Make the frame with which a stream is opened."""
    texts = [text.encode() for name, value in headers.items() for text in (name, value)]
    block = struct.pack(">I", len(headers)) + b"".join(struct.pack(">I", len(text)) + text for text in texts)
    held = struct.pack(">IIBB", stream, 0, 0, 0) + deflate.compress(block) + deflate.flush(zlib.Z_SYNC_FLUSH)
    return struct.pack(">HHI", 0x8003, 1, len(held)) + held


async def test_what_listens_in_a_pod_answers_as_it_answers_its_probe(world: World, api: aiohttp.ClientSession) -> None:
    name = pods_of(world, "web")[0].name
    deflate, reader, heard = zlib.compressobj(zdict=dictionary()), FrameReader(), dict[int, bytes]()
    path = f"/api/v1/namespaces/shop/pods/{name}/portforward"
    async with asyncio.timeout(5), api.ws_connect(path, protocols=(PROTOCOL,)) as socket:
        assert socket.protocol == PROTOCOL
        sent = opens(deflate, 1, streamtype="error", port="8081", requestid="0")
        sent += opens(deflate, 3, streamtype="data", port="8081", requestid="0")
        request = b"GET / HTTP/1.1\r\n\r\n"
        sent += struct.pack(">II", 3, len(request)) + request
        for at in range(0, len(sent), 7):  # a tunnel keeps no borders of frames
            await socket.send_bytes(sent[at : at + 7])
        async for message in socket:
            heard |= {each.stream: each.data for each in reader.feed(message.data) if isinstance(each, Received)}
            if set(heard) == {1, 3}:
                break
    assert heard[3].endswith(f"\r\n\r\n{name}: ok\n".encode())
    assert heard[1] == b""


def test_frames_are_read_however_they_are_cut() -> None:
    ping = struct.pack(">HHII", 0x8003, 6, 4, 1)
    data = FrameWriter().data(5, b"hello")
    opened = opens(zlib.compressobj(zdict=dictionary()), 1, port="80")
    reader, whole = FrameReader(), ping + data + opened
    read = [frame for at in range(len(whole)) for frame in reader.feed(whole[at : at + 1])]
    assert read == [Pinged(ping), Received(5, b"hello", is_last=True), Opened(1, {"port": "80"})]


async def test_a_pod_that_is_gone_ends_the_forwarding(world: World, api: aiohttp.ClientSession) -> None:
    name = pods_of(world, "web")[0].name
    path = f"/api/v1/namespaces/shop/pods/{name}"
    async with asyncio.timeout(5), api.ws_connect(f"{path}/portforward", protocols=(PROTOCOL,)) as socket:
        await api.delete(path, params={"gracePeriodSeconds": "0"})
        await socket.send_bytes(struct.pack(">HHII", 0x8003, 6, 4, 1))
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE


async def test_the_viewer_may_not_forward(world: World, api: aiohttp.ClientSession) -> None:
    headers = {"Authorization": "Bearer practice-viewer-token", "Upgrade": "websocket"}
    async with api.post("/api/v1/namespaces/shop/pods/db-0/portforward", headers=headers) as answer:
        assert answer.status == 403
