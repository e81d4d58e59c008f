"""Memory that is free does not stay with the threads that have used it."""

import subprocess
import sys

import pytest

_USE = """
import sys, threading
from cockpit.allocator import give_memory_back
if sys.argv[1] == "back":
    give_memory_back()
held = []
def read(number):
    pages = [bytes(60_000) for _ in range(200)]
    held.append([bytes(2_000) for _ in range(20)])
threads = [threading.Thread(target=read, args=(number,)) for number in range(12)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmRSS")))
"""


def kilobytes(how: str) -> int:
    run = subprocess.run([sys.executable, "-c", _USE, how], capture_output=True, text=True, check=True)
    return int(run.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="measures what glibc keeps")
def test_what_many_threads_have_freed_is_given_back() -> None:
    assert kilobytes("back") < kilobytes("kept") - 5_000
