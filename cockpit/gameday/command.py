"""The practice world as a command: list the scenarios, run one without a screen, run one in a child process."""

import asyncio
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import msgspec

from cockpit.gameday.web.facts import WebFacts

if TYPE_CHECKING:
    from cockpit.gameday.aws.practice_aws import PracticeAws
    from cockpit.gameday.postgres.database import Database
    from cockpit.gameday.scenarios import Scenario

START_TIMEOUT = 20.0
"""Seconds that a child process gets to say where it is."""
STOP_TIMEOUT = 5.0
"""Seconds that it gets to clean up."""
_SWITCH_SECONDS = 0.0005
"""How long a busy thread keeps the others waiting: loading moto must not keep the API server from its first answers."""


class Endpoint(msgspec.Struct, frozen=True):
    """Where a server listens."""

    url: str
    host: str
    port: int


class PostgresFacts(msgspec.Struct, frozen=True):
    """Where the PostgreSQL server listens, a second after the world has begun; there are no passwords."""

    name: str
    dsn: str
    """As whom to look and to mend: no superuser."""
    emergency: str
    """The same with a right to the reserved connections, where the server knows such a right."""
    port: int


class AwsFacts(msgspec.Struct, frozen=True):
    """Where the practice AWS answers, one or two seconds after the world has begun."""

    endpoint_url: str
    """For all services."""
    region: str
    config: Path
    """An AWS configuration file (AWS_CONFIG_FILE) whose default profile knows this and practice credentials alone."""
    credentials: str = "practice"
    """Key and secret; they open nothing else."""


class Facts(msgspec.Struct, frozen=True):
    """What a client needs to know about a practice world; printed as one JSON line."""

    scenario: str
    kubeconfig: Path
    context: str
    namespace: str
    kubernetes: Endpoint
    pid: int
    postgres: PostgresFacts | None = None
    """None: the scenario has no database, or there is no server to be started."""
    aws: AwsFacts | None = None
    """None: the scenario has no AWS, or moto is not installed."""
    web: WebFacts | None = None
    lacks: str = ""
    """What it goes on without, and what to type to have it."""


class PracticeError(Exception):
    """A practice world did not start; the message says why."""


def list_scenarios(out: TextIO) -> int:
    """Print the scenarios that people are offered.

    Returns:
        The exit status, 0.
    """
    from cockpit.gameday.scenarios import scenarios  # noqa: PLC0415  (aiohttp is loaded only when it is needed)

    listed = [scenario for scenario in scenarios() if scenario.is_listed]
    width = max(len(scenario.name) for scenario in listed)
    out.writelines(f"{scenario.name:<{width}}  {scenario.title}: {scenario.story}\n" for scenario in listed)
    return 0


def run_headless(
    scenario: str, *, lifeline: int | None = None, speed: float = 1.0, seed: int = 0, denied: Sequence[str] = ()
) -> int:
    """Run a practice world until SIGINT, SIGTERM or SIGHUP comes or the lifeline is closed.

    It prints its facts as one line of JSON and leaves nothing behind.

    Args:
        scenario: Name of the scenario.
        lifeline: A file descriptor of a pipe whose other end the parent process holds; it reaches its end when the
            parent dies, however that happens.
        speed: By how much waits are shortened.
        seed: Repeats names and log lines.
        denied: Resources that nobody may read or write.

    Returns:
        The exit status: 0, or 2 when there is no such scenario.
    """
    return asyncio.run(_run(scenario, lifeline, speed, seed, denied))


async def _run(name: str, lifeline: int | None, speed: float, seed: int, denied: Sequence[str]) -> int:
    from cockpit.gameday.scenarios import find_scenario  # noqa: PLC0415  (aiohttp is loaded only when it is needed)
    from cockpit.gameday.web.practice_web import PracticeWeb  # noqa: PLC0415
    from cockpit.gameday.world import CONTEXT, World  # noqa: PLC0415

    try:
        scenario = find_scenario(name)
    except LookupError as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, over.set)
    if lifeline is not None:
        loop.add_reader(lifeline, _end_once, loop, lifeline, over)
    database, lacks = _database(scenario)
    aws, lacks_aws = _aws(scenario)
    sys.setswitchinterval(_SWITCH_SECONDS)
    web = PracticeWeb() if scenario.has_outside else None
    async with World(scenario, speed=speed, seed=seed, denied=denied, database=database, aws=aws, web=web) as world:
        host, port = world.address
        facts = Facts(
            scenario=scenario.name,
            kubeconfig=world.kubeconfig,
            context=CONTEXT,
            namespace=scenario.namespace,
            kubernetes=Endpoint(world.url, host, port),
            pid=os.getpid(),
            postgres=_postgres_facts(database) if database is not None else None,
            aws=_aws_facts(aws, world.kubeconfig.parent) if aws is not None else None,
            web=web.facts if web is not None else None,
            lacks="; ".join(filter(None, (lacks, lacks_aws))),
        )
        sys.stdout.write(msgspec.json.encode(facts, enc_hook=str).decode() + "\n")
        sys.stdout.flush()
        await over.wait()
    return 0


