"""How many vCPUs a class of RDS instances has."""

import re
from collections.abc import Iterable, Mapping

_SMALL = {"micro": 2, "small": 2, "medium": 2, "large": 2, "xlarge": 4}
_OLD = {"db.t2.micro": 1, "db.t2.small": 1, "db.m3.medium": 1}
"""Of one vCPU, where all newer classes of the size have two."""
_A_LARGE_ONE = re.compile(r"(\d+)xlarge")


def vcpus_of(instance_class: str, features: Iterable[Mapping[str, str]] = ()) -> int | None:
    """Tell the vCPUs of a class; None: it is not known, as for `db.serverless` and bare metal.

    The sizes mean the same in all families (Amazon RDS User Guide, "Hardware specifications for DB instance classes"):
    an `xlarge` has four, and `Nxlarge` N times as many.

    Args:
        instance_class: such as `db.r6g.2xlarge`.
        features: processor features that were set for the instance, which count instead (`coreCount`,
            `threadsPerCore`).
    """
    said = {feature.get("Name"): feature.get("Value", "") for feature in features}
    cores, threads = said.get("coreCount", ""), said.get("threadsPerCore", "")
    if cores.isdigit() and threads.isdigit():
        return int(cores) * int(threads)
    if instance_class in _OLD:
        return _OLD[instance_class]
    size = instance_class.split(".")[2] if instance_class.count(".") > 1 else ""
    large = _A_LARGE_ONE.fullmatch(size)
    return 4 * int(large[1]) if large else _SMALL.get(size)
