"""Health endpoints say what the pods behind them say, over HTTP and HTTPS."""

import ssl
from datetime import timedelta
from typing import Any

import httpx
import pytest
from cryptography import x509
from support.outside import Outside, look_around
from support.practice import HASTY

from cockpit.clock import utc_now
from cockpit.gameday.api.kinds import CERTIFICATES
from cockpit.gameday.scenarios import expired_certificate, failing_probe, steady, web_certificate


async def health(outside: Outside, name: str) -> httpx.Response:
    return await outside.get(outside.web.health[name])


def shown_by(outside: Outside) -> x509.Certificate:
    """Give the certificate of the HTTPS endpoint as a new connection sees it, whether it verifies or not."""
    url = httpx.URL(outside.web.health["shop-tls"])
    assert url.port is not None
    return x509.load_pem_x509_certificate(ssl.get_server_certificate((url.host, url.port)).encode())


async def certificate_of(outside: Outside) -> x509.Certificate:
    import asyncio

    return await asyncio.to_thread(shown_by, outside)


async def test_a_service_with_endpoints_is_well() -> None:
    async with look_around(steady(), web=True) as outside:
        for name in ("shop", "api"):
            answer = await health(outside, name)
            assert (answer.status_code, answer.json()["status"]) == (200, "ok")
        assert answer.json()["pods"] == {"ready": 3, "all": 3}


async def test_a_service_without_endpoints_says_503_until_it_has_some_again() -> None:
    async with look_around(failing_probe(healthy_for=0.0, timings=HASTY), web=True) as outside:

        async def ask() -> Any:
            return await health(outside, "api")

        answer = await outside.until(ask, lambda answer: answer.status_code == 503)
        assert answer.json()["status"] == "unavailable"
        shop = await health(outside, "shop")
        assert (shop.status_code, shop.json()["status"]) == (200, "degraded")
        await outside.practice.set_container("api", env=[{"name": "PAYMENTS_URL", "$patch": "delete"}])
        await outside.until(ask, lambda answer: answer.status_code == 200)


async def test_the_certificate_verifies_with_the_authority_of_the_facts_and_not_without() -> None:
    async with look_around(steady(), web=True) as outside:
        trusted = ssl.create_default_context(cafile=outside.web.ca_file)
        async with httpx.AsyncClient(verify=trusted, trust_env=False) as client:
            assert (await client.get(outside.web.health["shop-tls"])).status_code == 200
        async with httpx.AsyncClient(trust_env=False) as client:
            with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                await client.get(outside.web.health["shop-tls"])
        left = (await certificate_of(outside)).not_valid_after_utc - utc_now()
        assert left > timedelta(days=60)


async def test_pods_that_go_on_with_an_old_certificate_are_restarted() -> None:
    async with look_around(web_certificate(timings=HASTY), web=True) as outside:
        renewed = outside.world.store.get(CERTIFICATES, "shop", "shop-tls").obj["status"]["notAfter"]
        assert renewed > (utc_now() + timedelta(days=60)).isoformat()
        left = (await certificate_of(outside)).not_valid_after_utc - utc_now()
        assert timedelta(hours=3) < left <= timedelta(hours=4)
        restarted = {"metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": "2026-11-21T14:00:00Z"}}}
        path = "/apis/apps/v1/namespaces/shop/deployments/web"
        await outside.practice.patch(path, {"spec": {"template": restarted}})
        newest = await outside.until(
            lambda: certificate_of(outside),
            lambda certificate: certificate.not_valid_after_utc - utc_now() > timedelta(days=60),
        )
        assert newest.issuer.rfc4514_string() == "CN=Practice Authority"


async def test_the_endpoint_shows_what_cert_manager_has_and_its_renewal_at_once() -> None:
    async with look_around(expired_certificate(healthy_for=0.0, timings=HASTY), web=True) as outside:
        assert (await certificate_of(outside)).not_valid_after_utc <= utc_now()
        path = "/apis/cert-manager.io/v1/namespaces/shop/certificates/shop-tls"
        asked = {"type": "Issuing", "status": "True", "reason": "ManuallyTriggered", "message": "renew"}
        await outside.practice.patch(f"{path}/status", {"status": {"conditions": [asked]}}, kind="merge")
        await outside.until(
            lambda: certificate_of(outside),
            lambda certificate: certificate.not_valid_after_utc - utc_now() > timedelta(days=80),
        )
