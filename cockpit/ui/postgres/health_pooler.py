"""Health of a server behind a pooler: who waits for one of its connections."""

from cockpit.sources.postgres.model import Health, Pool
from cockpit.ui.postgres.check import Check, Group, missing
from cockpit.ui.postgres.postgres_view import View
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.amounts import duration

_MOST = 6
_LONG_WAIT = 5.0
"""Seconds that a client may wait for a server connection: many a driver gives up after as many."""


def pooler(view: View, health: Health) -> list[Group]:
    """Judge the pools; nothing where no pooler stands in between."""
    if not view.look.server.pooled:
        return []
    if health.pools is None:
        return [Group("pooler", [missing(view, "pools", "pools")])]
    checks = [_check(each) for each in health.pools[:_MOST]]
    if len(health.pools) > _MOST:
        checks.append(Check("pools", f"{len(health.pools) - _MOST} more", "", "with fewer clients than these"))
    return [Group("pooler", checks or [Check("pools", "none")])]


def _check(pool: Pool) -> Check:
    tone: Tone = "well"
    if pool.clients_waiting:
        tone = "wrong" if pool.longest_wait_seconds >= _LONG_WAIT else "doubtful"
    waiting = f"{pool.clients_waiting} waiting" if pool.clients_waiting else "nobody waits"
    longest = f", {duration(pool.longest_wait_seconds)}" if pool.clients_waiting else ""
    servers = f"{pool.servers_active} server connections in use, {pool.servers_idle} idle"
    mode = f"; {pool.mode} pooling" if pool.mode else ""
    told = f"{pool.clients_active} clients active; {servers}{mode}"
    return Check(f"pool {pool.database}/{pool.user}", f"{waiting}{longest}", tone, told)
