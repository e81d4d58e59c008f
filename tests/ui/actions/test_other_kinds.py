"""Autoscalers and certificates are changed from where they are listed."""

from cockpit.gameday.api.kinds import AUTOSCALERS, CERTIFICATES
from cockpit.ui.actions.plan_dialog import PlanDialog
from cockpit.ui.widgets.picker import Picker

from .conftest import Practise, go_to


async def test_an_autoscaler_may_go_further_and_is_told_what_the_nodes_take(practise: Practise) -> None:
    async with practise() as flight:
        await go_to(flight, "Autoscalers", "api")
        plan = await flight.choose_here("set maximum", answer="2000")
        assert "maxReplicas 6 → 2000" in plan
        assert "3 pods now, 3 desired, at least 3" in plan
        assert "the nodes without taints have room for at most " in plan
        assert "quota shop has room for " in plan
        await flight.confirm()
        assert flight.world.store.get(AUTOSCALERS, "shop", "api").obj["spec"]["maxReplicas"] == 2000
    assert "set maximum of hpa/api to 2000 \N{EM DASH} done" in flight.report()


async def test_a_certificate_that_is_still_valid_is_renewed(practise: Practise) -> None:
    async with practise() as flight:
        await go_to(flight, "Certificates", "shop-tls")
        revision = flight.world.store.get(CERTIFICATES, "shop", "shop-tls").obj["status"]["revision"]
        assert "condition Issuing none → True" in await flight.choose_here("renew")
        await flight.confirm()
        await flight.until(
            lambda: flight.world.store.get(CERTIFICATES, "shop", "shop-tls").obj["status"]["revision"] > revision
        )
    assert "cmctl renew shop-tls -n shop --context practice" in flight.report()


async def test_whoever_may_not_renew_a_certificate_is_told_before(practise: Practise) -> None:
    async with practise(context="practice-viewer") as flight:
        await go_to(flight, "Certificates", "shop-tls")
        await flight.press("a")
        await flight.until(lambda: isinstance(flight.app.screen, Picker))
        await flight.shows("not allowed: may not patch certificates.cert-manager.io/status")
        await flight.press("enter")
        await flight.tells("renew certificate/shop-tls is not allowed", "auth can-i patch certificates")
        assert not isinstance(flight.app.screen, PlanDialog)
