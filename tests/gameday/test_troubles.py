"""The small troubles of the shop: each says what a real cluster says, and is mended by ordinary writes."""

import pytest
from support.practice import DEPLOYMENTS_URL, HASTY, container_of, pods_of, practise, told, waiting

from cockpit.gameday.api.kinds import AUTOSCALERS, DAEMON_SETS, DEPLOYMENTS, JOBS, QUOTAS, VOLUME_CLAIMS
from cockpit.gameday.api.store import Obj
from cockpit.gameday.controllers.deployment_status import find_condition
from cockpit.gameday.scenarios import trouble


async def test_a_worker_beyond_the_quota_is_not_made() -> None:
    async with practise(trouble("quota", healthy_for=0.0)) as practice:
        world = practice.world

        def failure() -> Obj:
            worker = world.store.get(DEPLOYMENTS, "shop", "worker")
            return find_condition(worker.obj, "ReplicaFailure") or {}

        await world.until(lambda: bool(told(world, "FailedCreate")))
        message = told(world, "FailedCreate")[0]
        assert message.startswith('Error creating: pods "worker-')
        assert "is forbidden: exceeded quota: shop, requested: requests.memory=128Mi, used: requests.memory=" in message
        assert message.endswith("limited: requests.memory=1Gi")
        await world.until(lambda: failure().get("reason") == "FailedCreate")
        quota = {"spec": {"hard": {"requests.memory": "8Gi"}}}
        await practice.patch("/api/v1/namespaces/shop/resourcequotas/shop", quota)
        await world.until(lambda: len(pods_of(world, "worker")) == 5)
        await practice.gets_well()
        assert world.store.get(QUOTAS, "shop", "shop").obj["status"]["hard"]["requests.memory"] == "8Gi"


async def test_a_claim_waits_for_its_storage_class() -> None:
    async with practise(trouble("pvc-pending", healthy_for=0.0)) as practice:
        world = practice.world
        await world.until(lambda: bool(told(world, "FailedScheduling")))
        assert "pod has unbound immediate PersistentVolumeClaims" in told(world, "FailedScheduling")[0]
        await world.until(lambda: bool(told(world, "ProvisioningFailed")))
        assert told(world, "ProvisioningFailed") == ['storageclass.storage.k8s.io "fast-ssd" not found']
        storage_class = {"metadata": {"name": "fast-ssd"}, "provisioner": "csi.shop.local"}
        assert await practice.send("POST", "/apis/storage.k8s.io/v1/storageclasses", storage_class) == 201
        await practice.gets_well()
        assert world.store.get(VOLUME_CLAIMS, "shop", "search-index").obj["status"]["phase"] == "Bound"


async def test_a_job_fails_for_good_after_its_retries() -> None:
    async with practise(trouble("failing-job", healthy_for=0.0, timings=HASTY)) as practice:
        world = practice.world

        def failed() -> Obj:
            job = world.store.find(JOBS, "shop", "invoices")
            return (find_condition(job.obj, "Failed") if job is not None else None) or {}

        await world.until(lambda: failed().get("reason") == "BackoffLimitExceeded")
        assert world.store.get(JOBS, "shop", "invoices").obj["status"]["failed"] == 3
        assert told(world, "BackoffLimitExceeded") == ["Job has reached the specified backoff limit"]
        assert await practice.send("DELETE", "/apis/batch/v1/namespaces/shop/jobs/invoices") == 200
        await practice.gets_well()


async def test_a_rush_takes_the_autoscaler_to_its_maximum_until_that_is_raised() -> None:
    def status() -> Obj:
        found: Obj = practice.world.store.get(AUTOSCALERS, "shop", "api").obj["status"]
        return found

    def limited() -> Obj:
        return next((entry for entry in status().get("conditions", ()) if entry["type"] == "ScalingLimited"), {})

    async with practise(trouble("hpa-at-max", healthy_for=0.0), speed=100) as practice:
        world = practice.world
        await world.until(lambda: limited().get("reason") == "TooManyReplicas" and status()["currentReplicas"] == 6)
        assert status()["currentMetrics"][0]["resource"]["current"]["averageUtilization"] > 80
        path = "/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/api"
        await practice.patch(path, {"spec": {"maxReplicas": 24}})
        await world.until(lambda: limited()["status"] == "False" and status()["currentReplicas"] > 12)
        assert any(message.startswith("New size: ") for message in told(world, "SuccessfulRescale"))


