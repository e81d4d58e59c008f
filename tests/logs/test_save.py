"""A log saved to a file."""

import asyncio
import errno
import os
from array import array
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cockpit.logs import buffer as buffer_module
from cockpit.logs.block import LineKind, LogBlock
from cockpit.logs.buffer import LogBuffer
from cockpit.logs.save import save_log
from cockpit.logs.spool import Spool
from cockpit.redact import redact

MakeBlock = Callable[..., LogBlock]
TIME = 1_795_270_131_120_000_007
ALNUM = "aB3dE6gH9jK2mN5pQ8sT1vW4xY7zA0bC3dE6fG9h"
PEM = "-----BEGIN RSA " + "PRIVATE KEY-----"
PEM_END = "-----END RSA " + "PRIVATE KEY-----"

# One for each rule of the redaction.
SECRETS = [
    "AKIA" + "IOSFODNN7EXAMPLE",
    "ghp_" + ALNUM[:36],
    "github_pat_" + ALNUM,
    "glpat-" + ALNUM[:20],
    "xoxb-" + "123456789012-abcdefABCDEF",
    "xapp-" + "1-A0123456789",
    "sk_live_" + ALNUM[:24],
    "whsec_" + ALNUM[:24],
    "AIza" + ALNUM[:35],
    "ya29." + ALNUM[:24],
    "GOCSPX-" + ALNUM[:24],
    "npm_" + ALNUM[:36],
    "pypi-" + ALNUM + ALNUM,
    "dckr_pat_" + ALNUM[:27],
    "dop_v1_" + "0123456789abcdef" * 4,
    "hvs." + ALNUM[:24],
    "SG." + ALNUM[:22] + "." + ALNUM,
    "hf_" + ALNUM[:34],
    "sk-" + "proj-" + ALNUM,
    "eyJ" + "hbGciOiJIUzI1NiJ9." + "eyJ" + "zdWIiOiIxMjM0In0.dBjftJeZ4CVP",
    f"{PEM}\\nMIIEowIBAAKCAQEA\\n{PEM_END}",
    "redis://app:hunter2@cache",
    "hooks.slack.com/services/T000/B000/" + ALNUM[:24],
    "Authorization: Negotiate opaque",
    "bearer " + ALNUM,
    "Basic dXNlcjpwYXNz",
    "curl -u ana:hunter2 x",
    "DB_PASSWORD=hunter2",
    "mysql_pwd=hunter2",
    "IDENTIFIED BY 'hunter2'",
    "JWT_SECRET=abc",
    "SENTRY_KEY=abc",
    "credentials=abc",
    "X-Amz-Signature=abc",
    "?sig=abc",
    '"auth": "dXNlcjpwYXNz"',
    "--access-token abc",
]


@pytest.fixture
def buffer(block: MakeBlock) -> LogBuffer:
    buffer = LogBuffer()
    buffer.append(block(b"first", b"[bold]second", stream="api-x2/api", times=[TIME, TIME + 1]))
    buffer.append(block(b"lines may be missing", stream="api-k8/api", times=[0], kind=LineKind.GAP))
    return buffer


async def test_every_line_is_written_with_its_time_and_stream(buffer: LogBuffer, tmp_path: Path) -> None:
    path = tmp_path / "shop.log"
    assert await save_log(buffer, path) == 3
    assert path.read_text(encoding="utf-8").splitlines() == [
        "2026-11-21T14:08:51.120000007Z api-x2/api first",
        "2026-11-21T14:08:51.120000008Z api-x2/api [bold]second",
        "- api-k8/api GAP: lines may be missing",
    ]
    assert path.stat().st_mode & 0o777 == 0o600


async def test_lines_in_the_spool_are_written_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buffer_module, "CHUNK_BYTES", 200)
    buffer = LogBuffer(1000, Spool(tmp_path, 2**20))
    for number in range(1000):
        buffer.append(LogBlock("a/a", b"line %d" % number, array("q", [0])))
    assert buffer.spooled
    assert await save_log(buffer, tmp_path / "log") == 1000
    assert (tmp_path / "log").read_bytes() == b"".join(b"- a/a line %d\n" % number for number in range(1000))


@pytest.mark.parametrize("secret", SECRETS)
async def test_no_secret_is_written(secret: str, block: MakeBlock, tmp_path: Path) -> None:
    buffer = LogBuffer()
    buffer.append(block(b"found " + secret.encode(), times=[0], stream="a/a"))
    await save_log(buffer, tmp_path / "log")
    masked = redact(f"found {secret}")
    assert "[redacted:" in masked
    assert (tmp_path / "log").read_text(encoding="utf-8") == f"- a/a {masked}\n"


PIECES = st.sampled_from([*SECRETS, " ", '"', "\\", "=", ":", "@", "/", "_KEY", "token", "is", "://u:p@h", "--", "12"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(lines=st.lists(st.lists(PIECES, max_size=4).map("".join), min_size=1, max_size=5))
def test_what_is_written_is_what_the_redaction_leaves(lines: list[str], tmp_path: Path) -> None:
    buffer = LogBuffer()
    for index, line in enumerate(lines):
        buffer.append(LogBlock(f"{index}/a", line.encode(), array("q", [0])))
    asyncio.run(save_log(buffer, tmp_path / "log"))
    expected = [f"- {index}/a {redact(line)}" for index, line in enumerate(lines)]
    assert (tmp_path / "log").read_text(encoding="utf-8").splitlines() == expected


async def test_a_private_key_over_several_lines_is_masked_in_its_own_stream(block: MakeBlock, tmp_path: Path) -> None:
    buffer = LogBuffer()
    buffer.append(block(b"key is " + PEM.encode(), b"MIIEowIBAAKCAQEA", times=[0, 0], stream="a/a"))
    buffer.append(block(b"MIIEowIBAAKCAQEA", times=[0], stream="b/b"))
    buffer.append(block(b"MIIEpAIBAAKCAQEA", PEM_END.encode(), b"after", times=[0, 0, 0], stream="a/a"))
    buffer.append(block(PEM.encode(), b"MIIEpAIBAAKCAQEA", b"it was: cut off", b"MIIE", times=[0] * 4, stream="c/c"))
    await save_log(buffer, tmp_path / "log")
    assert (tmp_path / "log").read_text(encoding="utf-8").splitlines() == [
        "- a/a key is [redacted:private-key]",
        "- a/a [redacted:private-key]",
        "- b/b MIIEowIBAAKCAQEA",
        "- a/a [redacted:private-key]",
        "- a/a [redacted:private-key]",
        "- a/a after",
        "- c/c [redacted:private-key]",
        "- c/c [redacted:private-key]",
        "- c/c it was: cut off",
        "- c/c MIIE",
    ]


async def test_a_file_that_cannot_be_written_leaves_the_one_before(
    buffer: LogBuffer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "shop.log"
    path.write_text("before")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left on device"):
        await save_log(buffer, path)
    assert os.listdir(tmp_path) == ["shop.log"]  # noqa: PTH208
    assert path.read_text() == "before"
    with pytest.raises(FileNotFoundError):
        await save_log(buffer, tmp_path / "nowhere" / "shop.log")
