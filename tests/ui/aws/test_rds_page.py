from datetime import UTC, timedelta

from support.aws_screen import (
    CHOICES,
    GIB,
    ago,
    cells,
    flat,
    instance,
    keys,
    look,
    metrics,
    opened,
    reading,
    rising,
    seen,
    troubled,
)
from support.postgres_looks import look as postgres_look
from support.shop import NOW

from cockpit.diagnosis.policy import Policy
from cockpit.reading import Reading
from cockpit.sources.aws.model import DbCluster, DbMetric, DbRole, Maintenance, Series
from cockpit.sources.postgres.model import POSTGRES
from cockpit.ui.aws import limits, rds_page, rds_text
from cockpit.ui.aws.aws_held import AwsHeld
from cockpit.ui.kubernetes.pod_filter import parse_filter
from cockpit.ui.paged.page import Choices


def test_the_worst_come_first_and_a_cluster_without_a_writer_is_among_them() -> None:
    page = rds_page.draw(seen(troubled()), CHOICES)
    assert keys(page)[:4] == ["cluster orders", "reports-db", "shop-db", "shop-db-replica"]
    assert cells(page, "cluster orders")["status"] == "failing-over · cluster: no writer, 2 readers"


def test_a_row_says_how_an_instance_is() -> None:
    row = cells(rds_page.draw(seen(troubled()), CHOICES), "shop-db")
    assert row["sign"] == "●"
    assert (row["cpu"], row["connections"], row["memory"]) == ("88 %", "83", "6.1 GiB")
    assert (row["storage"], row["write"], row["load"]) == ("3.9 of 100 GiB", "42ms", "3.2/2")
    assert (row["point"], row["due"]) == ("14:21", "change")


def test_zero_not_measured_and_not_asked_for_look_different() -> None:
    known = {DbMetric.CONNECTIONS: flat(0), DbMetric.CPU: Series()}
    row = cells(rds_page.draw(seen(look(instances=(instance("db", metrics=known),))), CHOICES), "db")
    assert (row["connections"], row["cpu"], row["memory"], row["storage"]) == ("0", "-", "?", "? of 100 GiB")


def test_only_a_replica_has_a_lag() -> None:
    page = rds_page.draw(seen(troubled()), CHOICES)
    assert cells(page, "shop-db-replica")["lag"] == "94s"
    assert cells(page, "orders-1")["lag"] == "20ms"
    assert cells(page, "users-db")["lag"] == ""


def test_an_old_point_is_marked_and_the_chart_has_a_gap_at_its_end() -> None:
    old = metrics(cpu=Series(tuple(ago(minutes=30 - nth) for nth in range(15)), tuple([90.0] * 15)))
    only = {DbMetric.CPU: old[DbMetric.CPU]}
    page = rds_page.draw(seen(look(instances=(instance("db", metrics=only),))), CHOICES)
    point = next(cell for column, cell in zip(page.columns, page.rows[0].cells, strict=True) if column.key == "point")
    assert (point.text, point.tone) == ("14:07", "doubtful")
    assert cells(page, "db")["chart"].endswith("     ")


def test_storage_that_still_grows_by_itself_is_doubtful_at_most() -> None:
    small = metrics(free_storage=flat(2 * GIB))
    fixed, growing = instance("a", metrics=small), instance("b", metrics=small, storage_most_gib=500)
    page = rds_page.draw(seen(look(instances=(fixed, growing))), CHOICES)
    assert (cells(page, "a")["sign"], cells(page, "b")["sign"]) == ("●", "◐")


def test_orders_and_filter() -> None:
    busy = instance("busy", metrics=metrics(connections=flat(400)))
    view = seen(look(instances=(instance("a"), busy, instance("c", instance_class="db.t3.micro"))))
    assert keys(rds_page.draw(view, Choices(order=rds_page.ORDERS.index("connections")))) == ["busy", "a", "c"]
    assert keys(rds_page.draw(view, Choices(wanted=parse_filter("t3")))) == ["c"]
    nobody = rds_page.draw(view, Choices(wanted=parse_filter("zebra")))
    assert nobody.empty == "none of 3 matches /zebra (escape clears the filter)"


def test_the_text_of_an_instance_tells_what_is_coming_and_what_has_happened() -> None:
    due = Maintenance("system-update", "New OS", ago(days=-3))
    waiting = instance(
        "shop-db", maintenance=(due,), role=DbRole.REPLICA, replica_of="main", metrics=metrics(cpu=rising(1, 50))
    )
    view = seen(troubled(instances=(waiting,)))
    text = opened(rds_text.detail(view, "shop-db"))
    assert "replica of main" in text
    assert "maintenance: system-update, due 11-24 14:23:07, in 3d: New OS" in text
    assert "1 % to 50 %, newest 2m ago" in text
    assert "low at 4%" in text
    assert "does not grow by itself" in text


def test_the_text_of_a_cluster_tells_its_members() -> None:
    cluster = DbCluster("orders", "aurora-postgresql", "15.8", "available", "orders-1", ("orders-2",), "h", "r", 5432)
    text = opened(rds_text.detail(seen(look(clusters=(cluster,))), "cluster orders"))
    assert "orders-1" in text
    assert "h:5432" in text
    assert rds_text.detail(seen(look()), "gone") is None


def test_a_status_looks_as_bad_as_the_diagnosis_says() -> None:
    tones = {status: limits.of_status(status) for status in ("available", "modifying", "rebooting", "failed", "new")}
    assert tones == {
        "available": "",
        "modifying": "changing",
        "rebooting": "doubtful",
        "failed": "wrong",
        "new": "doubtful",
    }


def test_what_is_not_answered_yet_is_not_said_to_be_missing() -> None:
    asked = look(waiting=("rds:DescribeDBInstances",))
    assert rds_page.draw(seen(asked), CHOICES).empty == "asking AWS …"
    assert rds_page.draw(seen(look()), CHOICES).empty == "no RDS instance in this region"


def test_connections_stand_beside_those_that_postgres_counts_where_it_is_the_same_server() -> None:
    held = AwsHeld(UTC, Policy())
    at = instance("shop-db", host="shop-db.example", port=5432)
    held.take(reading(look(instances=(at, instance("users-db", host="users-db.example", port=5432)))))
    server = postgres_look(slots={"used": 41}, server={"host": "shop-db.example", "port": 5432})
    known = Reading(f"{POSTGRES}main", server, NOW, fresh_for=timedelta(minutes=1))
    held.take(known)
    view = held.view("prod", NOW)
    assert view is not None
    page = rds_page.draw(view, CHOICES)
    assert (cells(page, "shop-db")["counted"], cells(page, "users-db")["counted"]) == ("41", "")
    text = " ".join(opened(rds_text.detail(view, "shop-db")).split())
    assert "Postgres counts 41 client backends, from within" in text
    later = held.view("prod", NOW + timedelta(minutes=2))
    assert later is not None
    assert cells(rds_page.draw(later, CHOICES), "shop-db")["counted"] == ""