@pytest.mark.parametrize("mend", ["make the map", "do without"])
async def test_a_missing_map_keeps_containers_from_being_made(mend: str) -> None:
    async with practise(trouble("config-missing", healthy_for=0.0, timings=HASTY)) as practice:
        world = practice.world
        await world.until(lambda: "CreateContainerConfigError" in waiting(pods_of(world, "api")))
        assert 'Error: configmap "api-config-v2" not found' in told(world, "Failed")
        if mend == "make the map":
            made = {"metadata": {"name": "api-config-v2"}, "data": {"LOG_LEVEL": "debug"}}
            assert await practice.send("POST", "/api/v1/namespaces/shop/configmaps", made) == 201
        else:
            await practice.set_container("api", envFrom=None)
        await practice.gets_well()


async def test_a_migration_that_fails_holds_the_pods_back() -> None:
    async with practise(trouble("init-fails", healthy_for=0.0, timings=HASTY)) as practice:
        world = practice.world

        def migrations() -> list[Obj]:
            statuses = [pod.obj["status"].get("initContainerStatuses", ()) for pod in pods_of(world, "api")]
            return [entry for entries in statuses for entry in entries]

        def is_looping(entry: Obj) -> bool:
            return bool(entry["state"].get("waiting", {}).get("reason") == "CrashLoopBackOff")

        await world.until(lambda: any(map(is_looping, migrations())))
        (pod, *_) = [pod for pod in pods_of(world, "api") if pod.obj["status"].get("initContainerStatuses")]
        assert (pod.obj["status"]["phase"], waiting([pod])) == ("Pending", {"PodInitializing"})
        assert (find_condition(pod.obj, "Initialized") or {})["reason"] == "ContainersNotInitialized"
        query = {"container": "migrate", "previous": "true"}
        async with practice.api.get(f"/api/v1/namespaces/shop/pods/{pod.name}/log", params=query) as answer:
            assert "already exists" in await answer.text()
        spec = {"template": {"spec": {"initContainers": None}}}
        await practice.patch(f"{DEPLOYMENTS_URL}/api", {"spec": spec})
        await practice.gets_well()


async def test_a_bad_daemon_stops_at_the_first_node() -> None:
    def status() -> Obj:
        found: Obj = practice.world.store.get(DAEMON_SETS, "shop", "log-shipper").obj["status"]
        return found

    async with practise(trouble("daemon-set", healthy_for=0.0, timings=HASTY)) as practice:
        world = practice.world
        await world.until(lambda: "CrashLoopBackOff" in waiting(pods_of(world, "log-shipper")))
        counts = [status()[field] for field in ("desiredNumberScheduled", "numberReady", "numberUnavailable")]
        assert counts == [3, 2, 1]
        container = {"name": "log-shipper", "image": "registry.shop.local/log-shipper:2.1.0"}
        path = "/apis/apps/v1/namespaces/shop/daemonsets/log-shipper"
        await practice.patch(path, {"spec": {"template": {"spec": {"containers": [container]}}}})
        await world.until(lambda: status().get("numberAvailable") == status().get("updatedNumberScheduled") == 3)


async def test_the_api_complains_while_its_database_is_gone() -> None:
    def api_says(text: bytes) -> bool:
        runs = [world.cluster.logs.find(container_of(pod)["containerID"]) for pod in pods_of(world, "api")]
        return any(text in list(run.lines())[-1].text for run in runs if run is not None and run.written)

    async with practise(trouble("dependency-down", healthy_for=0.0)) as practice:
        world = practice.world
        await world.until(lambda: api_says(b"Connection refused"))
        path = "/apis/apps/v1/namespaces/shop/statefulsets/db/scale"
        await practice.patch(path, {"spec": {"replicas": 1}}, "merge")
        await world.until(lambda: not api_says(b"Connection refused"))
        await practice.gets_well()
