"""How bad a figure of CloudWatch is: the one rule of the findings and of whoever draws the figure.

It is that of CloudWatch's own alarms, M out of N datapoints (AWS documentation, Evaluating an alarm): a figure whose
newest point alone is beyond a limit is not bad yet, and one whose newest point alone is within it is not well again.
"""

from datetime import datetime

from cockpit.diagnosis.aws.balancers import errors_of
from cockpit.diagnosis.aws.limits import TRANSACTION_IDS, excess_of, excess_of_balancer
from cockpit.diagnosis.aws.storage import severity_of as storage_severity
from cockpit.diagnosis.finding import FindingSeverity
from cockpit.diagnosis.policy import Policy
from cockpit.sources.aws.model import Balancer, BalancerMetric, DbInstance, DbMetric


def of_instance(instance: DbInstance, metric: DbMetric, policy: Policy, now: datetime) -> FindingSeverity | None:
    """Judge a metric of a database instance; None: it is no finding."""
    if metric is DbMetric.FREE_STORAGE:
        return storage_severity(instance, policy, now)
    excess = excess_of(instance, metric, policy, now)
    if excess is None:
        return None
    critical = TRANSACTION_IDS * policy.wraparound_critical_percent / 100
    grave = metric is DbMetric.TRANSACTION_IDS and excess.value > critical
    return FindingSeverity.WRONG if grave else FindingSeverity.DOUBTFUL


def of_balancer(balancer: Balancer, metric: BalancerMetric, policy: Policy, now: datetime) -> FindingSeverity | None:
    """Judge a metric of a balancer; of the two kinds of 5xx, those that there are, by their common share."""
    if metric in (BalancerMetric.ELB_5XX, BalancerMetric.TARGET_5XX):
        errors = errors_of(balancer, policy, now)
        if errors is None:
            return None
        count = errors.by_balancer if metric is BalancerMetric.ELB_5XX else errors.by_targets
        return errors.severity if count else None
    return FindingSeverity.DOUBTFUL if excess_of_balancer(balancer, metric, policy, now) is not None else None
