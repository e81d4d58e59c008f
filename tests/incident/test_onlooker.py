"""Somebody may read an incident of others, and not write it: they can follow what is written all the same."""

import os
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from cockpit.clock import utc_now
from cockpit.incident.entry import Draft, EntryKind
from cockpit.incident.file import IncidentFile

NOBODY = 65_534
ONLOOKER = """
import argparse, os, sys
from pathlib import Path
from cockpit.clock import utc_now
from cockpit.incident.log_command import LogCommand, Settings, Streams
os.setgroups([])
os.setgid(int(sys.argv[1]))
os.setuid(int(sys.argv[1]))
streams = Streams(sys.stdin, sys.stdout, sys.stderr)
command = LogCommand(lambda: Settings(Path()), utc_now, lambda: "onlooker", streams)
command.run(argparse.Namespace(log="tail", file=Path(sys.argv[2]), follow=True))
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be several people")
def test_the_tail_goes_on_for_who_may_only_read() -> None:
    with tempfile.TemporaryDirectory() as place:  # pytest's own directories are closed to other accounts
        Path(place).chmod(0o755)
        with closing(IncidentFile.create(Path(place), clock=utc_now)) as file:
            file.append(Draft(EntryKind.DECLARED, "api is down", "ana"))
        file.path.chmod(0o644)
        command = [sys.executable, "-c", ONLOOKER, str(NOBODY), str(file.path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as following:
            assert following.stdout is not None
            assert following.stdout.readline().endswith("api is down\n")
            for text in ("one", "two"):
                with closing(IncidentFile.open(file.path, clock=utc_now)) as file:
                    file.append(Draft(EntryKind.NOTE, text, "ana"))
                assert following.stdout.readline().endswith(f"  {text}\n")
            following.terminate()
