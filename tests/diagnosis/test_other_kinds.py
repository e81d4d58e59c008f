"""What is wrong with jobs, autoscalers, certificates, volume claims, and with what pods use and log."""

from datetime import timedelta
from typing import Any

import pytest
from support.estate import Estate

from cockpit.diagnosis.finding import FindingSeverity, Verb
from cockpit.diagnosis.policy import Policy
from cockpit.logs.rates import LogRate, LogRates
from cockpit.sources.kubernetes.model import Health, Pod, Workload
from cockpit.sources.kubernetes.objects import Autoscaler, Certificate, Job, ObjectRef, Owner, Resources, VolumeClaim

WRONG, DOUBTFUL = FindingSeverity.WRONG, FindingSeverity.DOUBTFUL
MIB = 2**20


def job(estate: Estate, name: str = "import", hours: float = 1, **facts: Any) -> Job:
    gave_up = estate.condition("Failed", "True", "BackoffLimitExceeded", "Job has reached the specified backoff limit")
    meta = estate.meta(name, created=estate.ago(hours=hours), owner=facts.pop("owner", None))
    return Job(meta=meta, **{"failed": 7, "conditions": (gave_up,), **facts})


def test_a_job_that_gave_up_is_wrong(estate: Estate) -> None:
    finding = estate.only(job(estate))
    assert finding.title == ("import: the job gave up after 7 failed pods: Job has reached the specified backoff limit")
    assert (finding.scenario, finding.severity, finding.since) == ("job-failed", WRONG, estate.ago(minutes=15))


def test_a_job_that_took_too_long_says_so(estate: Estate) -> None:
    late = estate.condition("Failed", "True", "DeadlineExceeded", "Job was active longer than specified deadline")
    assert estate.only(job(estate, conditions=(late,), failed=0)).title.startswith(
        "import: the job took too long: Job was"
    )


def test_the_pods_of_a_failed_job_explain_it(estate: Estate) -> None:
    ended = estate.container(name="j", ready=False, state="terminated", reason="Error", exit_code=3)
    pod = estate.ill("import-1", ended, status="Error", workload=Workload("Job", "import"))
    log = estate.crash_log("import-1", "ModuleNotFoundError: No module named 'pandas'", container="j")
    finding = estate.only(job(estate), pod, crash_logs=log)
    assert finding.title == (
        "import: 1 pod failed, exit 3: module pandas is missing; the job gave up after 7 failed pods"
    )


def test_a_cron_job_that_succeeded_since_is_in_order(estate: Estate) -> None:
    cron = Owner("CronJob", "import")
    done = (estate.condition("Complete", "True"),)
    failed = job(estate, "import-1", hours=2, owner=cron)
    assert estate.find(failed, job(estate, "import-2", hours=1, owner=cron, conditions=done)) == []
    assert estate.find(failed, job(estate, "import-0", hours=3, owner=cron, conditions=done)) != []


def test_a_job_that_completed_after_a_failed_try_is_in_order(estate: Estate) -> None:
    ended = estate.container(ready=False, state="terminated", reason="Error", exit_code=3)
    pod = estate.ill("import-1", ended, status="Error", workload=Workload("Job", "import"))
    assert estate.find(job(estate, conditions=(estate.condition("Complete", "True"),)), pod) == []


def scaler(estate: Estate, *conditions: Any, **facts: Any) -> Autoscaler:
    defaults = {"target": Owner("Deployment", "api"), "least": 2, "most": 5, "current": 5, "desired": 5}
    return Autoscaler(meta=estate.meta("api"), conditions=conditions, **{**defaults, **facts})


def test_an_autoscaler_at_its_maximum_that_wants_more_is_doubtful(estate: Estate) -> None:
    limited = estate.condition("ScalingLimited", "True", "TooManyReplicas", "the desired replica count is too large")
    finding = estate.only(scaler(estate, limited, metrics=("cpu 93% of 80%",)))
    assert finding.title == "autoscaler api: is at its maximum of 5 pods and wants more: cpu 93% of 80%"
    assert (finding.severity, finding.objects[1]) == (DOUBTFUL, ObjectRef("Deployment", "shop", "api"))


