"""The objects of the shop when all is well: api, worker, web, a database, a log shipper and nightly jobs."""

from datetime import timedelta
from typing import Any

from cockpit.gameday.api.kinds import (
    AUTOSCALERS,
    CERTIFICATE_REQUESTS,
    CERTIFICATES,
    CONFIG_MAPS,
    CRON_JOBS,
    DISRUPTION_BUDGETS,
    INGRESSES,
    ISSUERS,
    QUOTAS,
    SECRETS,
    SERVICE_ACCOUNTS,
    SERVICES,
    STORAGE_CLASSES,
)
from cockpit.gameday.api.store import Obj
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.controllers.certificates import RENEWED_BEFORE, UP_TO_DATE, VALID_FOR, certificate_request
from cockpit.gameday.controllers.ownership import owner_reference
from cockpit.gameday.controllers.volumes import DEFAULT_CLASS
from cockpit.gameday.scenarios.past import STORAGE_CLASS, Past, Revision, container, env
from cockpit.gameday.scenarios.shop_images import CERTIFICATE, REGISTRY, REPORT, SHIPPER
from cockpit.gameday.timing import timestamp

NAMESPACE = "shop"
AGE = 41.0
"""Days for which the shop has been running."""
REPORT_AGE = 19.0
ISSUED_DAYS_AGO = 20.0
ISSUER = "letsencrypt"
HOST = "shop.local"


def build(cluster: Cluster) -> None:
    """Put the shop there, as it runs when all is well."""
    past = Past(cluster)
    for namespace in ("default", "kube-system", NAMESPACE):
        past.namespace(namespace, days=AGE)
        past.put(SERVICE_ACCOUNTS, "default", namespace, days=AGE)
    for number in (1, 2, 3):
        past.node(f"node{number}", f"10.89.0.{number}", days=AGE)
    past.put(
        STORAGE_CLASSES,
        STORAGE_CLASS,
        days=AGE,
        annotations={DEFAULT_CLASS: "true"},
        provisioner="csi.shop.local",
        reclaimPolicy="Delete",
        volumeBindingMode="Immediate",
        allowVolumeExpansion=True,
    )
    coredns = container("coredns", "registry.k8s.io/coredns/coredns:v1.12.0")
    past.deployment("kube-system", "coredns", [Revision(AGE, [coredns])], replicas=2)
    hard = {"pods": "80", "requests.cpu": "20", "requests.memory": "64Gi"}
    past.put(QUOTAS, NAMESPACE, NAMESPACE, days=AGE, spec={"hard": hard})
    _api(past)
    _worker_and_web(past)
    _certificate(past)
    _database(past)
    past.daemon_set(NAMESPACE, "log-shipper", [container("log-shipper", SHIPPER)], days=AGE)
    _jobs(past)


def build_with_report(cluster: Cluster) -> None:
    """Put the shop there with a deployment besides that reports on its orders."""
    build(cluster)
    revision = Revision(REPORT_AGE, [container("report", REPORT)], "release 1.0.0")
    Past(cluster).deployment(NAMESPACE, "report", [revision], replicas=1)


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
    budget = {"minAvailable": 2, "selector": {"matchLabels": {"app": "api"}}}
    past.put(DISRUPTION_BUDGETS, "api", NAMESPACE, days=AGE, spec=budget)


