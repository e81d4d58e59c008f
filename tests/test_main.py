"""How the process ends."""

import signal
import subprocess
import sys

from support.terminal import plain_environment


def ended(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env=plain_environment(),
        timeout=10,
        check=False,
    )


def test_a_thread_that_is_stuck_does_not_hold_the_process_up() -> None:
    process = ended(
        "import atexit, threading, cockpit.cli\n"
        "def run(arguments):\n"
        "    atexit.register(print, 'cleaned up', flush=True)\n"
        "    threading.Thread(target=threading.Event().wait).start()\n"
        "    return 3\n"
        "cockpit.cli.run = run\n"
        "from cockpit.__main__ import main\n"
        "main()\n"
    )
    assert (process.returncode, process.stdout, process.stderr) == (3, "cleaned up\n", "")


def test_an_interrupt_while_the_program_is_loaded_is_no_error() -> None:
    process = ended(
        "import os, signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "class Loading:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'cockpit.cli':\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Loading())\n"
        "from cockpit.__main__ import main\n"
        "main()\n"
    )
    assert (process.returncode, process.stdout, process.stderr) == (-signal.SIGINT, "", "")
