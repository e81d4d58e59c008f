"""What programs do to the world outside, by their verbs. A verb that is not known here may write."""

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from cockpit.runbooks.arguments import listed, positional
from cockpit.runbooks.risk_levels import Judged, Risk
from cockpit.runbooks.risk_of_clients import judge_aws, judge_curl, judge_gh, judge_git, judge_redis, judge_wget
from cockpit.runbooks.risk_of_kubectl import judge_helm, judge_kubectl

Words = Sequence[str]

READERS: Final = frozenset(
    listed(
        """[ [[ basename base64 cat cd cmp column comm cut date df diff dig dirname dmesg du echo egrep env false fgrep
        file free grep groups head host hostname htop id iostat ip jq less locale ls lsblk lscpu lsof md5sum more
        mpstat netstat nl nproc nslookup pg_isready pgrep pidof ping printenv printf ps pwd rg sar seq sha1sum
        sha256sum sleep sort ss stat strings tac tail test top tr traceroute true type tty uname uniq uptime vmstat w
        wait wc whereis which who whoami xxd yq zcat zgrep zless export set unset local readonly declare : return exit
        break continue shift trap read openssl pg_dump ulimit umask getent mtr tracepath pstree command rev fold
        expand paste join tput clear"""
    )
)
"""Programs that change nothing, but for what `_EXCEPT` says."""
_EXCEPT: Final[Mapping[str, re.Pattern[str]]] = MappingProxyType(
    {
        "date": re.compile(r"-s|--set"),
        "dmesg": re.compile(r"-[cC]|--clear|--console"),
        "hostname": re.compile(r"[^-]|-F"),
        "ip": re.compile(r"add|del|delete|set|change|replace|flush|append|exec"),
        "openssl": re.compile(r"-out|genrsa|genpkey|req|ca"),
        "pg_dump": re.compile(r"-f|--file"),
        "sort": re.compile(r"-o|--output"),
        "yq": re.compile(r"-i|--inplace"),
    }
)
DESTROYERS: Final = frozenset(
    listed(
        """dd dropdb dropuser fdisk halt init kill killall mkfs pkill poweroff reboot rm rmdir shred shutdown truncate
        unlink wipefs"""
    )
)
WRITERS: Final = frozenset(
    listed(
        """chgrp chmod chown cmctl cp createdb createuser crontab install ln mkdir mount mv nginx patch pg_restore
        rsync scp tar tee touch umount useradd userdel usermod unzip zip gzip gunzip slack-cli"""
    )
)


def _verbs(
    program: str, reads: str, destroys: str = "", *, place: int = 0, otherwise: Risk = Risk.WRITE
) -> Callable[[Words], Judged]:
    """Make a rule for a program that is told by one word; `place`: which one."""
    reading, destroying = frozenset(reads.split()), frozenset(destroys.split())

    def judge(arguments: Words) -> Judged:
        words = positional(arguments)
        verb = words[place] if len(words) > place else ""
        if verb.lower() in reading or (not verb and "" in reading):
            return Judged(Risk.READ)
        if verb.lower() in destroying:
            return Judged(Risk.DESTROY, f"{program} {verb}", words[-1])
        reason = "changes something" if otherwise is Risk.WRITE else "is not known"
        return Judged(otherwise, " ".join(filter(None, (program, *words[: place + 1], reason))))

    return judge


def _sed(arguments: Words) -> Judged:
    if any(word.startswith(("-i", "--in-place")) for word in arguments):
        return Judged(Risk.WRITE, "sed -i rewrites files")
    if any(re.search(r"(?:^|[;{}\s/])[\d$,]{0,9}[wWe](?:\s|$)", word) for word in arguments):
        return Judged(Risk.UNKNOWN, "the sed script may write")
    return Judged(Risk.READ)


def _awk(arguments: Words) -> Judged:
    if any(re.search(r"\bsystem\s*\(|\bprintf?\b[^;}]*[>|]|\bgetline\b", word) for word in arguments):
        return Judged(Risk.UNKNOWN, "the awk script may write")
    return Judged(Risk.READ)


