"""Names and messages that a cluster may hold, drawn as text."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from support.cluster import Cockpit, pod_of

from cockpit.gameday.api.kinds import PODS
from cockpit.gameday.world import World

Open = Callable[..., AbstractAsyncContextManager[Cockpit]]
HOSTILE = "[bold]\x1b[31mx\x1b]0;t\x07-漢字-a\u200bb\u202ec\ud7ff-" + "long" * 60


async def test_a_hostile_pod_is_one_row_among_others(world: World, cockpit_on: Open) -> None:
    obj = world.store.get(PODS, "shop", str(pod_of(world, "web")["metadata"]["name"])).copy()
    for field in ("uid", "resourceVersion", "ownerReferences"):
        obj["metadata"].pop(field, None)
    obj["metadata"] |= {"name": HOSTILE, "labels": {"app": "[red]x[/red]"}}
    obj["spec"]["nodeName"] = "\x1b[2Jnode"
    obj["status"] |= {"phase": "Failed", "reason": "[blink]\x07Evicted\n2", "message": "\x1b[2J" * 100}
    world.store.create(PODS, obj)
    async with cockpit_on(world.kubeconfig) as cockpit:
        await cockpit.until(lambda: "[bold]x-漢字-abc" in cockpit.pods)
        assert "[blink]" in cockpit.pods
        assert all(character.isprintable() or character == "\n" for character in cockpit.screen())
        assert {strip.cell_length for strip in cockpit.strips()} == {160}
        await cockpit.press("j", "k", "l")
        await cockpit.until(lambda: "Logs [bold]x" in cockpit.logs)
        assert any(name.startswith("api-") for name in cockpit.names())
