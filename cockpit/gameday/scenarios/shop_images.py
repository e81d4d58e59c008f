"""What the containers of the shop do, by image."""

from msgspec.structs import replace

from cockpit.gameday.conditions import (
    always,
    cannot_reach,
    certificate_expired,
    has,
    lacks,
    switched_on,
    unless,
)
from cockpit.gameday.scenarios import shop_statements
from cockpit.gameday.shop_talk import (
    api_requests,
    database_checkpoints,
    database_refusals,
    payment_errors,
    provider_errors,
    queue_jobs,
    tls_errors,
    web_refusals,
    web_requests,
)
from cockpit.gameday.workloads import Behaviour, Failure, Trouble

REGISTRY = "registry.shop.local"
API_GOOD = f"{REGISTRY}/api:1.4.0"
API_BAD = f"{REGISTRY}/api:1.5.0"
API_LEAKING = f"{REGISTRY}/api:1.4.1"
API_DAWDLING = f"{REGISTRY}/api:1.4.2"
API_UNINDEXED = f"{REGISTRY}/api:1.4.3"
REPORT = f"{REGISTRY}/report:1.0.0"
REPORT_LONG = f"{REGISTRY}/report:1.1.0"
REPORT_SPILLING = f"{REGISTRY}/report:1.2.0"
ADD_NOTE = f"{REGISTRY}/migrate:1.5.0"
WEB_DEAF = f"{REGISTRY}/web:2.9.1"
WEB_MOVED = f"{REGISTRY}/web:2.9.2"
HEALTH_PATH = "/healthz"
"""Where the balancer asks."""
MOVED_HEALTH_PATH = "/livez"
"""Where web 2.9.2 answers."""
MIGRATE = f"{REGISTRY}/migrate:1.4.1"
INVOICES = f"{REGISTRY}/invoices:0.9.0"
SEARCH = f"{REGISTRY}/search:4.0.0"
SHIPPER = f"{REGISTRY}/log-shipper:2.1.0"
SHIPPER_BAD = f"{REGISTRY}/log-shipper:2.2.0"
CERTIFICATE = "shop-tls"
BAD_PAYMENTS_URL = "http://payments.staging.svc:8080"
PROVIDER_DOWN = "provider-down"
"""The switch that takes the payment provider down."""
LOADED_ONCE = "certificate-loaded-once"
"""The switch that lets the pods of web go on with the certificate that there was when they started."""
STORM = "storm"
"""The switch that makes the containers of `STORMY` end."""
STORMY = f"{REGISTRY}/service:1.0.0"


def _done(seconds: float, *says: str) -> Failure:
    return Failure(after=seconds, says=says, exit_code=0, reason="Completed")


