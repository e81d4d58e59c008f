"""What programs write when something in them or their container is wrong: memory, modules, files, rights, settings."""

from cockpit.diagnosis.crash_sign import QUOTE as _Q
from cockpit.diagnosis.crash_sign import CrashCause, Row, compiled

_FILE_NAME = r"[\w.-]+\.(?:json|ya?ml|toml|conf|cfg|ini|env|pem|crt|key|properties|xml)"
_PATH = rf"(?P<name>/[^\s\"'`:,;)\]]+|{_FILE_NAME})"
_BEFORE_PATH = r".{0,60}?[\s\"'`(:]"

_TABLE: tuple[Row, ...] = (
    (
        CrashCause.HEAP,
        "it runs out of heap",
        (
            r"JavaScript heap out of memory|OutOfMemoryError|^MemoryError|runtime: out of memory|std::bad_alloc",
            r"NoMemoryError|OutOfMemoryException|memory allocation of \d+ bytes failed",
            r"Cannot allocate memory|\bENOMEM\b",
            r"Allowed memory size of \d+ bytes exhausted",
        ),
    ),
    (
        CrashCause.DISK,
        "the disk is full",
        (r"(?i:no space left on device|disk quota exceeded)|\bENOSPC\b",),
    ),
    (
        CrashCause.MODULE,
        "module {name} is missing",
        (
            rf"No module named {_Q}(?P<name>[\w.-]+)",
            rf"(?:Cannot find (?:module|package)|Can't resolve) {_Q}(?P<name>[@\w./-]+)",
            r"cannot load such file -- (?P<name>[\w./-]+)",
            r"Could not find (?:gem )?'?(?P<name>[\w.-]+)'? .{0,60}in (?:any of the sources|locally installed gems)",
            r"Can't locate (?P<name>[\w/]+)\.pm in @INC",
            r"Could not load file or assembly '(?P<name>[\w.-]+)",
            rf"package {_Q}(?P<name>[\w./-]+){_Q} is not in (?:GOROOT|std)",
        ),
    ),
    (
        CrashCause.MODULE,
        "{name} cannot be imported",
        (rf"ImportError: cannot import name {_Q}(?P<name>\w+)",),
    ),
    (
        CrashCause.MODULE,
        "class {name} is missing",
        (
            r"(?:ClassNotFoundException|NoClassDefFoundError): (?P<name>[\w.$/]+)",
            r"Could not find or load main class (?P<name>[\w.$/]+)",
            rf"Class {_Q}(?P<name>[\w\\]+){_Q} not found",
        ),
    ),
    (
        CrashCause.MODULE,
        "library {name} is missing",
        (
            r"error while loading shared libraries: (?P<name>[\w.+-]+)",
            r"(?P<name>[\w.+-]+\.so[\w.]*): cannot open shared object file",
            r"version `?(?P<name>GLIBC(?:XX)?_[\d.]+)'? not found",
        ),
    ),
    (CrashCause.MODULE, "{name} cannot be opened", (r"Unable to access jarfile (?P<name>\S+)",)),
    (CrashCause.MODULE, "the program is made for another processor", (r"(?i:exec format error)",)),
    (
        CrashCause.MODULE,
        "command {name} is missing",
        (
            rf"exec: {_Q}(?P<name>[^\s\"'`]+?){_Q}: (?:executable file not found|stat )",
            r"(?:^|: )(?P<name>[\w./-]+): (?:command )?not found$",
        ),
    ),
    (
        CrashCause.PERMISSION,
        "permission denied on {name}",
        (
            rf"(?i:permission denied|EACCES|Operation not permitted|EPERM|AccessDeniedException){_BEFORE_PATH}{_PATH}",
            rf"{_PATH}{_Q}\W{{1,3}}(?i:permission denied|operation not permitted)",
        ),
    ),
    (
        CrashCause.PERMISSION,
        "{name} is on a read-only file system",
        (
            rf"{_PATH}{_Q}\W{{1,3}}(?i:read-only file system)",
            rf"(?i:read-only file system|EROFS){_BEFORE_PATH}{_PATH}",
        ),
    ),
    (CrashCause.PERMISSION, "a file system is read-only", (r"(?i:read-only file system)|\bEROFS\b",)),
    (
        CrashCause.DENIED,
        "{name}",
        (r"(?P<name>User \"?system:serviceaccount:[\w:.-]+\"? cannot \w+ resource \"?[\w./-]+)",),
    ),
    (
        CrashCause.DENIED,
        "AWS denies access or the credentials have expired",
        (
            r"\b(?:AccessDeniedException|ExpiredToken(?:Exception)?|UnrecognizedClientException|InvalidClientTokenId)\b",
            r"\b(?:NoCredentialProviders|NoCredentialsError|CredentialsProviderError)\b",
            r"not authorized to perform: [\w:*]+",
        ),
    ),
    (
        CrashCause.FILE,
        "{name} is missing",
        (
            rf"(?i:no such file or directory|ENOENT|cannot find the file){_BEFORE_PATH}{_PATH}",
            rf"(?:FileNotFoundException|NoSuchFileException){_BEFORE_PATH}{_PATH}",
            rf"{_PATH}{_Q}\W{{1,3}}(?i:no such file or directory|file not found|does not exist|not found)",
        ),
    ),
    (
        CrashCause.CONFIG,
        "{name} is not a known option",
        (
            r"(?i:unknown (?:flag|option|shorthand flag|argument))\W{1,4}(?P<name>-{0,2}[\w=-]+)",
            r"(?i:unrecognized (?:option|argument)s?|unexpected argument|invalid option)\W{1,4}(?P<name>-{0,2}[\w=-]+)",
            r"flag provided but not defined: (?P<name>-{0,2}[\w=-]+)",
        ),
    ),
    (
        CrashCause.CONFIG,
        "its configuration is not accepted: {line}",
        (
            r"\[emerg\]|(?:yaml|toml|json): (?:line|cannot|invalid|unmarshal)|YAMLException|JsonParseException",
            r"ScannerError|ParserError|JSONDecodeError|(?i:TomlDecodeError)|Unexpected (?:token|end of JSON)",
            r"invalid character .{1,12} (?:looking for|after|in)",
            r"(?i:(?:invalid|bad|wrong|malformed) (?:configuration|config|settings?)\b)",
            r"(?i:config(?:uration)? (?:error|is invalid|invalid))",
            r"(?i:(?:failed|unable|cannot|could not) (?:to )?(?:load|parse|read|decode) [\w ]{0,20}config)",
            r"^\d+ validation errors? for \w+",
        ),
    ),
    (
        CrashCause.CONFIG,
        "the program has a syntax error: {line}",
        (r"\b(?:SyntaxError|IndentationError|TabError|PHP Parse error|ParseError)\b|(?i:syntax error)",),
    ),
    (CrashCause.PERMISSION, "permission denied", (r"(?i:permission denied)|\bEACCES\b",)),
    (
        CrashCause.TIMEOUT,
        "{target} does not answer in time",
        (
            r"(?i:i/o timeout|context deadline exceeded|ETIMEDOUT|connection timed out|connect(?:ion)? timeout)",
            r"(?i:read timed out|timed out (?:waiting|connecting|after)|timeout expired|operation timed out)",
            r"TimeoutError|TimeoutException",
        ),
    ),
    (
        CrashCause.CRASH,
        "{name}",
        (
            r"(?P<name>(?:panic|fatal error|Uncaught|Unhandled exception\.?):? .{1,300})",
            r"(?P<name>(?:thread '[^']{1,60}' panicked at|Exception in thread \"[^\"]{1,60}\").{1,300})",
            r"^(?P<name>(?:[A-Za-z_]\w{0,60}\.){0,9}[A-Z]\w{0,60}(?:Error|Exception|Exit)\b(?:: .{1,300})?)$",
            r"(?P<name>(?i:segmentation fault|core dumped|stack overflow|assertion .{1,80} failed).{0,200})",
            r"(?i:\b(?:fatal|panic|critical|emerg)\b[\]\"':, |=-]{1,4})(?P<name>.{3,300})",
        ),
    ),
)

PROGRAM = tuple(compiled(_TABLE))
"""The first that fits a line tells; those that name something come before those that do not."""
