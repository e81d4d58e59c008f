"""The command `cockpit doctor`: says what works here, what does not, and how to mend it."""

import asyncio
from collections.abc import Awaitable, Iterable, Mapping
from typing import TextIO

from cockpit.broken_pipe import abandon
from cockpit.clock import Clock
from cockpit.config import Config, Flags
from cockpit.config_error import ConfigError
from cockpit.config_load import config_path, default_path, load
from cockpit.doctor.aws import aws_probes
from cockpit.doctor.clock import clock_probe
from cockpit.doctor.cluster import connection_probe, right_probes
from cockpit.doctor.incidents import directory_probe
from cockpit.doctor.packages import package_probe
from cockpit.doctor.postgres import examine_server
from cockpit.doctor.result import Probe, Result, Verdict, broken, ok
from cockpit.doctor.shared_log import shared_log_probe
from cockpit.doctor.terminal import terminal_probe
from cockpit.interruption import Interrupted, run_unless_interrupted
from cockpit.reading import SourceError
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.targets import targets
from cockpit.threads import call_in_thread

TIME_OUT = 25.0
"""Seconds that a probe has: a login program alone may take 20."""

Named = tuple[str, Probe]


def run_doctor(flags: Flags, environ: Mapping[str, str], clock: Clock, stdout: TextIO) -> int:
    """Examine this machine and what it reaches, and give the exit status: 1 when something is broken."""
    try:
        config = load(flags, environ)
    except ConfigError as error:
        _write([broken("configuration", str(error), f"${{EDITOR:-vi}} {config_path(flags, environ)}")], stdout)
        return 1
    path = config_path(flags, environ)
    found = [ok("configuration", str(path) if path else f"no file at {default_path()}; the defaults are used")]
    try:
        found += run_unless_interrupted(_examine(config, environ, clock))
    except Interrupted as interrupted:
        return interrupted.exit_status
    _write(found, stdout)
    return 1 if any(result.verdict is Verdict.BROKEN for result in found) else 0


async def _examine(config: Config, environ: Mapping[str, str], clock: Clock) -> list[Result]:
    cluster = Cluster(config.kubernetes.kubeconfig, config.kubernetes.context, config.aws.profile, clock)
    here: list[Named] = [
        ("incident directory", directory_probe(config.incident.directory)),
        *aws_probes(config.aws, environ, clock),
        ("terminal", terminal_probe(environ)),
        ("packages", package_probe),
    ]
    if config.incident.shared is not None:
        here.append(("shared log", shared_log_probe(config.incident.shared, config.incident.directory, clock)))
    servers = [
        _settled(f"postgres {target.name}", examine_server(target, clock)) for target in targets(config, environ)
    ]
    try:
        found = await asyncio.gather(_examine_cluster(cluster, config, clock), *servers, _run_all(here))
    finally:
        cluster.close()
    return [result for results in found for result in results]


async def _examine_cluster(cluster: Cluster, config: Config, clock: Clock) -> list[Result]:
    """Look at the connection first: without one, everything else fails for the same reason."""
    connection = await _run("kubernetes", connection_probe(cluster))
    if any(result.verdict is Verdict.BROKEN for result in connection):
        return connection
    info = await call_in_thread(cluster.describe)
    namespace = "" if config.kubernetes.all_namespaces else config.kubernetes.namespace or info.namespace
    rights = await _run_all([*right_probes(cluster, namespace), ("clock", clock_probe(info.server, clock))])
    return [*connection, *rights]


async def _run_all(probes: Iterable[Named]) -> list[Result]:
    found = await asyncio.gather(*(_run(subject, probe) for subject, probe in probes))
    return [result for results in found for result in results]


async def _run(subject: str, probe: Probe) -> list[Result]:
    return await _settled(subject, call_in_thread(probe))


async def _settled(subject: str, results: Awaitable[list[Result]]) -> list[Result]:
    """Wait for results; that there are none is a result too."""
    try:
        async with asyncio.timeout(TIME_OUT):
            return await results
    except SourceError as error:
        return [broken(subject, error.message, error.remedy)]
    except TimeoutError:
        return [broken(subject, f"no answer within {TIME_OUT:.0f} s")]
    except Exception as error:  # noqa: BLE001  (a probe that fails in an unforeseen way is a finding too)
        return [broken(subject, f"{type(error).__name__}: {error}")]


def _write(results: Iterable[Result], stdout: TextIO) -> None:
    try:
        stdout.writelines(f"{result}\n" for result in results)
        stdout.flush()
    except BrokenPipeError:
        abandon(stdout)
