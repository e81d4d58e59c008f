"""What the findings say while a server has answered, and the cluster has not."""

from collections.abc import Callable

from support.cockpit import Opened
from support.postgres_looks import backends, look
from support.shop import NOW, Shop, Told

from cockpit.reading import Reading, SourceError, TroubleKind
from cockpit.ui.app import CockpitApp


async def test_a_server_that_is_well_does_not_make_a_cluster_that_nobody_can_read_look_well(
    make_app: Callable[[Shop], CockpitApp],
) -> None:
    shop = Shop(())
    shop.pods = Told("kubernetes/pods", SourceError(TroubleKind.UNREACHABLE, "no route"))
    app = make_app(shop)
    async with app.run_test(size=(160, 45)) as pilot:
        cockpit = Opened(app, shop, pilot)
        await cockpit.until(lambda: "no route" in cockpit.screen())
        board = app.desks.session.board
        board.publish(Reading(source="postgres/shop-db", data=look(), taken_at=NOW))
        await cockpit.until(lambda: (reading := board.latest("diagnosis")) is not None and reading.data is not None)
        await pilot.pause()
        assert "Nothing known yet" in cockpit.screen()
        board.publish(Reading(source="postgres/shop-db", data=look(*backends(96)), taken_at=NOW))
        await cockpit.until(lambda: "96 of 97 usable connections, 96 idle" in cockpit.screen())
