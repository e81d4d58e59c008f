"""Who silences alerts: a desk for each Alertmanager."""

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from textual.app import App

from cockpit.clock import Clock
from cockpit.session import Session
from cockpit.sources.web.api import Api
from cockpit.sources.web.client import Web
from cockpit.sources.web.model import ALERTMANAGER
from cockpit.ui.actions.recorder import IncidentRecorder
from cockpit.ui.actions.silence_desk import SilenceDesk
from cockpit.ui.actions.silence_offers import SilenceSelection
from cockpit.ui.actions.write_switch import WriteSwitch
from cockpit.ui.tones import Tone
from cockpit.web_config import WebConfig

if TYPE_CHECKING:
    from cockpit.ui.incident.incident_desk import IncidentDesk


class Silencing:
    """Hands wishes to the desk of the Alertmanager that they are about."""

    def __init__(
        self,
        app: App[None],
        session: Session,
        apis: Mapping[str, Api],
        switch: WriteSwitch,
        record: "Callable[[], IncidentDesk | None]",
        tell: Callable[[str, Tone], None],
        clock: Clock,
    ) -> None:
        """Act on the Alertmanagers that answer at `apis`, as far as `switch` allows."""
        self._session = session
        self._switch = switch
        self._record = record
        recorder = IncidentRecorder(record)
        self._desks = {
            name: SilenceDesk(app, api, name, self._author, recorder, tell, clock) for name, api in apis.items()
        }

    async def offer(self, name: str, selection: SilenceSelection) -> None:
        """Offer what can be done to the alerts of an Alertmanager, and look anew at what has come of it."""
        if await self._desks[name].offer(selection, self._switch.permit):
            self._session.retry_now(f"{ALERTMANAGER}{name}")

    async def aclose(self) -> None:
        """Wait until what is running has its receipt."""
        await asyncio.gather(*(desk.aclose() for desk in self._desks.values()))

    def _author(self) -> str:
        """Tell who acts; the incident log knows."""
        record = self._record()
        return record.actor if record is not None else ""


def alertmanager_apis(config: WebConfig, environ: Mapping[str, str]) -> dict[str, Api]:
    """Give a way to each Alertmanager; secrets and proxies are in the environment."""
    web = Web(environ)
    return {name: Api(web, each.url, each) for name, each in config.alertmanager.items()}