@pytest.mark.parametrize(
    ("metrics", "maximum"),
    [
        (("cpu 93% of 80%",), "6"),
        (("cpu 200% of 80%", "memory 20% of 80%"), "13"),
        (("queue 900 of 100",), "10"),
        (("cpu unknown of 80%",), "10"),
        (("cpu 200% of 0%",), "10"),
    ],
)
def test_the_maximum_that_the_load_asks_for_is_suggested(
    estate: Estate, metrics: tuple[str, ...], maximum: str
) -> None:
    limited = estate.condition("ScalingLimited", "True", "TooManyReplicas")
    (action,) = estate.only(scaler(estate, limited, metrics=metrics)).actions
    assert (action.verb, action.target.kind, action.target.name) == (
        Verb.SET_MAXIMUM,
        "HorizontalPodAutoscaler",
        "api",
    )
    assert action.parameters == {"maximum": maximum}


def test_an_autoscaler_at_its_maximum_that_is_content_is_nothing(estate: Estate) -> None:
    limited = estate.condition("ScalingLimited", "True", "TooFewReplicas")
    assert estate.find(scaler(estate, limited, metrics=("cpu 60% of 80%",))) == []


def test_an_autoscaler_without_metrics_is_doubtful_after_five_minutes(estate: Estate) -> None:
    def blind(minutes: float, reason: str = "FailedGetResourceMetric") -> Autoscaler:
        since = estate.ago(minutes=minutes)
        message = "unable to get metrics for resource cpu"
        return scaler(estate, estate.condition("ScalingActive", "False", reason, message, since=since))

    assert estate.only(blind(6)).title == (
        "autoscaler api: has no metrics to go by: unable to get metrics for resource cpu"
    )
    assert estate.find(blind(4)) == []
    assert estate.find(blind(6, "ScalingDisabled")) == []


def test_an_autoscaler_without_metrics_is_explained_by_pods_that_do_not_run(estate: Estate) -> None:
    blind = scaler(estate, estate.condition("ScalingActive", "False", "FailedGetResourceMetric", "no metrics"))
    waiting = estate.container(state="waiting", reason="CrashLoopBackOff", restarts=4, last_exit_code=1, ready=False)
    finding = estate.only(blind, estate.ill("api-1", waiting))
    assert finding.title.endswith("; autoscaler api: has no metrics to go by")


def certificate(estate: Estate, *conditions: Any, **facts: Any) -> Certificate:
    return Certificate(meta=estate.meta("shop-tls"), secret="shop-tls", conditions=conditions, **facts)


def test_a_certificate_that_has_expired_is_wrong_and_names_who_uses_it(estate: Estate) -> None:
    failed = estate.condition("Ready", "False", "Expired", "Certificate expired on Fri")
    expired = certificate(estate, failed, not_after=estate.ago(hours=2), names=("shop.example.test",))
    finding = estate.only(
        expired, estate.ingress(tls_secrets=("shop-tls",)), estate.service(), estate.slice("api", **{"api-1": True})
    )
    assert finding.title == (
        "certificate shop-tls (shop.example.test): has expired: Certificate expired on Fri; ingress shop uses it"
    )
    assert (finding.severity, finding.since) == (WRONG, estate.ago(hours=2))


@pytest.mark.parametrize(
    ("days", "title"), [(13, "expires in 13 days"), (1.5, "expires in 1 day"), (0.2, "expires in 4 hours")]
)
def test_a_certificate_that_expires_within_two_weeks_is_doubtful(estate: Estate, days: float, title: str) -> None:
    finding = estate.only(certificate(estate, not_after=estate.now + timedelta(days=days)))
    assert (finding.title, finding.severity) == (f"certificate shop-tls: {title}", DOUBTFUL)