GOOD_API = Behaviour(
    says=("api starting", "connected to database", "listening on :8080"),
    chatter=api_requests,
    lines_per_second=4.0,
    cpu_millicores=60,
    memory_mebibytes=70,
    database=shop_statements.API,
    troubles=(
        Trouble(when=has("PAYMENTS_URL", BAD_PAYMENTS_URL), unready_after=12.0, chatter=payment_errors),
        Trouble(when=cannot_reach("db"), chatter=database_refusals, errors=0.9),
        Trouble(
            when=unless("PAYMENTS", "off", switched_on(PROVIDER_DOWN)), chatter=provider_errors, errors=0.25, slows=4.0
        ),
    ),
)
GOOD_WORKER = Behaviour(
    says=("worker starting", "connected to queue orders"),
    chatter=queue_jobs,
    lines_per_second=1.5,
    memory_mebibytes=112,
    database=shop_statements.WORKER,
    memory_after=15.0,
)
GOOD_WEB = Behaviour(
    chatter=web_requests,
    lines_per_second=3.0,
    cpu_millicores=15,
    takes=0.01,
    troubles=(
        Trouble(when=certificate_expired(CERTIFICATE), chatter=tls_errors),
        Trouble(when=cannot_reach("api"), chatter=web_refusals, errors=1.0),
    ),
)
IMAGES = {
    f"{REGISTRY}/api:1.2.0": GOOD_API,
    f"{REGISTRY}/api:1.3.1": GOOD_API,
    API_GOOD: GOOD_API,
    API_LEAKING: replace(GOOD_API, database=shop_statements.API_LEAKING),
    API_DAWDLING: replace(GOOD_API, database=shop_statements.API_DAWDLING),
    API_UNINDEXED: replace(GOOD_API, database=shop_statements.API_UNINDEXED, takes=0.22),
    REPORT: Behaviour(says=("report 1.0.0 starting",), database=shop_statements.REPORT),
    REPORT_LONG: Behaviour(
        says=("report 1.1.0 starting", "all orders in one transaction, for figures that fit together"),
        database=shop_statements.REPORT_LONG,
    ),
    REPORT_SPILLING: Behaviour(
        says=("report 1.2.0 starting", "joining all orders with all orders, sorted"),
        database=shop_statements.REPORT_SPILLING,
        spills=0.15,
    ),
    ADD_NOTE: Behaviour(
        says=("migrate 1.5.0: 1 migration to apply", "20261121_add_note: ALTER TABLE orders ADD COLUMN note"),
        database=shop_statements.ADD_NOTE,
        failure=_done(1.0, "migrate 1.5.0: done"),
    ),
    API_BAD: Behaviour(
        says=("api 1.5.0 starting",),
        chatter=api_requests,
        lines_per_second=4.0,
        database=shop_statements.API,
        troubles=(
            Trouble(
                when=lacks("DATABASE_URL"),
                failure=Failure(
                    after=1.0,
                    says=(
                        "reading configuration from the environment",
                        "FATAL: DATABASE_URL is not set; DB_HOST and DB_NAME are no longer read since 1.5.0",
                    ),
                ),
            ),
        ),
    ),
    f"{REGISTRY}/worker:3.2.0": GOOD_WORKER,
    f"{REGISTRY}/worker:3.2.1": GOOD_WORKER,
    f"{REGISTRY}/web:2.7.2": GOOD_WEB,
    f"{REGISTRY}/web:2.8.0": GOOD_WEB,
    WEB_MOVED: replace(GOOD_WEB, health_path=MOVED_HEALTH_PATH),
    WEB_DEAF: Behaviour(
        says=("web 2.9.1 starting", "listening on :9081"),
        troubles=(
            Trouble(
                when=always,
                unready_after=0.0,
                probe_says='Get "http://{ip}:8081/healthz": dial tcp {ip}:8081: connect: connection refused',
            ),
        ),
    ),
    f"{REGISTRY}/postgres:18.0": Behaviour(
        chatter=database_checkpoints, lines_per_second=0.1, cpu_millicores=120, memory_mebibytes=420
    ),
    f"{REGISTRY}/import:1.0.3": Behaviour(
        failure=_done(20.0, "import of 2,118 products started", "imported 2,118 products, 0 rejected")
    ),
    f"{REGISTRY}/cleanup:1.1.0": Behaviour(failure=_done(20.0, "removed 318 abandoned carts")),
    MIGRATE: Behaviour(
        failure=Failure(
            after=1.5,
            says=(
                "migrate 1.4.1: 1 migration to apply",
                'ERROR: 20261118_add_total: column "total" of relation "orders" already exists (SQLSTATE 42701)',
            ),
        )
    ),
    INVOICES: Behaviour(
        failure=Failure(
            after=2.0,
            says=("writing invoices of yesterday", 'ERROR: relation "invoices_2026" does not exist (SQLSTATE 42P01)'),
        )
    ),
    SEARCH: Behaviour(says=("search 4.0.0 starting", "index opened"), memory_mebibytes=180),
    SHIPPER: Behaviour(says=("log-shipper 2.1.0", "shipping to logs.shop.local:5044"), cpu_millicores=8),
    SHIPPER_BAD: Behaviour(
        failure=Failure(
            after=1.0,
            says=("log-shipper 2.2.0", "Error: open /etc/log-shipper/pipeline.yaml: permission denied"),
            exit_code=78,
        )
    ),
    STORMY: Behaviour(
        says=("service starting",),
        chatter=api_requests,
        lines_per_second=0.5,
        troubles=(Trouble(when=switched_on(STORM), failure=Failure(0.5, ("FATAL: the shared cache has gone: EOF",))),),
    ),
    "registry.k8s.io/coredns/coredns:v1.12.0": Behaviour(says=("CoreDNS-1.12.0",), cpu_millicores=4),
}
