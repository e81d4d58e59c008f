"""Which AWS accounts are looked at, as whom, and what may be seen there."""

from collections.abc import Iterator, Mapping

from cockpit.aws_config import NAME_OF_DEFAULT, AwsAccount, AwsConfig
from cockpit.clock import Clock
from cockpit.doctor.result import Probe, Result, broken, ok, warning
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.aws.account import Account
from cockpit.sources.aws.asking import Ask
from cockpit.sources.aws.errors import MOST_SKEW, clock_remedy, skew
from cockpit.sources.aws.feeds import in_use
from cockpit.sources.aws.identity import read_identity

_ASKED = (
    ("rds", "DescribeDBInstances"),
    ("rds", "DescribeDBClusters"),
    ("rds", "DescribeEvents"),
    ("rds", "DescribePendingMaintenanceActions"),
    ("elbv2", "DescribeLoadBalancers"),
    ("elbv2", "DescribeTargetGroups"),
    ("elb", "DescribeLoadBalancers"),
)
"""What is free. CloudWatch charges every call, and the health of targets needs a group."""
_ANY_REGION = "us-east-1"
"""Who we are is the same everywhere; this is for profiles without a region."""


def aws_probes(config: AwsConfig, environ: Mapping[str, str], clock: Clock) -> Iterator[tuple[str, Probe]]:
    """Give a probe for each account. Where AWS is not in use, nothing is asked but who a named profile is.

    A kubeconfig's login helper may need that profile.
    """
    if in_use(config, environ):
        for name, where in config.looked_at():
            yield _subject(name), _account_probe(name, where, config, clock)
    elif config.profile is not None:
        yield _subject(NAME_OF_DEFAULT), _profile_probe(config, clock)


def _account_probe(name: str, where: AwsAccount, config: AwsConfig, clock: Clock) -> Probe:
    def probe() -> list[Result]:
        account = Account(where.profile, where.region, where.endpoint_url, clock)
        ask, subject = Ask(account), _subject(name)
        try:
            found = [ok(subject, _identity(account, ask))]
        except SourceError as error:
            if error.kind not in (TroubleKind.UNREACHABLE, TroubleKind.TIMEOUT):
                return [broken(subject, error.message, error.remedy)]
            found = [warning(subject, f"who we are is not told: {error.message}", error.remedy)]
        return [*found, *_clock(account, subject), *_rights(account, ask, subject), _costs(config, subject)]

    return probe


def _profile_probe(config: AwsConfig, clock: Clock) -> Probe:
    def probe() -> list[Result]:
        account = Account(config.profile, config.region or _ANY_REGION, config.endpoint_url, clock)
        subject = f"AWS profile {config.profile}"
        try:
            return [ok(subject, _identity(account, Ask(account)))]
        except SourceError as error:
            return [broken(subject, error.message, error.remedy)]

    return probe


def _subject(name: str) -> str:
    return "AWS" if name == NAME_OF_DEFAULT else f"AWS {name}"


def _identity(account: Account, ask: Ask) -> str:
    identity = read_identity(account, ask)
    profile = f", profile {identity.profile}" if identity.profile else ""
    until = f", until {identity.expires_at:%Y-%m-%d %H:%M} UTC" if identity.expires_at else ""
    return f"account {identity.account}, region {identity.region}{profile}, as {identity.arn}{until}"


def _clock(account: Account, subject: str) -> list[Result]:
    ahead = account.clock_ahead
    if ahead is None or abs(ahead) < MOST_SKEW:
        return []
    return [broken(f"{subject} clock", skew(ahead), clock_remedy())]


def _rights(account: Account, ask: Ask, subject: str) -> list[Result]:
    """Ask for the first page of all that is free. What answers is told in one line, what does not in one each."""
    answered, failed = [], []
    for service, operation in _ASKED:
        api = f"{service}:{operation}"
        try:
            ask.call(service, operation)
            answered.append(api)
        except SourceError as error:
            denied = error.kind is TroubleKind.DENIED
            name = account.api(service, operation)
            failed.append(warning(f"{subject} {name}", f"{'denied: ' if denied else ''}{error.message}", error.remedy))
    return [*([ok(f"{subject} rights", f"answered: {', '.join(answered)}")] if answered else []), *failed]


def _costs(config: AwsConfig, subject: str) -> Result:
    if not config.metrics:
        return ok(f"{subject} CloudWatch", "is not asked for numbers; alarms are")
    return ok(f"{subject} CloudWatch", "not asked now: it charges every call")