def test_a_certificate_whose_renewal_is_overdue_says_so_and_one_to_be_renewed_is_in_order(estate: Estate) -> None:
    soon = estate.now + timedelta(days=10)
    overdue = certificate(estate, not_after=soon, renewal_at=estate.ago(days=20))
    assert estate.only(overdue).title.endswith("expires in 10 days: its renewal is overdue")
    assert estate.find(certificate(estate, not_after=soon, renewal_at=estate.now + timedelta(days=5))) == []
    assert estate.find(certificate(estate, not_after=estate.now + timedelta(days=15))) == []
    assert estate.find(
        certificate(estate, not_after=estate.now + timedelta(days=15)), policy=Policy(certificate_days=21)
    )


def test_a_certificate_that_is_not_issued_is_wrong_after_a_while(estate: Estate) -> None:
    message = "Issuing certificate as Secret does not exist"

    def waiting(minutes: float) -> Certificate:
        return certificate(
            estate, estate.condition("Ready", "False", "DoesNotExist", message, since=estate.ago(minutes=minutes))
        )

    finding = estate.only(waiting(6))
    assert (finding.title, finding.severity) == (f"certificate shop-tls: is not ready: {message}", WRONG)
    assert estate.find(waiting(4)) == []


def test_why_a_certificate_was_not_renewed_is_the_innermost_of_the_errors(estate: Estate) -> None:
    message = (
        "The certificate request has failed to complete and will be retried: Failed to create Order: "
        "403 urn:ietf:params:acme:error:rejectedIdentifier: CAA record forbids issuance"
    )
    failed = estate.condition("Issuing", "False", "Failed", message)
    cause = "403 urn:ietf:params:acme:error:rejectedIdentifier: CAA record forbids issuance"
    expired = certificate(estate, failed, not_after=estate.ago(hours=2))
    assert estate.only(expired).title == f"certificate shop-tls: has expired: its renewal failed: {cause}"
    ending = certificate(estate, failed, not_after=estate.now + timedelta(days=3))
    assert estate.only(ending).title == f"certificate shop-tls: expires in 3 days: its renewal failed: {cause}"
    first = certificate(estate, failed, estate.condition("Ready", "False", "DoesNotExist", "no secret"))
    assert estate.only(first).title == f"certificate shop-tls: is not ready: issuing it failed: {cause}"
    tried_again = certificate(estate, estate.condition("Issuing"), not_after=estate.ago(hours=2))
    assert estate.only(tried_again).title == "certificate shop-tls: has expired"


def test_a_certificate_that_is_no_good_is_to_be_renewed_unless_it_is_being_issued(estate: Estate) -> None:
    def suggested(*conditions: Any, **facts: Any) -> list[tuple[Verb, str, str]]:
        actions = estate.only(certificate(estate, *conditions, **facts)).actions
        return [(each.verb, each.target.kind, each.why) for each in actions]

    expired, ending = estate.ago(hours=2), estate.now + timedelta(days=3)
    at_once = [(Verb.RENEW, "Certificate", "has cert-manager issue it anew")]
    again = [(Verb.RENEW, "Certificate", "tries again now; cert-manager by itself waits for up to 32 hours")]
    failed = estate.condition("Issuing", "False", "Failed", "no")
    assert suggested(not_after=expired) == suggested(not_after=ending) == at_once
    assert suggested(failed, not_after=expired) == suggested(failed, not_after=ending) == again
    assert suggested(failed, estate.condition("Ready", "False", "DoesNotExist", "no secret")) == again
    assert suggested(estate.condition("Issuing", "True"), not_after=expired) == []


def test_a_claim_that_lost_its_volume_is_wrong(estate: Estate) -> None:
    assert estate.only(estate.claim(phase="Lost")).title == "volume claim data-db-0: has lost its volume"


