"""What clients of services do: aws, curl, wget, git, gh, redis-cli."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from cockpit.runbooks.arguments import listed, positional, with_next
from cockpit.runbooks.risk_levels import Judged, Risk

Words = Sequence[str]

_AWS_VALUES: Final = frozenset(("--region", "--profile", "--output", "--query", "--endpoint-url", "--cli-read-timeout"))
_AWS_READS: Final = re.compile(
    r"(?:describe|list|get|lookup|search|filter|head|batch-get|check|estimate|preview|validate)-.*|tail|ls|wait|help|query|scan|select|presign|simulate-.*|start-query|stop-query|decode-authorization-message"
)
_AWS_DESTROYS: Final = re.compile(
    r"(?:delete|terminate|remove|purge|deregister|stop|reboot|destroy|revoke|disable|detach|batch-delete|release|cancel)(?:-.*)?|rm|rb"
)


def judge_aws(arguments: Words) -> Judged:
    """Judge the operation of a service of AWS."""
    words = positional(arguments, _AWS_VALUES)
    service, operation, *others = [*words, "", ""]
    said = f"aws {service} {operation}".rstrip()
    if operation == "sync" and "--delete" in arguments:
        return Judged(Risk.DESTROY, "aws s3 sync --delete", words[-1])
    if operation == "select" or _AWS_READS.fullmatch(operation) or service in {"help", "--version"}:
        return Judged(Risk.READ)
    if _AWS_DESTROYS.fullmatch(operation):
        named = next((word for word in _values(arguments) if word), "") or next(filter(None, others), operation)
        return Judged(Risk.DESTROY, said, named)
    return Judged(Risk.WRITE, f"{said} changes something")


def _values(arguments: Words) -> list[str]:
    """Give the values of the options that name something."""
    pairs = pairwise(arguments)
    return [value for option, value in pairs if re.fullmatch(r"--[\w-]*(?:identifiers?|names?|ids?|arns?)", option)]


_CURL_SENDS: Final = re.compile(r"--(?:data|form|json|upload-file)|-[a-zA-Z]{0,4}[dFT]$|-[dFT].")
_CURL_SAVES: Final = re.compile(r"-[a-zA-Z]{0,4}O|--remote-name|-K|--config")


def judge_curl(arguments: Words) -> Judged:
    """Judge a request: its method, and where the answer goes."""
    method = _curl_method(arguments)
    if method == "DELETE":
        address = next((word for word in arguments if "://" in word), "DELETE")
        return Judged(Risk.DESTROY, "curl -X DELETE", address.rstrip("/").rpartition("/")[2] or address)
    if method and method not in {"GET", "HEAD", "OPTIONS"}:
        return Judged(Risk.WRITE, f"curl sends a {method}")
    if not method and any(_CURL_SENDS.match(word) for word in arguments):
        return Judged(Risk.WRITE, "curl sends data")
    to_file = any(
        re.fullmatch(r"-[a-zA-Z]{0,4}o|--output", word) and following not in {"/dev/null", "-"}
        for word, following in pairwise(arguments)
    )
    saves = to_file or any(_CURL_SAVES.fullmatch(word) for word in arguments)
    return Judged(Risk.WRITE, "curl writes a file") if saves else Judged(Risk.READ)


def _curl_method(arguments: Words) -> str:
    """Give the method that curl is told to use; empty: it chooses."""
    for word, following in with_next(arguments):
        if word in {"-X", "--request"}:
            return following.upper()
        if word.startswith(("-X", "--request=")):
            return word.removeprefix("--request=").removeprefix("-X").upper()
    return "GET" if any(word in {"-G", "--get"} for word in arguments) else ""


def judge_wget(arguments: Words) -> Judged:
    """Judge a download; wget writes a file unless it is told not to."""
    if any(word.startswith(("--post", "--method", "--body")) for word in arguments):
        return Judged(Risk.WRITE, "wget sends data")
    prints = any(re.fullmatch(r"-q?O-|-q?O/dev/null|--spider|--output-document=-", word) for word in arguments)
    pairs = pairwise(arguments)
    prints = prints or any(re.fullmatch(r"-q?O", one) and other in {"-", "/dev/null"} for one, other in pairs)
    return Judged(Risk.READ) if prints else Judged(Risk.WRITE, "wget writes a file")


def judge_git(arguments: Words) -> Judged:
    """Judge a command of git; what is forced destroys."""
    words = positional(arguments, frozenset(("-C", "-c")))
    verb, second, *_ = [*words, "", ""]
    if verb in {
        "log",
        "status",
        "diff",
        "show",
        "blame",
        "rev-parse",
        "ls-files",
        "describe",
        "shortlog",
        "grep",
        "reflog",
    }:
        return Judged(Risk.READ)
    forced = any(
        word in {"-f", "--force", "--force-with-lease", "-D", "--hard", "-fd", "-fdx", "-xfd"} for word in arguments
    )
    if (verb, forced) in {("push", True), ("reset", True), ("clean", True), ("branch", True), ("checkout", True)}:
        return Judged(Risk.DESTROY, f"git {verb} by force", words[-1])
    if (verb in {"branch", "remote", "tag"} and not second) or (verb, second) == ("stash", "list"):
        return Judged(Risk.READ)
    return Judged(Risk.WRITE, f"git {verb} changes something".replace("  ", " "))


_REDIS_VALUES: Final = frozenset(("-h", "-p", "-a", "-n", "-u", "--user", "--pass", "-r", "-i"))
_REDIS_READS: Final = frozenset(
    listed(
        """ping info get mget keys scan ttl pttl type exists llen lrange hget hgetall hlen scard smembers zcard zrange
        dbsize time lastsave role strlen memory object randomkey xlen xinfo xrange monitor"""
    )
)
_REDIS_DESTROYS: Final = frozenset(("flushall", "flushdb", "del", "unlink", "shutdown", "swapdb"))


def judge_redis(arguments: Words) -> Judged:
    """Judge a command that is sent to Redis."""
    words = positional(arguments, _REDIS_VALUES)
    verb, second, *_ = [*(word.lower() for word in words), "", ""]
    if verb in _REDIS_READS or any(
        word in {"--latency", "--bigkeys", "--stat", "--scan", "--memkeys"} for word in arguments
    ):
        return Judged(Risk.READ)
    if (verb, second) in {
        ("config", "get"),
        ("slowlog", "get"),
        ("client", "list"),
        ("cluster", "info"),
        ("cluster", "nodes"),
    }:
        return Judged(Risk.READ)
    if verb in _REDIS_DESTROYS:
        return Judged(Risk.DESTROY, f"redis-cli {words[0]}", words[-1])
    return Judged(Risk.WRITE if verb else Risk.UNKNOWN, f"redis-cli {verb} may change something".replace("  ", " "))


def judge_gh(arguments: Words) -> Judged:
    """Judge a command for GitHub."""
    words = positional(arguments)
    topic, verb, *_ = [*words, "", ""]
    if verb in {"list", "view", "status", "diff", "checks", "watch"} or topic in {"status", "search", "browse"}:
        return Judged(Risk.READ)
    if verb == "delete":
        return Judged(Risk.DESTROY, f"gh {topic} delete", words[-1])
    sends = any(
        word.startswith(("-X", "-f", "-F", "--method", "--field", "--raw-field", "--input")) for word in arguments
    )
    if topic == "api" and not sends:
        return Judged(Risk.READ)
    return Judged(Risk.WRITE, f"gh {topic} {verb} changes something")
