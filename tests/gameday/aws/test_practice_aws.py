"""The practice AWS as a server: open at once, for the real command line too, and never in anybody's way."""

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.outside import look_around
from support.practice import practise

from cockpit.gameday.aws import facts
from cockpit.gameday.aws.practice_aws import NoAwsError, PracticeAws
from cockpit.gameday.scenarios import steady


async def test_who_asks_before_it_is_loaded_waits_for_the_answer() -> None:
    aws = PracticeAws(after=0.2)
    async with practise(steady(), aws=aws):
        assert not aws.ready.is_set()
        reader, writer = await asyncio.open_connection("127.0.0.1", aws.port)
        writer.write(b"GET /moto-api/ HTTP/1.0\r\n\r\n")
        assert (await asyncio.wait_for(reader.readline(), 20)).startswith(b"HTTP/1.")
        assert aws.ready.is_set()
        writer.close()


async def test_a_world_that_ends_at_once_leaves_no_server() -> None:
    aws = PracticeAws(after=0.0)
    async with practise(steady(), aws=aws):
        pass
    with pytest.raises(OSError, match="Connect call failed"):
        await asyncio.open_connection("127.0.0.1", aws.port)


def test_without_moto_it_says_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cockpit.gameday.aws.practice_aws.find_spec", lambda name: None)
    with pytest.raises(NoAwsError, match="pip install moto flask flask-cors"):
        PracticeAws()


@pytest.fixture
def aws_cli() -> str:
    """The real command line, where it is installed and works."""
    found = shutil.which("aws")
    if found is None or subprocess.run([found, "--version"], capture_output=True, check=False).returncode:
        pytest.skip("the AWS CLI is not installed")
    return found


async def test_the_real_command_line_works_with_the_profile_that_the_facts_name(aws_cli: str, tmp_path: Path) -> None:
    async with look_around(steady(), aws=True) as outside:
        assert outside.aws is not None
        file = tmp_path / "aws.ini"
        file.write_text(facts.profile(outside.aws.endpoint_url))
        child = await asyncio.create_subprocess_exec(
            *(aws_cli, "rds", "describe-db-instances", "--query", "DBInstances[].DBInstanceIdentifier"),
            *("--output", "text"),
            env=facts.practice_environment(os.environ, file),
            stdout=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(30):
            output, _ = await child.communicate()
        assert output.split() == [b"shop-db", b"shop-db-replica"]


def test_what_the_person_has_in_the_environment_is_left_out() -> None:
    mine = {"PATH": "/bin", "AWS_PROFILE": "production", "AWS_ACCESS_KEY_ID": "AKIA", "AWS_SESSION_TOKEN": "x"}
    environment = facts.practice_environment(mine, Path("/tmp/practice.ini"))
    assert environment == {
        "PATH": "/bin",
        "AWS_CONFIG_FILE": "/tmp/practice.ini",
        "AWS_SHARED_CREDENTIALS_FILE": "/tmp/practice.ini",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def test_a_world_is_there_before_moto_is_loaded() -> None:
    loaded = "import sys, cockpit.gameday.world; print({'moto', 'boto3', 'flask', 'cryptography'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
