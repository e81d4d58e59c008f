"""A provider's outage stands on its status page and in the errors of the shop, until the shop does without it."""

from typing import Any

from support.outside import Outside, look_around
from support.practice import HASTY

from cockpit.gameday.scenarios import steady, third_party_down


async def summary(outside: Outside) -> dict[str, Any]:
    answer: dict[str, Any] = (await outside.get(f"{outside.web.status}/api/v2/summary.json")).json()
    return answer


async def error_rate(outside: Outside) -> float:
    return await outside.measured("100 * service:errors:ratio_rate1m")


async def test_all_systems_are_operational_on_a_quiet_day() -> None:
    async with look_around(steady(), web=True) as outside:
        told = await summary(outside)
        assert told["status"] == {"indicator": "none", "description": "All Systems Operational"}
        assert {component["status"] for component in told["components"]} == {"operational"}
        assert told["incidents"] == told["scheduled_maintenances"] == []


async def test_an_outage_makes_errors_until_payments_are_switched_off() -> None:
    async with look_around(third_party_down(healthy_for=0.0, timings=HASTY), web=True) as outside:
        told = await outside.until(lambda: summary(outside), lambda told: told["incidents"])
        assert told["status"]["indicator"] == "critical"
        assert [each["name"] for each in told["components"] if each["status"] == "major_outage"] == ["API", "Checkout"]
        assert told["incidents"][0]["incident_updates"][0]["status"] == "investigating"
        await outside.until(lambda: error_rate(outside), lambda rate: rate > 20)
        assert await outside.measured("service:latency_seconds:p95") > 2
        assert (await outside.get(outside.web.health["api"])).json()["checks"]["payments"] == {"status": "down"}
        await outside.practice.set_container("api", env=[{"name": "PAYMENTS", "value": "off"}])
        await outside.until(lambda: error_rate(outside), lambda rate: rate == 0)
        await outside.until(outside.firing, lambda names: names == {"PaymentProviderDown"})
        assert (await summary(outside))["incidents"]
        assert (await outside.get(outside.web.health["api"])).json()["status"] == "ok"
