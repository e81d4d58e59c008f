"""What tests of several rooms use."""

import sys
from collections.abc import Iterator, Mapping

import pytest
from support.terminal import PtyProcess, StartInTerminal, plain_environment


@pytest.fixture
def start_in_terminal() -> Iterator[StartInTerminal]:
    """Start programs in pseudo-terminals; they are ended with the test."""
    started: list[PtyProcess] = []

    def start(
        *arguments: str,
        size: tuple[int, int] = (80, 24),
        env: Mapping[str, str] | None = None,
        stdin: int | None = None,
        stderr: int | None = None,
    ) -> PtyProcess:
        command = [sys.executable, *arguments]
        started.append(PtyProcess(command, size, plain_environment(**(env or {})), stdin=stdin, stderr=stderr))
        return started[-1]

    yield start
    for process in started:
        process.close()
