"""The web shop in which the scenarios play: api, worker, web, database and a nightly import."""

from cockpit.gameday.api.kinds import (
    AUTOSCALERS,
    CONFIG_MAPS,
    INGRESSES,
    JOBS,
    SECRETS,
    SERVICE_ACCOUNTS,
    SERVICES,
    STATEFUL_SETS,
    VOLUME_CLAIMS,
)
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.controllers.ownership import owner_reference
from cockpit.gameday.scenarios.past import Past, Revision, container, env
from cockpit.gameday.workloads import (
    Behaviour,
    Failure,
    api_requests,
    database_checkpoints,
    queue_jobs,
    web_requests,
)

NAMESPACE = "shop"
REGISTRY = "registry.shop.local"
API_GOOD = f"{REGISTRY}/api:1.4.0"
API_BAD = f"{REGISTRY}/api:1.5.0"
AGE = 41.0
"""Days for which the shop has been running."""

GOOD_API = Behaviour(
    says=("api starting", "connected to database", "listening on :8080"),
    chatter=api_requests,
    lines_per_second=4.0,
    cpu_millicores=60,
    memory_mebibytes=70,
)
IMAGES = {
    f"{REGISTRY}/api:1.2.0": GOOD_API,
    f"{REGISTRY}/api:1.3.1": GOOD_API,
    API_GOOD: GOOD_API,
    API_BAD: Behaviour(
        says=("api 1.5.0 starting",),
        chatter=api_requests,
        lines_per_second=4.0,
        failure=Failure(
            after=1.0,
            says=(
                "reading configuration from the environment",
                "FATAL: DATABASE_URL is not set; DB_HOST and DB_NAME are no longer read since 1.5.0",
            ),
        ),
        needs_env="DATABASE_URL",
    ),
    f"{REGISTRY}/worker:3.2.0": Behaviour(chatter=queue_jobs, lines_per_second=1.5),
    f"{REGISTRY}/worker:3.2.1": Behaviour(chatter=queue_jobs, lines_per_second=1.5),
    f"{REGISTRY}/web:2.8.0": Behaviour(chatter=web_requests, lines_per_second=3.0, cpu_millicores=15),
    f"{REGISTRY}/postgres:16.4": Behaviour(
        chatter=database_checkpoints, lines_per_second=0.1, cpu_millicores=120, memory_mebibytes=420
    ),
    f"{REGISTRY}/import:1.0.3": Behaviour(
        failure=Failure(
            after=20.0,
            says=("import of 2,118 products started", "imported 2,118 products, 0 rejected"),
            exit_code=0,
            reason="Completed",
        )
    ),
    "registry.k8s.io/coredns/coredns:v1.12.0": Behaviour(says=("CoreDNS-1.12.0",), cpu_millicores=4),
}


def build(cluster: Cluster) -> None:
    """Put the shop there, as it runs when all is well."""
    past = Past(cluster)
    for namespace in ("default", "kube-system", NAMESPACE):
        past.namespace(namespace, days=AGE)
        past.put(SERVICE_ACCOUNTS, "default", namespace, days=AGE)
    for number in (1, 2, 3):
        past.node(f"node{number}", f"10.89.0.{number}", days=AGE)
    coredns = container("coredns", "registry.k8s.io/coredns/coredns:v1.12.0")
    past.deployment("kube-system", "coredns", [Revision(AGE, [coredns])], replicas=2)
    _api(past)
    _worker_and_web(past)
    _database(past)
    _nightly_import(past)


def _api(past: Past) -> None:
    past.put(CONFIG_MAPS, "api-config", NAMESPACE, days=AGE, data={"LOG_LEVEL": "info", "CURRENCY": "EUR"})
    secret = {"PASSWORD": "cHJhY3RpY2U="}
    past.put(SECRETS, "api-secret", NAMESPACE, days=AGE, type="Opaque", data=secret)
    settings = env(DB_HOST="db", DB_NAME="shop", PORT="8080")
    resources = {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"memory": "128Mi"}}
    revisions = [
        Revision(
            days,
            [container("api", f"{REGISTRY}/api:{tag}", port=8080, env=settings, resources=resources)],
            f"release {tag}",
        )
        for days, tag in ((AGE, "1.2.0"), (19.0, "1.3.1"), (6.2, "1.4.0"))
    ]
    rolling = {"maxSurge": 1, "maxUnavailable": 1}
    past.deployment(NAMESPACE, "api", revisions, replicas=3, rolling=rolling)
    _service(past, "api", "10.96.0.21")
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "api"}
    cpu = {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}}}
    spec = {"scaleTargetRef": target, "minReplicas": 3, "maxReplicas": 6, "metrics": [cpu]}
    status = {"currentReplicas": 3, "desiredReplicas": 3}
    past.put(AUTOSCALERS, "api", NAMESPACE, days=AGE, spec=spec, status=status)


