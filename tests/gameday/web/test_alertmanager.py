"""The practice Alertmanager tells what fires, and keeps silences as the real one does."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from support.outside import Outside, look_around
from support.practice import HASTY

from cockpit.clock import utc_now
from cockpit.gameday.scenarios import steady, third_party_down


def silence(**more: Any) -> dict[str, Any]:
    now = utc_now()
    matcher = {"name": "alertname", "value": "Payment.*", "isRegex": True, "isEqual": True}
    times = {"startsAt": now.isoformat(), "endsAt": (now + timedelta(hours=1)).isoformat()}
    return {"matchers": [matcher], **times, "createdBy": "ana", "comment": "known", **more}


async def send(outside: Outside, method: str, path: str, body: Any = None) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.request(method, f"{outside.web.alertmanager}/api/v2/{path}", json=body)


async def test_alerts_fire_while_their_rules_hold_and_can_be_silenced_for_a_while() -> None:
    async with look_around(third_party_down(healthy_for=0.0, timings=HASTY), web=True) as outside:
        await outside.until(outside.firing, lambda names: {"PaymentProviderDown", "ShopErrorRateHigh"} <= names)
        identifier = (await send(outside, "POST", "silences", silence())).json()["silenceID"]
        assert "PaymentProviderDown" not in await outside.firing()
        alerts = (await send(outside, "GET", "alerts")).json()
        (suppressed,) = (each for each in alerts if each["labels"]["alertname"] == "PaymentProviderDown")
        assert suppressed["status"]["state"] == "suppressed"
        assert suppressed["status"]["silencedBy"] == [identifier]
        assert (await send(outside, "DELETE", f"silence/{identifier}")).status_code == 200
        assert "PaymentProviderDown" in await outside.firing()
        listed = (await send(outside, "GET", "silences")).json()
        assert [(each["id"], each["status"]["state"]) for each in listed] == [(identifier, "expired")]
        (group,) = (
            each
            for each in (await send(outside, "GET", "alerts/groups")).json()
            if each["labels"] == {"alertname": "PaymentProviderDown"}
        )
        assert group["alerts"][0]["annotations"]["summary"] == "The payment provider does not answer"


async def test_a_silence_is_changed_under_its_id_and_replaced_when_it_means_others() -> None:
    async with look_around(steady(), web=True) as outside:
        first = (await send(outside, "POST", "silences", silence())).json()["silenceID"]
        later = (utc_now() + timedelta(hours=5)).isoformat()
        assert (await send(outside, "POST", "silences", silence(id=first, endsAt=later))).json()["silenceID"] == first
        others = [{"name": "alertname", "value": "ApiDown", "isRegex": False}]
        second = (await send(outside, "POST", "silences", silence(id=first, matchers=others))).json()["silenceID"]
        assert second != first
        listed = (await send(outside, "GET", "silences")).json()
        assert {each["id"]: each["status"]["state"] for each in listed} == {first: "expired", second: "active"}


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"matchers": []}, 400),
        ({"matchers": [{"name": "alertname", "value": ".*", "isRegex": True}]}, 400),
        ({"endsAt": "2020-01-01T00:00:00Z"}, 400),
        ({"matchers": "all"}, 400),
        ({"id": "00000000-0000-4000-8000-000000000000"}, 404),
    ],
)
async def test_a_silence_that_makes_no_sense_is_refused(more: dict[str, Any], status: int) -> None:
    async with look_around(steady(), web=True) as outside:
        assert (await send(outside, "POST", "silences", silence(**more))).status_code == status
        assert (await send(outside, "GET", "silences")).json() == []


async def test_nothing_fires_on_a_quiet_day() -> None:
    async with look_around(steady(), web=True) as outside:
        taken = outside.world.cluster.pace.now()

        async def newest() -> Any:
            return (await outside.measured("service:requests:rate1m"), outside.world.cluster.pace.now() - taken)

        await outside.until(newest, lambda seen: seen[1] > timedelta(seconds=1.2))
        assert await outside.firing() == set()
        assert (await send(outside, "DELETE", "silence/none")).status_code == 404
