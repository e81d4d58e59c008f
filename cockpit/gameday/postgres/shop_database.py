"""The shop's database: its roles, its tables with their rows, and the settings of its server."""

from collections.abc import Mapping
from types import MappingProxyType

from cockpit.gameday.postgres.server import SUPERUSER

DATABASE = "shop"
LOOKER = "cockpit"
"""The role with which the cockpit looks and mends: it sees all, signals and vacuums, and is no superuser."""
EMERGENCY = "cockpit_emergency"
"""The same with a right to the reserved connections, from PostgreSQL 16 on."""
API, WORKER, REPORT, MIGRATE = WORKLOADS = ("api", "worker", "report", "migrate")
"""One role for each workload; all of them are members of the owner of the tables."""
OWNER = "shop"
CUSTOMERS, ORDERS, ITEMS = 4_000, 120_000, 200
ORDERS_INDEX = "orders_customer_id"
MAKE_INDEX = f"CREATE INDEX IF NOT EXISTS {ORDERS_INDEX} ON orders (customer_id)"
DROP_INDEX = f"DROP INDEX IF EXISTS {ORDERS_INDEX}"

_SETTINGS = MappingProxyType(
    {
        "max_connections": "40",
        "superuser_reserved_connections": "1",
        # The backend of a pod that is gone goes as well, also while it waits for a lock.
        "client_connection_check_interval": "1s",
        "jit": "off",
        "max_parallel_workers_per_gather": "0",
        "max_wal_size": "256MB",
    }
)
_RESERVED = MappingProxyType({"reserved_connections": "2"})
_RESERVED_SINCE = 16


def settings(major: int) -> Mapping[str, str]:
    """Give the settings of a server of a major version: few connections, so that they are soon used up."""
    return {**_SETTINGS, **(_RESERVED if major >= _RESERVED_SINCE else {})}


def access() -> tuple[str, ...]:
    """Give the lines of pg_hba.conf.

    On loopback the ordinary roles need no password. The superuser, who may do what the server's account may, comes in
    over the server's own socket alone, which nobody else can reach.
    """
    roles = ",".join((LOOKER, EMERGENCY, *WORKLOADS))
    return (f"local all {SUPERUSER} trust", f"host {DATABASE} {roles} 127.0.0.0/8 trust")


def _looker(role: str, *more: str) -> str:
    """Write a role with those of the rights that the server knows."""
    rights = ("pg_monitor", "pg_signal_backend", "pg_maintain", "pg_read_all_data", *more)
    wanted = ", ".join(f"'{right}'" for right in rights)
    return f"""
CREATE ROLE {role} LOGIN;
DO $$ DECLARE known text; BEGIN
  FOR known IN SELECT rolname FROM pg_roles WHERE rolname IN ({wanted}) LOOP
    EXECUTE format('GRANT %I TO {role}', known);
  END LOOP;
END $$;"""  # noqa: S608  (constants)


MAKE_DATABASE = f"CREATE DATABASE {DATABASE}"
MAKE_SHOP = f"""
CREATE EXTENSION pg_stat_statements;
CREATE ROLE {OWNER} NOLOGIN;
{_looker(LOOKER)}
{_looker(EMERGENCY, "pg_use_reserved_connections")}
{" ".join(f"CREATE ROLE {role} LOGIN IN ROLE {OWNER};" for role in WORKLOADS)}
GRANT CREATE ON SCHEMA public TO {OWNER};
SET ROLE {OWNER};
CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, joined date NOT NULL);
CREATE TABLE items (id int PRIMARY KEY, name text NOT NULL, price int NOT NULL, stock int NOT NULL);
CREATE TABLE orders (
  id int PRIMARY KEY, customer_id int NOT NULL, item_id int NOT NULL, total int NOT NULL, state text NOT NULL);
INSERT INTO customers SELECT n, 'Customer ' || n, date '2020-01-01' + n % 2000 FROM generate_series(1, {CUSTOMERS}) n;
INSERT INTO items SELECT n, 'Item ' || n, 100 + n * 37 % 9000, 500 FROM generate_series(1, {ITEMS}) n;
INSERT INTO orders SELECT n, 1 + n::bigint * 7919 % {CUSTOMERS}, 1 + n % {ITEMS}, 100 + n * 13 % 9000, 'shipped'
  FROM generate_series(1, {ORDERS}) n;
{MAKE_INDEX};
ANALYZE customers, items, orders;
RESET ROLE;
SELECT pg_stat_statements_reset();
"""  # noqa: S608  (constants)
"""Run as one transaction, in the database."""