def test_a_claim_that_waits_for_a_pod_is_in_order_and_one_that_cannot_be_bound_is_not(estate: Estate) -> None:
    waits = estate.event("WaitForFirstConsumer", "PersistentVolumeClaim/data-db-0", type="Normal")
    assert estate.find(estate.claim(), waits) == []
    assert estate.find(estate.claim()) == []
    message = "no persistent volumes available for this claim and no storage class is set"
    failed = estate.event("FailedBinding", "PersistentVolumeClaim/data-db-0", message)
    finding = estate.only(estate.claim(storage_class=""), failed)
    assert finding.title == f"volume claim data-db-0: is not bound: {message}"
    assert finding.evidence[0].fact == "Pending, asks for 1Gi of no storage class"
    young = estate.meta("data-db-0", created=estate.ago(minutes=1))
    assert estate.find(VolumeClaim(meta=young, phase="Pending")) == []
    assert estate.find(VolumeClaim(meta=young, phase="Pending"), failed) != []


def limited(estate: Estate, name: str, **facts: Any) -> Pod:
    resources = Resources(cpu_limit=500, memory_limit=200 * MIB)
    return estate.pod(name, estate.container(resources=resources), **facts)


def test_pods_near_their_memory_limit_are_doubtful(estate: Estate) -> None:
    use = estate.usage(**{"api-1": (100, 180 * MIB), "api-2": (100, 172 * MIB), "api-3": (100, 170 * MIB)})
    finding = estate.only(*(limited(estate, f"api-{number}") for number in (1, 2, 3)), usage=use)
    assert finding.title == "api: 2 of 3 pods use up to 90 % of the memory limit: 180Mi of 200Mi"
    assert (finding.scenario, finding.severity) == ("memory", DOUBTFUL)
    assert [action.verb for action in finding.actions] == [Verb.RESTART]


def test_a_pod_near_its_cpu_limit_is_doubtful_and_another_may_help(estate: Estate) -> None:
    facts = [limited(estate, "api-1"), estate.deployment()]
    finding = estate.only(*facts, usage=estate.usage(**{"api-1": (460, MIB)}))
    assert finding.title == "api: 1 of 1 pod uses 92 % of the CPU limit: 460m of 500m"
    assert [(action.verb, action.parameters) for action in finding.actions] == [(Verb.SCALE, {"replicas": "4"})]
    scaled = estate.only(*facts, scaler(estate, current=2), usage=estate.usage(**{"api-1": (460, MIB)}))
    assert scaled.actions == ()


def test_a_pod_with_a_container_without_limit_cannot_be_judged(estate: Estate) -> None:
    free = estate.pod("api-1", estate.container(resources=Resources(memory_limit=MIB)), estate.container(name="proxy"))
    assert estate.find(free, usage=estate.usage(**{"api-1": (9999, 10 * MIB)})) == []


def rate(name: str = "api-1/api", errors: float = 30, before: float | None = 2, lines: float = 100) -> LogRate:
    newest = "ERROR password=hunter2secret refused"
    return LogRate(name, lines, errors, lines, before, newest_error=newest, newest_error_at=Estate.now)


def test_error_lines_that_rise_are_doubtful(estate: Estate) -> None:
    finding = estate.only(estate.pod("api-1"), estate.pod("api-2"), log_rates=LogRates((rate(), rate("api-2/api"))))
    assert finding.title.startswith("api: 60 error lines a minute, 4 before: ERROR password=")
    assert "hunter2" not in finding.title
    assert (finding.scenario, finding.severity) == ("log-errors", DOUBTFUL)


@pytest.mark.parametrize(
    "calm",
    [rate(errors=4, before=0), rate(errors=30, before=11), rate(lines=1000), rate(before=None), rate("gone-1/api")],
)
def test_everyday_errors_are_nothing(estate: Estate, calm: LogRate) -> None:
    assert estate.find(estate.pod("api-1"), log_rates=LogRates((calm,))) == []


def test_errors_of_pods_that_crash_go_without_saying(estate: Estate) -> None:
    waiting = estate.container(state="waiting", reason="CrashLoopBackOff", restarts=4, last_exit_code=1, ready=False)
    finding = estate.only(estate.ill("api-1", waiting, health=Health.WRONG), log_rates=LogRates((rate(),)))
    assert finding.title == "api: 1 of 1 pod crash-loops, exit 1"
    assert finding.evidence[-1].source == "logs/rates"
