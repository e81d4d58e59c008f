"""What programs write when something around them is wrong: variables, databases, hosts, ports, certificates."""

from cockpit.diagnosis.crash_sign import QUOTE as _Q
from cockpit.diagnosis.crash_sign import CrashCause, Row, compiled

_VARIABLE = rf"{_Q}(?P<name>[A-Z][A-Z0-9]*_[A-Z0-9_]+|[A-Z][A-Z0-9_]{{3,}}){_Q}"
_UNSET = (
    r"(?i:(?:is|was|are)? ?(?:not (?:set|defined|found|provided|present|specified|configured)|required|missing|unset"
    r"|undefined|empty|must be (?:set|defined|provided|specified)))"
)
_SETTING = r"(?i:\b(?:env(?:ironment)?|variables?|vars?|setting|key)\b)"
_HOST = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?|\[[0-9a-fA-F:]+\]"

_TABLE: tuple[Row, ...] = (
    (
        CrashCause.ENVIRONMENT,
        "environment variable {name} is not set",
        (
            rf"(?i:env(?:ironment)?[ _-]?(?:var(?:iable)?s?)?)\W{{1,4}}{_VARIABLE}\W{{1,4}}{_UNSET}",
            rf"(?i:missing|required|unset|undefined)[\w ]{{0,30}}{_SETTING}[\w ()]{{0,20}}\W{{1,6}}{_VARIABLE}",
            rf"{_VARIABLE}\W{{1,4}}(?i:(?:environment |env )?(?:variable |var )?){_UNSET}",
            rf"(?i:must|please|have to|need to) (?i:set|define|provide|specify|configure)\W[\w ]{{0,30}}{_VARIABLE}",
            rf"KeyError: {_VARIABLE}",
            rf"key not found: {_VARIABLE}",
            rf"^[^ ]{{0,80}}: (?:(?:line )?\d+: )?{_VARIABLE}: (?:unbound variable|parameter (?:null or )?not set)",
            rf"required key {_VARIABLE} missing value",
            rf"Could not resolve placeholder {_VARIABLE}",
            rf"(?i:set the) {_VARIABLE} (?i:environment variable)",
        ),
    ),
    (
        CrashCause.ENVIRONMENT,
        "an environment variable is not set",
        (r"environment variable not found", r"(?i:missing required environment variables?)"),
    ),
    (
        CrashCause.MIGRATION,
        "a database migration failed",
        (
            r"(?i:migrations? [\w .:\"'-]{0,80}(?:failed|error))",
            r"(?i:failed to (?:run |apply |execute )?(?:the )?(?:database )?migrat)",
            r"Dirty database version|Flyway(?:Validate|Migrate)?Exception|MigrationFailedException",
            r"PendingMigrationError|InconsistentMigrationHistory|NodeNotFoundError: Migration",
            r"Error: P30(?:05|09|18)\b",
            r"Can't locate revision identified by",
        ),
    ),
    (
        CrashCause.DATABASE,
        "the database does not accept the password of user {name}",
        (
            rf"password authentication failed for user {_Q}(?P<name>[\w.@-]+)",
            rf"Access denied for user {_Q}(?P<name>[\w.%-]+)",
        ),
    ),
    (
        CrashCause.DATABASE,
        "the password is not accepted",
        (
            r"WRONGPASS|NOAUTH Authentication required|SCRAM authentication failed",
            r"(?:MongoServerError|MongoError): Authentication failed",
        ),
    ),
    (
        CrashCause.DATABASE,
        "database {name} does not exist",
        (rf"database {_Q}(?P<name>[\w.-]+){_Q} does not exist", rf"Unknown database {_Q}(?P<name>[\w.-]+)"),
    ),
    (
        CrashCause.DATABASE,
        "user {name} does not exist in the database",
        (rf"role {_Q}(?P<name>[\w.-]+){_Q} does not exist",),
    ),
    (
        CrashCause.DATABASE,
        "the database has no connection left",
        (r"(?i:too many (?:clients already|connections)|remaining connection slots are reserved)",),
    ),
    (
        CrashCause.MIGRATION,
        "{name} is not in the database: is a migration missing?",
        (
            rf"(?:relation|column|Table) {_Q}(?P<name>[\w.-]+){_Q}(?: of relation \S+)? (?:does not|doesn't) exist",
            r"no such (?:table|column): (?P<name>[\w.-]+)",
        ),
    ),
    (
        CrashCause.DNS,
        "host {name} is unknown",
        (
            rf"lookup (?P<name>{_HOST})(?: on \S+)?: (?:no such host|server misbehaving|Temporary failure|i/o timeout)",
            rf"(?:ENOTFOUND|EAI_AGAIN) (?P<name>{_HOST})",
            rf"could not translate host name {_Q}(?P<name>{_HOST}){_Q} to address",
            rf"UnknownHostException: (?P<name>{_HOST})",
            rf"(?i:could not resolve host)[: ]{{1,2}}(?P<name>{_HOST})",
            rf"host not found in upstream {_Q}(?P<name>{_HOST})",
            rf"(?i:failed to resolve) {_Q}(?P<name>{_HOST})",
            rf"Unknown (?:MySQL server )?host {_Q}(?P<name>{_HOST})",
            rf"host='(?P<name>{_HOST})', port=\d+\).{{0,200}}(?:NameResolutionError|Name or service not known)",
        ),
    ),
    (
        CrashCause.DNS,
        "a host name cannot be resolved",
        (
            r"Name or service not known|Temporary failure in name resolution|no such host|nodename nor servname",
            r"\bENOTFOUND\b|\bEAI_AGAIN\b|No address associated with hostname",
        ),
    ),
    (
        CrashCause.PORT,
        "port {name} is in use already",
        (
            r":(?P<name>\d{2,5})\W{1,3}(?:bind: |listen: )?(?i:address already in use)",
            r"bind\(\) to \S{0,60}:(?P<name>\d{2,5}) failed \(\d+: Address already in use",
            r"', (?P<name>\d{2,5})\)\W{1,3}(?i:\[Errno \d+\] )?(?i:address already in use)",
            r"EADDRINUSE\D{0,60}[\d.]{0,15}:(?P<name>\d{2,5})\b",
            r"(?i:address already in use).{0,60} port (?P<name>\d{2,5})\b",
            r"(?i:port) (?P<name>\d{2,5}) (?i:(?:is |was )?already (?:in use|used|allocated))",
        ),
    ),
    (CrashCause.PORT, "its port is in use already", (r"(?i:address already in use)|EADDRINUSE",)),
    (
        CrashCause.PERMISSION,
        "it may not listen on port {name}",
        (
            r"(?i:listen|bind)\D{0,40}[\d.\[\]*]{0,30}:(?P<name>\d{1,4})\b\D{0,30}(?i:permission denied)",
            r"EACCES\D{0,60}[\d.]{0,15}:(?P<name>\d{1,4})\b",
            r"bind\(\) to \S{0,60}:(?P<name>\d{1,4}) failed \(\d+: Permission denied",
        ),
    ),
    (
        CrashCause.TLS,
        "a certificate has expired",
        (r"(?i:certificate has expired|CERT_HAS_EXPIRED|certificate expired|CertificateExpiredException)",),
    ),
    (
        CrashCause.TLS,
        "a certificate is not accepted",
        (
            r"x509: |CERTIFICATE_VERIFY_FAILED|(?i:certificate verify failed|self.signed certificate)",
            r"PKIX path building|SSLHandshakeException|UNABLE_TO_(?:VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT)",
            r"SELF_SIGNED_CERT|tls: bad certificate|tls: failed to verify|InvalidCertificate",
        ),
    ),
    (
        CrashCause.CONNECTION,
        "{target} refuses the connection",
        (
            r"(?i:connection refused|ECONNREFUSED|actively refused|Connection to \S{1,120} refused)",
            r"Can't connect to (?:local )?(?:MySQL|MariaDB|server)",
        ),
    ),
    (
        CrashCause.CONNECTION,
        "{target} cannot be reached",
        (
            r"(?i:no route to host|network is unreachable|EHOSTUNREACH|ENETUNREACH|could not connect to server)",
            r"(?i:NoBrokersAvailable|ServerSelection(?:Timeout)?Error|connection reset by peer|ECONNRESET)",
        ),
    ),
)

SURROUNDINGS = tuple(compiled(_TABLE))
"""The first that fits a line tells; those that name something come before those that do not."""
