"""Each trouble around the shop, in AWS and on the web, from the first sign to the report."""

from pathlib import Path

from msgspec.structs import replace
from support.flight import SHORTENED, SPEED, fly
from support.practice import HASTY, container_of, pods_of

from cockpit.gameday.scenarios import rds_storage, targets_unhealthy, third_party_down, web_certificate

WELL_FOR = 60.0
"""Seconds of the practice world until the trouble begins: the cockpit has looked at AWS and the web by then."""


async def test_targets_that_fail_after_a_release_are_told_with_it_and_end_with_its_rollback(tmp_path: Path) -> None:
    scenario = targets_unhealthy(healthy_for=WELL_FOR, timings=HASTY)
    async with fly(scenario, tmp_path, outside=True) as flight:
        await flight.finds(
            "target group shop-web: all 2 targets unhealthy (pods of web)",
            "after revision 3",
            "codes: [404]",
            "fail open: requests are still sent to all of them",
        )
        plan = await flight.choose("rollback")
        assert "web: image registry.shop.local/web:2.9.2 → registry.shop.local/web:2.8.0" in plan
        await flight.confirm()
        await flight.is_over()
    assert flight.recorded("rollback deployment/web to revision 2", "rollout undo deployment/web --to-revision=2")
    assert flight.reports("target group shop-web: ", "unhealthy", "web")


async def test_a_storage_that_fills_up_is_told_before_it_is_full_and_comes_back(tmp_path: Path) -> None:
    scenario = rds_storage(healthy_for=2 * WELL_FOR, timings=HASTY)
    # CloudWatch, which says that there is room again, tells it by the minute; nobody waits so long for it here.
    policy = replace(SHORTENED, server_minutes=0)
    async with fly(scenario, tmp_path, outside=True, policy=policy, speed=2 * SPEED) as flight:
        await flight.finds("alert DatabaseStorageLow: fires (warning)")
        await flight.finds("RDS shop-db: is storage-full: ", "it takes no writes")
        await flight.press("2", "/", *"report", "enter")
        await flight.until(lambda: "report-" in flight.pods and "web-" not in flight.pods)
        plan = await flight.choose_here("scale", answer="0")
        assert "replicas 1 → 0" in plan
        await flight.confirm()
        await flight.is_over()
    assert flight.recorded("scale deployment/report to 0", "scale deployment/report --replicas=0")
    assert flight.reports("RDS shop-db: ", "storage")


async def test_a_certificate_that_was_renewed_but_not_loaded_is_shown_after_a_restart(tmp_path: Path) -> None:
    async with fly(web_certificate(timings=HASTY), tmp_path, outside=True) as flight:
        await flight.finds(
            "certificate shop.local: expires in 3 hours",
            "certificate shop-tls has been renewed until",
            "health shop-tls shows it",
        )
        before = {container_of(pod)["containerID"] for pod in pods_of(flight.world, "web")}
        await flight.choose("restart deployment/web")
        await flight.confirm()
        await flight.is_over()
        assert not before & {container_of(pod)["containerID"] for pod in pods_of(flight.world, "web")}
    assert flight.recorded("restart deployment/web", "rollout restart deployment/web")
    assert flight.reports("certificate shop.local: expires in 3 hours")


async def test_orders_do_without_a_third_party_that_is_down_and_stays_so(tmp_path: Path) -> None:
    scenario = third_party_down(healthy_for=WELL_FOR, timings=HASTY)
    async with fly(scenario, tmp_path, outside=True) as flight:
        await flight.finds("Paywell: API major outage", "Elevated error rates for payments")
        await flight.finds("Paywell: API major outage", "health api: answers, but says that it is not well")
        await flight.finds("alert ShopErrorRateHigh: fires (critical)")
        plan = await flight.choose("set env", answer="PAYMENTS=off")
        assert "api: env PAYMENTS" in plan
        await flight.confirm()
        await flight.until(lambda: not any(word in flight.findings for word in ("health api", "ShopErrorRate", "5xx")))
        assert "Paywell: API major outage" in flight.findings
        assert "alert PaymentProviderDown" in flight.findings
        record = flight.app.record
        await flight.until(lambda: record is not None and len(record.state.lasting) == 1)
    assert flight.recorded("set env of api in deployment/api", "set env deployment/api -c api PAYMENTS=off")
    assert flight.reports("alert ShopErrorRateHigh: ")
    assert not flight.reports("Paywell: ")
