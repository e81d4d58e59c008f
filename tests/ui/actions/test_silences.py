"""Silences are made and ended from the page of the alerts, from the key to the receipt."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec.structs import replace
from support.flight import Flight, fly
from support.practice import HASTY

from cockpit.config import Config
from cockpit.gameday.scenarios import third_party_down

FIRES = "PaymentProviderDown"
REASON = "Paywell knows and works on it"


@asynccontextmanager
async def at_the_alerts(
    directory: Path, *, write: bool = True, adjust: Callable[[Config], Config] = lambda config: config
) -> AsyncIterator[Flight]:
    """Open the page of the alerts while a third party is down, with the cursor on the alert about it."""
    scenario = third_party_down(healthy_for=0.0, timings=HASTY)
    async with fly(scenario, directory, write=write, outside=True, adjust=adjust) as flight:
        await flight.finds(f"alert {FIRES}: fires")
        await flight.press("6")
        await flight.shows("Health", "LAST CHECKS")
        await flight.press("right", "right", "/", *FIRES, "enter")
        await flight.until(lambda: f"/{FIRES}" in flight.screen() and "warning" in flight.screen())
        yield flight


def protecting(config: Config) -> Config:
    """Ask for care with all Alertmanagers."""
    careful = {name: replace(each, protected=True) for name, each in config.web.alertmanager.items()}
    return replace(config, web=replace(config.web, alertmanager=careful))


async def silence(flight: Flight, *, duration: str = "1 h", reason: str = REASON) -> str:
    """Ask for a silence of what has the cursor, and read the plan."""
    return await flight.choose_here("silence", then=(duration,), answer=reason)


async def test_an_alert_is_silenced_and_its_silence_expired(tmp_path: Path) -> None:
    async with at_the_alerts(tmp_path) as flight:
        plan = await silence(flight)
        assert f'alertname="{FIRES}"' in plan
        assert "alerts that fire are silenced for 1h" in plan
        await flight.confirm()
        await flight.tells("silence", "on practice: done")
        await flight.until(lambda: "silenced" in flight.screen() and "until " in flight.screen())
        await flight.until(lambda: not any(FIRES in title for title in flight.titles))
        plan = await flight.choose_here("expire silence")
        assert "people are told again of 1 alerts that fire" in plan
        await flight.confirm()
        await flight.tells("expire silence", "on practice: done")
        await flight.until(lambda: any(FIRES in title for title in flight.titles))
        ended = next(told.partition(":")[0] for told in flight.told if told.startswith("expire silence"))
    assert flight.recorded(ended.removesuffix(" …"), f"silence expire {ended.split()[2]}")
    assert REASON in flight.report().replace("\\", "")


async def test_nothing_is_silenced_while_the_cockpit_is_read_only(tmp_path: Path) -> None:
    async with at_the_alerts(tmp_path, write=False) as flight:
        assert "the cockpit is read-only in context web/alertmanager/practice" in await silence(flight)


async def test_a_silence_needs_a_reason(tmp_path: Path) -> None:
    async with at_the_alerts(tmp_path) as flight:
        await flight.press("a", *"silence", "enter")
        await flight.shows("30 min", "8 h")
        await flight.press("enter")
        await flight.shows("others have to know why nobody is told")
        await flight.press("enter")
        await flight.shows("a reason is needed")


async def test_a_protected_alertmanager_asks_for_its_name(tmp_path: Path) -> None:
    async with at_the_alerts(tmp_path, adjust=protecting) as flight:
        await silence(flight, duration="30 min")
        await flight.press("enter")
        await flight.shows("context web/alertmanager/practice is protected: type practice to confirm")
        assert not any("silence" in told and "done" in told for told in flight.told)
        await flight.press(*"practice")
        await flight.confirm()
        await flight.tells("silence", "on practice: done")


async def test_the_alert_of_a_finding_is_silenced_from_the_findings(tmp_path: Path) -> None:
    async with at_the_alerts(tmp_path) as flight:
        await flight.press("1")
        await flight.focus()
        while FIRES not in (finding.title if (finding := flight.app.cockpit.findings.selected) else ""):
            await flight.press("down")
        await silence(flight)
        await flight.confirm()
        await flight.tells("silence", "on practice: done")