def _worker_and_web(past: Past) -> None:
    worker = [
        Revision(days, [container("worker", f"{REGISTRY}/worker:{tag}", env=env(QUEUE="orders"))], f"release {tag}")
        for days, tag in ((33.0, "3.2.0"), (12.4, "3.2.1"))
    ]
    past.deployment(NAMESPACE, "worker", worker, replicas=2)
    web = Revision(26.1, [container("web", f"{REGISTRY}/web:2.8.0", port=8081)], "release 2.8.0")
    past.deployment(NAMESPACE, "web", [web], replicas=2)
    _service(past, "web", "10.96.0.34")
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    rule = {"host": "shop.local", "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
    address = {"loadBalancer": {"ingress": [{"ip": "10.89.1.1"}]}}
    spec = {"ingressClassName": "nginx", "rules": [rule]}
    past.put(INGRESSES, "shop", NAMESPACE, days=AGE, spec=spec, status=address)


def _database(past: Past) -> None:
    labels = {"app": "db"}
    template = {
        "metadata": {"labels": labels},
        "spec": {"containers": [container("postgres", f"{REGISTRY}/postgres:16.4")]},
    }
    spec = {"replicas": 1, "serviceName": "db", "selector": {"matchLabels": labels}, "template": template}
    counts = ("replicas", "readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas")
    status = {**dict.fromkeys(counts, 1), "observedGeneration": 1}
    owner = past.put(STATEFUL_SETS, "db", NAMESPACE, days=AGE, labels=labels, spec=spec, status=status)
    metadata = {
        "name": "db-0",
        "namespace": NAMESPACE,
        "labels": {**labels, "statefulset.kubernetes.io/pod-name": "db-0"},
        "ownerReferences": [owner_reference(owner)],
    }
    past.pod({"metadata": metadata, "spec": owner.obj["spec"]["template"]["spec"]}, days=AGE)
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "20Gi"}}, "volumeName": "pv-db-0"}
    bound = {"phase": "Bound", "capacity": {"storage": "20Gi"}, "accessModes": ["ReadWriteOnce"]}
    past.put(VOLUME_CLAIMS, "data-db-0", NAMESPACE, days=AGE, labels=labels, spec=claim, status=bound)
    ports = [{"name": "postgres", "port": 5432}]
    past.put(SERVICES, "db", NAMESPACE, days=AGE, spec={"clusterIP": "None", "selector": labels, "ports": ports})


def _nightly_import(past: Past) -> None:
    labels = {"job-name": "import"}
    template = {
        "metadata": {"labels": labels},
        "spec": {"restartPolicy": "Never", "containers": [container("import", f"{REGISTRY}/import:1.0.3")]},
    }
    days = 0.4
    begun, done = past.ago(days), past.ago(days - 24 / 86400)
    moment = done.strftime("%Y-%m-%dT%H:%M:%SZ")
    complete = {"type": "Complete", "status": "True", "lastTransitionTime": moment, "reason": "CompletionsReached"}
    status = {
        "startTime": begun.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "completionTime": moment,
        "succeeded": 1,
        "conditions": [complete],
    }
    spec = {"completions": 1, "parallelism": 1, "selector": {"matchLabels": labels}, "template": template}
    job = past.put(JOBS, "import", NAMESPACE, days=days, labels=labels, spec=spec, status=status)
    metadata = {
        "generateName": "import-",
        "namespace": NAMESPACE,
        "labels": labels,
        "ownerReferences": [owner_reference(job)],
    }
    past.pod({"metadata": metadata, "spec": job.obj["spec"]["template"]["spec"]}, days=days, exit_code=0)


def _service(past: Past, name: str, address: str) -> None:
    ports = [{"name": "http", "port": 80, "targetPort": "http"}]
    spec = {"clusterIP": address, "selector": {"app": name}, "ports": ports}
    past.put(SERVICES, name, NAMESPACE, days=AGE, labels={"app": name}, spec=spec)