def _worker_and_web(past: Past) -> None:
    resources = {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"memory": "192Mi"}}
    worker = [
        Revision(
            days,
            [container("worker", f"{REGISTRY}/worker:{tag}", env=env(QUEUE="orders"), resources=resources)],
            f"release {tag}",
        )
        for days, tag in ((33.0, "3.2.0"), (12.4, "3.2.1"))
    ]
    past.deployment(NAMESPACE, "worker", worker, replicas=2)
    web = [
        Revision(days, [container("web", f"{REGISTRY}/web:{tag}", port=8081)], f"release {tag}")
        for days, tag in ((AGE, "2.7.2"), (26.1, "2.8.0"))
    ]
    past.deployment(NAMESPACE, "web", web, replicas=2)
    _service(past, "web", "10.96.0.34")
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    rule = {"host": HOST, "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
    address = {"loadBalancer": {"ingress": [{"ip": "10.89.1.1"}]}}
    spec = {"ingressClassName": "nginx", "rules": [rule], "tls": [{"hosts": [HOST], "secretName": CERTIFICATE}]}
    past.put(INGRESSES, "shop", NAMESPACE, days=AGE, spec=spec, status=address)


def _certificate(past: Past) -> None:
    """Put a certificate there that was renewed some weeks ago."""
    ready = {"type": "Ready", "status": "True", "reason": "ACMEAccountRegistered"}
    ready |= {"message": "The ACME account was registered with the ACME server"}
    acme = {"server": "https://acme-v02.api.letsencrypt.org/directory", "email": "ops@shop.local"}
    past.put(ISSUERS, ISSUER, NAMESPACE, days=AGE, spec={"acme": acme}, status={"conditions": [ready]})
    issuer = {"group": "cert-manager.io", "kind": "Issuer", "name": ISSUER}
    spec = {"secretName": CERTIFICATE, "dnsNames": [HOST], "issuerRef": issuer, "renewBefore": "720h0m0s"}
    issued = past.ago(ISSUED_DAYS_AGO)
    reason, message = UP_TO_DATE
    up_to_date = {"type": "Ready", "status": "True", "reason": reason, "message": message}
    status: Obj = {
        "conditions": [{**up_to_date, "lastTransitionTime": timestamp(past.ago(AGE)), "observedGeneration": 1}],
        "notBefore": timestamp(issued),
        "notAfter": timestamp(issued + VALID_FOR),
        "renewalTime": timestamp(issued + VALID_FOR - RENEWED_BEFORE),
        "revision": 3,
    }
    certificate = past.put(CERTIFICATES, CERTIFICATE, NAMESPACE, days=AGE, spec=spec, status=status)
    request = certificate_request(certificate, issued + timedelta(seconds=30))
    name = f"{CERTIFICATE}-3"
    done = {"type": "Ready", "status": "True", "reason": "Issued", "message": "Certificate fetched from issuer"}
    conditions = [request["status"]["conditions"][0], {**done, "lastTransitionTime": timestamp(issued)}]
    past.put(
        CERTIFICATE_REQUESTS,
        name,
        NAMESPACE,
        days=ISSUED_DAYS_AGO,
        owners=[owner_reference(certificate)],
        spec=request["spec"],
        status={"conditions": conditions},
    )
    data = {"tls.crt": "cHJhY3RpY2U=", "tls.key": "cHJhY3RpY2U="}
    past.put(SECRETS, CERTIFICATE, NAMESPACE, days=AGE, type="kubernetes.io/tls", data=data)


def _database(past: Past) -> None:
    resources = {"requests": {"cpu": "250m", "memory": "512Mi"}, "limits": {"memory": "1Gi"}}
    postgres = container("postgres", f"{REGISTRY}/postgres:18.0", resources=resources)
    past.stateful_set(NAMESPACE, "db", [postgres], replicas=1, days=AGE, storage="20Gi")
    ports = [{"name": "postgres", "port": 5432}]
    spec = {"clusterIP": "None", "selector": {"app": "db"}, "ports": ports}
    past.put(SERVICES, "db", NAMESPACE, days=AGE, spec=spec)


def _jobs(past: Past) -> None:
    """Put a job there that somebody has started, and one that a schedule has."""
    past.job(NAMESPACE, "import", [container("import", f"{REGISTRY}/import:1.0.3")], days=0.4)
    cleanup = [container("cleanup", f"{REGISTRY}/cleanup:1.1.0")]
    template: dict[str, Any] = {"spec": {"restartPolicy": "Never", "containers": cleanup}}
    spec = {
        "schedule": "30 3 * * *",
        "suspend": False,
        "concurrencyPolicy": "Forbid",
        "jobTemplate": {"spec": {"template": template}},
    }
    ran = timestamp(past.ago(0.7))
    status = {"lastScheduleTime": ran, "lastSuccessfulTime": ran}
    cron_job = past.put(CRON_JOBS, "cleanup", NAMESPACE, days=AGE, spec=spec, status=status)
    past.job(NAMESPACE, "cleanup-29395650", cleanup, days=0.7, owners=[owner_reference(cron_job)])


def _service(past: Past, name: str, address: str) -> None:
    ports = [{"name": "http", "port": 80, "targetPort": "http"}]
    spec = {"clusterIP": address, "selector": {"app": name}, "ports": ports}
    past.put(SERVICES, name, NAMESPACE, days=AGE, labels={"app": name}, spec=spec)