def _kill(arguments: Words) -> Judged:
    signal = next((word.lstrip("-").removeprefix("SIG").upper() for word in arguments if word.startswith("-")), "TERM")
    if signal in {"0", "L"}:
        return Judged(Risk.READ)
    if signal in {"USR1", "USR2", "HUP", "WINCH", "QUIT", "3", "1", "10", "12"}:
        return Judged(Risk.WRITE, f"it sends SIG{signal}" if not signal.isdigit() else f"it sends signal {signal}")
    return Judged(
        Risk.DESTROY, "it ends processes", next((word for word in reversed(arguments) if word[:1] != "-"), "")
    )


def _iptables(arguments: Words) -> Judged:
    if any(word in {"-F", "-X", "-D", "--flush", "--delete"} for word in arguments):
        return Judged(Risk.DESTROY, "it takes away rules of the firewall", arguments[-1])
    read = any(word in {"-S", "--list"} or re.fullmatch(r"-[nv]*L[nv]*", word) for word in arguments)
    return Judged(Risk.READ) if read else Judged(Risk.WRITE, "it changes the firewall")


def _journalctl(arguments: Words) -> Judged:
    cuts = any(word.startswith(("--vacuum", "--rotate", "--flush")) for word in arguments)
    return Judged(Risk.DESTROY, "it cuts the journal", "journal") if cuts else Judged(Risk.READ)


_SERVICE_READS: Final = (
    "status is-active is-enabled is-failed show cat list-units list-timers list-unit-files list-dependencies"
)
PROGRAMS: Final[Mapping[str, Callable[[Words], Judged]]] = MappingProxyType(
    {
        "kubectl": judge_kubectl,
        "oc": judge_kubectl,
        "helm": judge_helm,
        "aws": judge_aws,
        "curl": judge_curl,
        "wget": judge_wget,
        "git": judge_git,
        "gh": judge_gh,
        "redis-cli": judge_redis,
        "sed": _sed,
        "awk": _awk,
        "gawk": _awk,
        "kill": _kill,
        "pkill": _kill,
        "killall": _kill,
        "iptables": _iptables,
        "journalctl": _journalctl,
        "systemctl": _verbs("systemctl", _SERVICE_READS, "stop disable mask kill poweroff reboot halt isolate"),
        "service": _verbs("service", "status", "stop", place=1),
        "docker": _verbs(
            "docker",
            "ps logs images inspect stats top version info events port diff history search",
            "rm rmi kill prune stop system volume",
        ),
        "vercel": _verbs("vercel", "logs ls list inspect whoami", "rm remove"),
        "terraform": _verbs("terraform", "plan show output validate version graph", "destroy"),
        "npm": _verbs("npm", "outdated ls list view show", otherwise=Risk.UNKNOWN),
        "pnpm": _verbs("pnpm", "outdated ls list why", otherwise=Risk.UNKNOWN),
        "pip": _verbs("pip", "list show freeze check", otherwise=Risk.UNKNOWN),
        "poetry": _verbs("poetry", "show check version", otherwise=Risk.UNKNOWN),
    }
)
"""How the arguments of a program are judged."""


def judge_program(name: str, arguments: Words) -> Judged:
    """Tell how much care a program asks for with these arguments."""
    if list(arguments) in (["--version"], ["--help"], ["-V"]):
        return Judged(Risk.READ)
    rule = PROGRAMS.get(name)
    return rule(arguments) if rule is not None else _judge_by_name(name, arguments)


def _judge_by_name(name: str, arguments: Words) -> Judged:
    if name in READERS:
        exception = _EXCEPT.get(name)
        if exception is not None and any(exception.match(word) for word in arguments):
            return Judged(Risk.UNKNOWN, f"{name} may write with these arguments")
        return Judged(Risk.READ)
    if name in DESTROYERS:
        last = next((word for word in reversed(arguments) if word[:1] != "-"), name)
        return Judged(Risk.DESTROY, f"{name} destroys", last)
    if name in WRITERS:
        return Judged(Risk.WRITE, f"{name} writes")
    return Judged(Risk.UNKNOWN, f"what {name} does is not known")
