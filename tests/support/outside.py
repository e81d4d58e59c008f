"""Practice worlds with an AWS and services on the web around them, and clients that know nothing of how they work."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import boto3
import httpx
from botocore.config import Config

from cockpit.gameday.aws.facts import KEY, REGION
from cockpit.gameday.aws.practice_aws import PracticeAws
from cockpit.gameday.postgres.database import Database
from cockpit.gameday.scenarios import Scenario
from cockpit.gameday.web.facts import WebFacts
from cockpit.gameday.web.practice_web import PracticeWeb
from support.practice import Practice, practise

LONG_ENOUGH = 20.0


class Outside:
    """A practice world, and somebody who looks at it from outside."""

    def __init__(self, practice: Practice, aws: PracticeAws | None, web: PracticeWeb | None) -> None:
        self.practice = practice
        self.world = practice.world
        self.aws = aws
        self._web = web
        self._clients: dict[str, Any] = {}

    @property
    def web(self) -> WebFacts:
        assert self._web is not None
        assert self._web.facts is not None
        return self._web.facts

    async def ask(self, service: str, call: str, **arguments: Any) -> Any:
        """Call AWS as boto3 does, once."""

        def answer() -> Any:
            if service not in self._clients:
                self._clients[service] = self._client(service)
            return getattr(self._clients[service], call)(**arguments)

        return await asyncio.to_thread(answer)

    def _client(self, service: str) -> Any:
        assert self.aws is not None
        session = boto3.Session(aws_access_key_id=KEY, aws_secret_access_key=KEY, region_name=REGION)
        once: Any = Config(retries={"total_max_attempts": 1}, read_timeout=LONG_ENOUGH)
        return session.client(service, endpoint_url=self.aws.endpoint_url, config=once)

    async def until(self, look: Callable[[], Any], enough: Callable[[Any], bool]) -> Any:
        """Look again and again until what is seen is enough, and give it."""
        async with asyncio.timeout(LONG_ENOUGH):
            while True:
                seen = await look()
                if enough(seen):
                    return seen
                await asyncio.sleep(0.05)

    async def targets(self) -> dict[str, tuple[str, str | None]]:
        """Give state and reason of the targets, by address."""
        groups = (await self.ask("elbv2", "describe_target_groups"))["TargetGroups"]
        told = await self.ask("elbv2", "describe_target_health", TargetGroupArn=groups[0]["TargetGroupArn"])
        return {
            each["Target"]["Id"]: (each["TargetHealth"]["State"], each["TargetHealth"].get("Reason"))
            for each in told["TargetHealthDescriptions"]
        }

    async def alarms(self) -> set[str]:
        """Give the names of the alarms that are in ALARM."""
        told = await self.ask("cloudwatch", "describe_alarms", StateValue="ALARM")
        return {alarm["AlarmName"] for alarm in (*told["MetricAlarms"], *told["CompositeAlarms"])}

    async def firing(self) -> set[str]:
        """Give the names of the alerts that fire and are not silenced."""
        alerts = await self.get(f"{self.web.alertmanager}/api/v2/alerts?silenced=false")
        return {alert["labels"]["alertname"] for alert in alerts.json()}

    async def measured(self, promql: str) -> float:
        """Give the value of a query with one answer."""
        answer = await self.get(f"{self.web.prometheus}/api/v1/query", query=promql)
        (series,) = answer.json()["data"]["result"]
        return float(series["value"][1])

    async def get(self, url: str, **query: str) -> httpx.Response:
        async with httpx.AsyncClient(trust_env=False) as client:
            return await client.get(url, params=query or None)


@asynccontextmanager
async def look_around(
    scenario: Scenario,
    *,
    aws: bool = False,
    web: bool = False,
    speed: float = 20,
    database: Database | None = None,
    late: float = 0.0,
) -> AsyncIterator[Outside]:
    """Start a practice world with what is asked for around it; AWS answers, `late` by seconds, once it is there."""
    cloud = PracticeAws(after=late) if aws else None
    services = PracticeWeb() if web else None
    async with practise(scenario, speed, database, aws=cloud, web=services) as practice:
        if cloud is not None:
            async with asyncio.timeout(LONG_ENOUGH):
                await cloud.ready.wait()
        yield Outside(practice, cloud, services)
