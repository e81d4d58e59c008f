"""Who fills the disk of a database: what its server tells is told with what AWS tells of the instance."""

from typing import Any

import pytest
from support.estate import Estate
from support.outside_looks import GIBI, aws, instance, series
from support.postgres_looks import ACTIVE, IDLE, ago, backend, found, look

from cockpit.diagnosis.facts import Outside, PostgresFacts
from cockpit.diagnosis.finding import Finding, FindingSeverity, Verb
from cockpit.sources.aws.model import DbEvent, DbInstance, DbMetric
from cockpit.sources.postgres.model import Backend, DatabaseRates, Gap, Health, Slot, TemporaryFiles

HOST = "shop-db.abc.us-west-2.rds.amazonaws.com"
AT_RDS = {"host": HOST, "port": 5432}
LOW = {DbMetric.FREE_STORAGE: series(*[9 * GIBI] * 9)}
SORTS = "SELECT * FROM orders ORDER BY note"


def report(pid: int = 7, **facts: Any) -> Backend:
    defaults = {"application": "report", "client_address": "10.0.0.1", "query": SORTS, "since": ago(minutes=3)}
    return backend(pid, ACTIVE, **{**defaults, **facts})


def filled(*backends: Backend, health: Health | None = None, rds: DbInstance | None = None, **facts: Any) -> Finding:
    """Diagnose an instance with little storage left, and its server; give what is found of the instance."""
    server = look(*backends, health=health or Health(temporary=(), slots=()), server=AT_RDS)
    account = aws(instances=(rds or instance(metrics=LOW),), **facts.pop("account", {}))
    estate: Estate = facts.pop("estate", Estate())
    told = estate.find(
        *facts.pop("things", ()), aws={"shop": Outside(account)}, postgres={"main": PostgresFacts(server)}, **facts
    )
    return next(finding for finding in told if finding.key.startswith("aws/"))


def facts_of(finding: Finding) -> list[str]:
    return [proof.fact for proof in finding.evidence]


