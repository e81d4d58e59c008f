"""What is wrong in a practice world shows in its AWS, and is over there when it has been mended."""

from typing import Any

from support.outside import Outside, look_around
from support.practice import HASTY, pods_of

from cockpit.gameday.scenarios import failing_probe, rds_storage, steady, targets_unhealthy

HEALTHY = ("healthy", None)
MISMATCH = ("unhealthy", "Target.ResponseCodeMismatch")
WEB = "registry.shop.local/web:2.8.0"


def addresses(outside: Outside) -> set[str]:
    return {pod.obj["status"]["podIP"] for pod in pods_of(outside.world, "web")}


async def database_of(outside: Outside) -> dict[str, Any]:
    (told,) = (await outside.ask("rds", "describe_db_instances", DBInstanceIdentifier="shop-db"))["DBInstances"]
    database: dict[str, Any] = told
    return database


async def test_on_a_quiet_day_all_is_well() -> None:
    async with look_around(steady(), aws=True) as outside:
        instances = (await outside.ask("rds", "describe_db_instances"))["DBInstances"]
        assert {each["DBInstanceIdentifier"]: each["DBInstanceStatus"] for each in instances} == {
            "shop-db": "available",
            "shop-db-replica": "available",
        }
        assert instances[1]["ReadReplicaSourceDBInstanceIdentifier"] == "shop-db"
        (balancer,) = (await outside.ask("elbv2", "describe_load_balancers"))["LoadBalancers"]
        assert (balancer["Type"], balancer["State"]) == ("application", {"Code": "active"})
        assert await outside.targets() == dict.fromkeys(addresses(outside), HEALTHY)
        assert await outside.alarms() == set()
        assert (await outside.ask("cloudwatch", "describe_alarm_history"))["AlarmHistoryItems"] == []
        assert (await outside.ask("rds", "describe_pending_maintenance_actions"))["PendingMaintenanceActions"] == []
        identity = await outside.ask("sts", "get_caller_identity")
        assert identity["Arn"] == "arn:aws:sts::123456789012:assumed-role/practice/cockpit"


async def test_targets_are_unhealthy_though_their_pods_are_ready_until_the_release_is_undone() -> None:
    async with look_around(targets_unhealthy(healthy_for=0.0, timings=HASTY), aws=True) as outside:

        async def are(verdict: tuple[str, str | None]) -> None:
            await outside.until(
                outside.targets,
                lambda told: len(told) >= 2 and {each for each in told.values() if each[0] != "draining"} == {verdict},
            )

        await are(MISMATCH)
        await outside.practice.gets_well()
        await outside.until(outside.alarms, lambda names: names == {"shop-unhealthy-hosts", "shop-customers-affected"})
        probe = {"httpGet": {"path": "/healthz", "port": "http"}}
        await outside.practice.set_container("web", image=WEB, readinessProbe=probe)
        await are(HEALTHY)
        await outside.until(outside.alarms, lambda names: not names)
        assert {each[0] for each in (await outside.targets()).values()} <= {"healthy", "draining"}
        changes = await outside.ask("cloudwatch", "describe_alarm_history", AlarmName="shop-unhealthy-hosts")
        assert [each["HistorySummary"] for each in changes["AlarmHistoryItems"]] == [
            "Alarm updated from ALARM to OK",
            "Alarm updated from OK to ALARM",
        ]


async def test_the_storage_fills_up_and_comes_back_when_the_report_is_scaled_to_zero() -> None:
    async with look_around(rds_storage(healthy_for=0.0, timings=HASTY), aws=True, speed=60) as outside:
        full = await outside.until(lambda: database_of(outside), lambda told: told["DBInstanceStatus"] != "available")
        assert full["DBInstanceStatus"] == "storage-full"
        events = (await outside.ask("rds", "describe_events", Duration=60))["Events"]
        told = [each["Message"] for each in events if each["EventCategories"] == ["low storage"]]
        assert "is low at 1" in told[0]
        assert "has run out of storage" in told[1]
        assert "shop-db-free-storage" in await outside.alarms()
        await outside.practice.patch("/apis/apps/v1/namespaces/shop/deployments/report", {"spec": {"replicas": 0}})
        await outside.until(lambda: database_of(outside), lambda told: told["DBInstanceStatus"] == "available")
        await outside.until(outside.alarms, lambda names: not names)


async def test_the_5xx_of_the_targets_begin_with_a_release_that_leaves_nobody_ready() -> None:
    async with look_around(failing_probe(healthy_for=0.0, timings=HASTY), aws=True) as outside:
        await outside.until(outside.alarms, lambda names: "shop-5xx" in names)
        await outside.practice.set_container("api", env=[{"name": "PAYMENTS_URL", "$patch": "delete"}])
        await outside.until(outside.alarms, lambda names: not names)
