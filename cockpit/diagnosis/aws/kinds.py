"""What findings call the objects of AWS."""

from cockpit.sources.kubernetes.objects import ObjectRef

AWS = "Aws"
"""An account and region, by the name that the configuration gives it."""
RDS = "RDS"
"""An instance: `ACCOUNT/instance`."""
CLUSTER = "RDSCluster"
BALANCER = "Balancer"
TARGET_GROUP = "TargetGroup"
ALARM = "Alarm"


def account_ref(account: str) -> ObjectRef:
    """Name an account and region."""
    return ObjectRef(AWS, "", account)


def aws_ref(kind: str, account: str, name: str) -> ObjectRef:
    """Name an object of an account, as `kind` is called above."""
    return ObjectRef(kind, "", f"{account}/{name}")
