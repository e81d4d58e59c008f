"""A shell that is none: a handful of commands, for those who practise `kubectl exec`."""

import shlex
from collections.abc import Callable, Mapping, Sequence

import msgspec

SHELLS = ("sh", "bash", "ash", "/bin/sh", "/bin/bash", "/bin/ash")
NOT_FOUND = 127


class Output(msgspec.Struct, frozen=True):
    """What a command printed, and how it ended."""

    text: str = ""
    problem: str = ""
    """On its standard error."""
    exit_code: int = 0


class Shell:
    """Runs commands in a container that does not exist.

    Args:
        hostname: The name of the pod.
        environment: The variables of the container.
        addresses: The address of each service, by name.
    """

    def __init__(self, hostname: str, environment: Mapping[str, str], addresses: Mapping[str, str]) -> None:
        self._hostname = hostname
        self._environment = environment
        self._addresses = addresses
        self._commands: Mapping[str, Callable[[Sequence[str]], Output]] = {
            "cat": self._cat,
            "echo": lambda words: Output(" ".join(words) + "\n"),
            "env": self._env,
            "false": lambda _: Output(exit_code=1),
            "hostname": lambda _: Output(f"{self._hostname}\n"),
            "ls": lambda _: Output("app\nbin\netc\ntmp\n"),
            "nslookup": self._nslookup,
            "printenv": self._env,
            "ps": lambda _: Output("PID   USER     TIME  COMMAND\n    1 app       0:42 /app/server\n"),
            "pwd": lambda _: Output("/app\n"),
            "true": lambda _: Output(),
            "whoami": lambda _: Output("app\n"),
        }

    def is_interactive(self, command: Sequence[str]) -> bool:
        """Tell whether a command reads its lines from the standard input, or ends in one that does."""
        if command[1:2] == ["-c"] and command[0] in SHELLS:
            before, _, last = " ".join(command[2:3]).rpartition("exec ")
            return bool(before) and last.strip() in SHELLS
        return len(command) == 1 and command[0] in SHELLS

    def run(self, command: Sequence[str]) -> Output:
        """Run a command with its arguments."""
        if command[:1] and command[0] in SHELLS and command[1:2] == ["-c"]:
            return self.run_line(command[2])
        if not command:
            return Output()
        known = self._commands.get(command[0].rpartition("/")[2])
        if known is None:
            return Output(problem=f"sh: {command[0]}: not found\n", exit_code=NOT_FOUND)
        return known(command[1:])

    def run_line(self, line: str) -> Output:
        """Run a line as a person types it."""
        try:
            words = shlex.split(line)
        except ValueError as problem:
            return Output(problem=f"sh: syntax error: {problem}\n", exit_code=2)
        return self.run([self._expand(word) for word in words])

    def _expand(self, word: str) -> str:
        return self._environment.get(word[1:], "") if word.startswith("$") else word

    def _env(self, words: Sequence[str]) -> Output:
        variables = {"HOSTNAME": self._hostname, "PATH": "/app:/bin", **self._environment}
        if words:
            value = variables.get(words[0])
            return Output(exit_code=1) if value is None else Output(f"{value}\n")
        return Output("".join(f"{name}={value}\n" for name, value in variables.items()))

    def _cat(self, words: Sequence[str]) -> Output:
        if words == ["/etc/hostname"]:
            return Output(f"{self._hostname}\n")
        return Output(problem=f"cat: can't open '{' '.join(words)}': No such file or directory\n", exit_code=1)

    def _nslookup(self, words: Sequence[str]) -> Output:
        name = words[0] if words else ""
        address = self._addresses.get(name.partition(".")[0])
        if address is None:
            return Output(f"** server can't find {name}: NXDOMAIN\n", exit_code=1)
        return Output(f"Name:      {name}\nAddress:   {address}\n")
