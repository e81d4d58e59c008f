"""How the storage of a database instance is made larger: what to type, and what to know before."""

import shlex
from collections.abc import Iterator
from math import ceil

from cockpit.diagnosis.aws.account_view import AccountView
from cockpit.diagnosis.finding import Evidence
from cockpit.diagnosis.wording import one_line
from cockpit.sources.aws.model import DbInstance

MOST_GIB = 65536
"""More storage no instance of PostgreSQL has (AWS documentation, Amazon RDS DB instance storage)."""

_MORE = 1.2
"""Times as much storage; RDS takes no less than 1.1 times as much."""
_ROOM = 2
"""Times as much storage up to which it may then grow by itself."""
_LONGEST_COMMAND = 400
_BEING_CHANGED = ("storage-optimization", "storage-config-upgrade", "modifying")
"""Statuses in which AWS refuses to change the storage again."""


def enlarging(instance: DbInstance, view: AccountView) -> Iterator[Evidence]:
    """Tell how to make the storage of an instance larger; nothing of Aurora, whose storage grows by itself.

    Storage can be changed once in six hours, or when the change before is done, and never becomes smaller (AWS
    documentation, Increasing DB instance storage capacity).
    """
    whole = instance.storage_gib
    if not whole or whole >= MOST_GIB:
        return
    ref = view.instance(instance).name
    if instance.status in _BEING_CHANGED:
        yield view.proof(ref, "its storage is being changed: until that is done, at most 6 hours, it cannot be again")
        return
    wanted = min(ceil(whole * _MORE), MOST_GIB)
    yield _typed(instance, view, f"--allocated-storage {wanted}")
    yield view.proof(
        ref,
        "larger storage never becomes smaller again, can be changed only once in 6 hours, costs by the GiB,"
        " and is slower for hours",
    )
    if not instance.storage_most_gib and not instance.cluster:
        most = f"--max-allocated-storage {min(whole * _ROOM, MOST_GIB)}"
        yield _typed(instance, view, most, "so that it grows by itself, at most once in 6 hours: ")


def _typed(instance: DbInstance, view: AccountView, change: str, why: str = "try: ") -> Evidence:
    """Write a command. That of a Multi-AZ cluster changes all of its instances."""
    who = view.look.identity
    thing, name = ("cluster", instance.cluster) if instance.cluster else ("instance", instance.name)
    words = ["aws", "rds", f"modify-db-{thing}", f"--db-{thing}-identifier", shlex.quote(name)]
    words += [change, "--apply-immediately"]
    words += ["--region", shlex.quote(who.region)] if who.region else []
    words += ["--profile", shlex.quote(who.profile)] if who.profile else []
    command = one_line(" ".join(words), _LONGEST_COMMAND)
    return Evidence(view.source, one_line(view.instance(instance).name), f"{why}{command}", command)
