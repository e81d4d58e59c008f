"""Does what plans say to the silences of an Alertmanager."""

from cockpit.actions.alertmanager.carry_out import add, expire
from cockpit.actions.pace import Carried, Pace
from cockpit.actions.plan import AddSilence, ExpireSilence, Target
from cockpit.clock import Clock, utc_now
from cockpit.sources.web.api import Api
from cockpit.sources.web.model import ALERTMANAGER


class AlertmanagerExecutor:
    """Acts on one Alertmanager."""

    def __init__(self, api: Api, name: str, clock: Clock = utc_now) -> None:
        """Act on the Alertmanager that the configuration calls `name`."""
        self._api = api
        self._name = name
        self._clock = clock

    async def context(self) -> str:
        """Tell for which Alertmanager: `web/alertmanager/main`."""
        return f"{ALERTMANAGER}{self._name}"

    async def carry_out(self, target: Target, pace: Pace) -> Carried:
        """Make or end a silence as the plan says, if it still is what it was."""
        match target.operation:
            case AddSilence() as operation:
                return await add(self._api, target, operation, self._clock(), pace)
            case ExpireSilence():
                return await expire(self._api, target, pace)
            case operation:
                raise TypeError(f"nothing that is done to an Alertmanager: {operation}")