def test_whoever_has_the_most_temporary_files_is_named_and_its_statement_may_be_cancelled() -> None:
    files = (TemporaryFiles(7, 31 * GIBI, 31), TemporaryFiles(8, GIBI // 2))
    finding = filled(report(), backend(8, IDLE), health=Health(temporary=files))
    assert finding.title == "RDS shop-db: 9 GiB of 100 GiB (9 %) free; 31 GiB of temporary files ← report"
    assert f"31 GiB of temporary files now: pid 7, {SORTS}" in facts_of(finding)
    (cancel,) = finding.actions
    assert (cancel.verb, cancel.target.name, cancel.parameters["pid"]) == (Verb.CANCEL, "main", "7")


def test_files_of_parallel_workers_are_their_leaders_and_those_of_one_client_are_one() -> None:
    files = (TemporaryFiles(7, GIBI), TemporaryFiles(70, GIBI), TemporaryFiles(9, GIBI))
    worker = report(70, backend_type="parallel worker", leader_pid=7)
    finding = filled(report(), worker, report(9), health=Health(temporary=files))
    assert finding.title.endswith("; 3 GiB of temporary files ← report")
    assert [each.parameters["pid"] for each in finding.actions] == ["7", "9"]


def test_the_statement_tells_the_beginning_more_precisely_than_the_minute_of_cloudwatch() -> None:
    low = instance(metrics={DbMetric.FREE_STORAGE: series(*[50 * GIBI] * 5, *[9 * GIBI] * 4)})
    files = Health(temporary=(TemporaryFiles(7, 31 * GIBI),))

    def began(**span: float) -> tuple[object, bool]:
        finding = filled(report(since=ago(**span)), health=files, rds=low)
        return finding.since, finding.about

    assert began(minutes=4, seconds=20) == (ago(minutes=4, seconds=20), False)
    assert began(hours=1) == (ago(minutes=5), True)


def test_files_of_a_process_that_is_gone_belong_to_nobody() -> None:
    finding = filled(health=Health(temporary=(TemporaryFiles(7, 31 * GIBI),)))
    assert finding.title.endswith("; 31 GiB of temporary files ← a process that is gone")
    assert finding.actions == ()


def test_the_revision_that_brought_the_files_is_named_and_may_be_rolled_back() -> None:
    estate = Estate()
    things = (estate.pod("api-r12-1"), estate.revision(11), estate.revision(12, created=ago(minutes=11)))
    files = Health(temporary=(TemporaryFiles(7, 31 * GIBI),))
    finding = filled(report(), health=files, estate=estate, things=things)
    assert finding.title == (
        "RDS shop-db: 9 GiB of 100 GiB (9 %) free, 60 s after revision 12 of api; 31 GiB of temporary files ← api"
    )
    assert [each.verb for each in finding.actions] == [Verb.ROLLBACK, Verb.CANCEL]


@pytest.mark.parametrize(
    ("health", "words"),
    [
        (
            Health(slots=(Slot("debezium", "logical", active=False, retained_bytes=40 * GIBI),)),
            "slot debezium, not in use, keeps 40 GiB of WAL",
        ),
        (
            Health(databases=(DatabaseRates("audit", size_bytes=60 * GIBI, grown_bytes=12 * GIBI),)),
            "database audit has grown by 12 GiB",
        ),
        (
            Health(
                temporary=(TemporaryFiles(7, 2 * GIBI),),
                slots=(Slot("standby", "physical", active=True, retained_bytes=5 * GIBI),),
                databases=(DatabaseRates("shop", size_bytes=60 * GIBI, grown_bytes=-(10**12)),),
            ),
            "slot standby, in use, keeps 5 GiB of WAL",
        ),
    ],
)
def test_whatever_takes_most_is_told(health: Health, words: str) -> None:
    assert filled(report(), health=health).title.endswith(f"; {words}")


def test_the_largest_database_is_evidence_and_no_reason() -> None:
    databases = (DatabaseRates("shop", size_bytes=20 * GIBI), DatabaseRates("audit", size_bytes=60 * GIBI))
    finding = filled(health=Health(temporary=(), databases=databases))
    assert finding.title == "RDS shop-db: 9 GiB of 100 GiB (9 %) free"
    assert "the largest database is audit, 60 GiB" in facts_of(finding)


def test_where_nothing_is_seen_to_fill_it_the_longest_statement_is_named_as_no_more_than_that() -> None:
    finding = filled(report(), report(9, since=ago(seconds=5)))
    assert "report" not in finding.title
    assert "no temporary file, slot or growing database of the server takes so much" in facts_of(finding)
    assert f"report, active since 14:20:00Z, the longest statement, {SORTS}" in facts_of(finding)
    assert [(each.verb, each.parameters["pid"]) for each in finding.actions] == [(Verb.CANCEL, "7")]
    assert filled(report(9, since=ago(seconds=5))).actions == ()


def test_that_this_role_may_not_see_temporary_files_is_said() -> None:
    (hidden,) = [fact for fact in facts_of(filled(health=Health(temporary=None))) if "hidden" in fact]
    assert (
        hidden == "temporary files are hidden from this role (pg_monitor sees them); no slot or database takes so much"
    )


def test_of_another_server_nothing_is_said() -> None:
    elsewhere = instance(metrics=LOW, host="other.abc.us-west-2.rds.amazonaws.com")
    finding = filled(report(), health=Health(temporary=(TemporaryFiles(7, 31 * GIBI),)), rds=elsewhere)
    assert finding.title == "RDS shop-db: 9 GiB of 100 GiB (9 %) free"


def test_a_server_that_is_no_instance_says_who_fills_its_disk_too() -> None:
    full = {"health.sizes": Gap("could not extend file: No space left on device")}
    (finding,) = found(look(report(), health=Health(temporary=(TemporaryFiles(7, 31 * GIBI),)), gaps=full))
    assert finding.title.startswith("shop-db: its disk is full")
    assert finding.title.endswith("; 31 GiB of temporary files ← report")


GROW = "aws rds modify-db-instance --db-instance-identifier shop-db --allocated-storage 120 --apply-immediately"
BY_ITSELF = (
    "aws rds modify-db-instance --db-instance-identifier shop-db --max-allocated-storage 200 --apply-immediately"
)


def test_how_the_storage_is_made_larger_is_told_as_a_command_with_what_it_costs() -> None:
    finding = filled()
    told = facts_of(finding)
    commands = [proof.command for proof in finding.evidence if proof.command]
    assert commands == [f"{GROW} --region us-west-2", f"{BY_ITSELF} --region us-west-2"]
    assert f"try: {GROW} --region us-west-2" in told
    assert f"so that it grows by itself, at most once in 6 hours: {BY_ITSELF} --region us-west-2" in told
    assert (
        "larger storage never becomes smaller again, can be changed only once in 6 hours, costs by the GiB, and is "
        "slower for hours"
    ) in told


@pytest.mark.parametrize(
    "facts",
    [
        {"rds": instance(status="storage-full")},
        {
            "rds": instance(),
            "account": {"db_events": (DbEvent(ago(minutes=4), "shop-db", "db-instance", ("low storage",), "low"),)},
        },
    ],
)
def test_it_is_told_wherever_there_is_no_room(facts: dict[str, Any]) -> None:
    finding = filled(report(), health=Health(temporary=(TemporaryFiles(7, 31 * GIBI),)), **facts)
    assert f"try: {GROW} --region us-west-2" in facts_of(finding)
    assert finding.title.endswith("; 31 GiB of temporary files ← report")


def test_storage_that_is_being_changed_cannot_be_changed_again() -> None:
    changing = instance(metrics=LOW, status="storage-optimization")
    assert not any("modify-db" in fact for fact in facts_of(filled(rds=changing)))


def test_an_instance_that_grows_by_itself_is_not_told_how_to_begin() -> None:
    told = facts_of(filled(rds=instance(metrics=LOW, storage_most_gib=500)))
    assert [fact for fact in told if "modify-db" in fact] == [f"try: {GROW} --region us-west-2"]


def test_the_storage_of_a_multi_az_cluster_is_that_of_the_cluster() -> None:
    told = facts_of(filled(rds=instance(metrics=LOW, cluster="shop")))
    command = "aws rds modify-db-cluster --db-cluster-identifier shop --allocated-storage 120 --apply-immediately"
    assert [fact for fact in told if "modify-db" in fact] == [f"try: {command} --region us-west-2"]


def test_a_name_from_outside_cannot_become_a_second_command() -> None:
    told = facts_of(filled(rds=instance("shop; rm -rf ~", metrics=LOW, host=HOST)))
    assert any("--db-instance-identifier 'shop; rm -rf ~' --allocated-storage 120" in fact for fact in told)


def test_storage_that_is_low_without_a_server_has_the_same_command() -> None:
    (finding,) = Estate().find(aws={"shop": Outside(aws(instances=(instance(metrics=LOW),)))})
    assert finding.severity is FindingSeverity.DOUBTFUL
    assert f"try: {GROW} --region us-west-2" in facts_of(finding)
