"""How the log widget looks."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from cockpit.logs.block import LineKind

SIZES = pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=["80x24", "160x45"])
X2, K8, P5 = (f"api-7f9c6d-{end}/api" for end in ("x2lqp", "k8wzt", "p5hmn"))

Compare = Callable[..., bool]
State = Callable[[Any], Awaitable[None]]


def write_morning(host: Any) -> None:
    """Let three replicas log a bad start."""
    for number in range(20):
        host.write(
            b"INFO  GET /api/orders/%d 200 %d ms" % (4711 + number, 12 + number),
            b"DEBUG pool: 3 idle, 2 in use, waiting for none; last checkout by /api/orders after 0.2 ms",
            stream=X2,
        )
        host.write(b"WARN  pool: checkout took %d ms" % (800 + number * 37), stream=K8)
        host.write(
            b'{"level":"error","msg":"timeout while connecting to shop-db:5432","attempt":%d}' % number,
            b"ERROR DATABASE_URL not set",
            stream=P5,
        )


async def following(host: Any) -> None:
    write_morning(host)
    await host.until_status("40 errors")
    await host.until_shown("DATABASE_URL")


async def paused(host: Any) -> None:
    await following(host)
    await host.run_action("scroll_pages(-1)", host.view)
    host.write(b"INFO  GET /healthz 200 1 ms", stream=X2)


async def highlighted(host: Any) -> None:
    await following(host)
    host.view.search.look_for("timeout|checkout")
    await host.until_status('"timeout|checkout" 60')
    await host.run_action("previous_match", host.view)


async def filtered(host: Any) -> None:
    await following(host)
    host.view.search.look_for("attempt.:1[0-9]")
    host.view.search.set_context(1, 1)
    await host.run_action("toggle_filter", host.view)
    await host.until_status(" 10")


async def wrapped(host: Any) -> None:
    host.write(b"INFO  " + b"a long line of plain words that goes on " * 8, stream=X2)
    host.write(("ERROR データベースに接続できません。" * 8).encode(), stream=K8)
    host.write(b"at cockpit.Main(Main.java:12)\n\tat java.base/java.lang.Thread.run(Thread.java:840)"[:29], stream=K8)
    host.write(b"\tat java.base/java.lang.Thread.run(Thread.java:840)", stream=K8)
    await host.run_action("toggle_wrap", host.view)
    await host.run_action("cycle_stamps", host.view)
    await host.until_shown("840")


async def remarks(host: Any) -> None:
    host.write(b"ERROR DATABASE_URL not set", b"exit status 1", stream=X2)
    host.write(b"the container ended with exit code 1 and was started again", stream=X2, kind=LineKind.RESTART)
    host.write(b"INFO  starting", stream=X2)
    host.write(b"connection lost 14:08:55Z to 14:09:21Z, lines may be missing", stream=K8, kind=LineKind.GAP)
    host.write(b"INFO  GET /api/orders 200 11 ms", stream=K8)
    host.write(
        b"this log cannot be read: the credentials have expired; log in again with: aws sso login --profile prod",
        stream=P5,
        kind=LineKind.TROUBLE,
    )
    host.write(b"INFO  GET /api/orders 200 12 ms", stream=K8)
    host.write(b"the pod was deleted", stream=K8, kind=LineKind.END)
    await host.until_shown("deleted")


async def hostile(host: Any) -> None:
    host.write(
        b"[bold]x[/] [@click=app.quit]press me[/]",
        b"\x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b[2J\x1b[H cleared?",
        b"10 %\r20 %\r100 % done",
        b"invalid \xff\xfe UTF-8, NUL \x00, bell \x07, half an escape \x1b[",
        "wide 日本語, emoji 👩‍👩‍👧 🏳️‍🌈, right to left \u202eevil\u202c".encode(),
        "a pile of marks e\u0301\u0302\u0303\u0304\u0305\u0306".encode(),
        b"x" * 10_000_000,
        b"",
        b"after all that",
        stream=X2,
    )
    await host.until_shown("after all that")


STATES: list[State] = [following, paused, highlighted, filtered, wrapped, remarks, hostile]


@SIZES
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_it_looks_like_its_picture(snap_compare: Compare, host: Any, state: State, size: tuple[int, int]) -> None:
    async def arrange(_: object) -> None:
        await state(host)

    assert snap_compare(host, terminal_size=size, run_before=arrange)