def _end_once(loop: asyncio.AbstractEventLoop, lifeline: int, over: asyncio.Event) -> None:
    """Let the world end; the end of a pipe can be read again and again, which would keep the loop busy."""
    loop.remove_reader(lifeline)
    over.set()


def _database(scenario: "Scenario") -> "tuple[Database | None, str]":
    """Give the database of a scenario that has one, or say why there is none."""
    from cockpit.gameday.postgres.binaries import NoPostgresError  # noqa: PLC0415
    from cockpit.gameday.postgres.database import Database  # noqa: PLC0415

    if not scenario.has_database:
        return None, ""
    try:
        return Database(), ""
    except NoPostgresError as problem:
        sys.stderr.write(f"{problem}\n")
        return None, str(problem)


def _aws(scenario: "Scenario") -> "tuple[PracticeAws | None, str]":
    """Give the AWS of a scenario that has one, or say why there is none."""
    from cockpit.gameday.aws.practice_aws import NoAwsError, PracticeAws  # noqa: PLC0415

    if not scenario.has_outside:
        return None, ""
    _forget_person()
    try:
        return PracticeAws(), ""
    except NoAwsError as problem:
        sys.stderr.write(f"{problem}\n")
        return None, str(problem)


def _forget_person() -> None:
    """Leave all that the environment says of AWS out of this process: moto asks botocore for AWS' regions."""
    from cockpit.gameday.aws.facts import NO_FILE, practice_environment  # noqa: PLC0415

    environment = practice_environment(os.environ, NO_FILE)
    for name in os.environ.keys() - environment.keys():
        del os.environ[name]
    os.environ.update(environment)


def _aws_facts(aws: "PracticeAws", folder: Path) -> AwsFacts:
    from cockpit.gameday.aws.facts import REGION, profile  # noqa: PLC0415

    file = folder / "aws.ini"
    file.write_text(profile(aws.endpoint_url), encoding="utf-8")
    return AwsFacts(aws.endpoint_url, REGION, file)


def _postgres_facts(database: "Database") -> PostgresFacts:
    from cockpit.gameday.postgres.shop_database import EMERGENCY  # noqa: PLC0415

    return PostgresFacts("shop-db", database.dsn(), database.dsn(EMERGENCY), database.port)


@contextmanager
def practice(scenario: str, *, speed: float = 1.0, seed: int = 0, denied: Sequence[str] = ()) -> Iterator[Facts]:
    """Run a practice world in a child process for the length of a `with` block; `denied` resources are nobody's.

    The child holds one end of a pipe, so that it ends with this process whatever happens to it.

    Raises:
        PracticeError: It did not start.
    """
    reading, writing = os.pipe()
    command = [sys.executable, "-m", "cockpit.gameday", scenario]
    command += ["--lifeline", str(reading), "--speed", str(speed), "--seed", str(seed)]
    command += [f"--deny={resource}" for resource in denied]
    # A file takes the complaints: a pipe that nobody reads would stop the child when it is full.
    with tempfile.TemporaryFile() as complaints:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
            pass_fds=(reading,),
            start_new_session=True,  # a Ctrl-C in the terminal is the cockpit's, not the world's
        )
        os.close(reading)
        try:
            line = _first_line(child)
            if not line:
                complaints.seek(0)
                why = complaints.read().decode(errors="replace").strip()
                raise PracticeError(why or f"the practice world did not start within {START_TIMEOUT:.0f} s")
            yield msgspec.json.decode(line, type=Facts, dec_hook=_decode_path)
        finally:
            os.close(writing)
            _stop(child)


def _first_line(child: subprocess.Popen[bytes]) -> bytes:
    """Read a child's first line; nothing when it ends or does not come in time."""
    line = b""
    deadline = time.monotonic() + START_TIMEOUT
    while child.stdout is not None and not line.endswith(b"\n"):
        readable, _, _ = select.select([child.stdout], [], [], max(0.0, deadline - time.monotonic()))
        chunk = os.read(child.stdout.fileno(), 65536) if readable else b""
        if not chunk:
            return b""
        line += chunk
    return line


def _decode_path(wanted: type, text: object) -> object:
    return wanted(text)


def _stop(child: subprocess.Popen[bytes]) -> None:
    """Wait for the end of a child whose lifeline is closed; kill it when it does not come."""
    try:
        child.communicate(timeout=STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
