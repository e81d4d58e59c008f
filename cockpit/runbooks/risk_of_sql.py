"""How much care SQL asks for: told by its words, without a database."""

import re
from itertools import pairwise
from typing import Final

from cockpit.runbooks.arguments import listed
from cockpit.runbooks.risk_levels import Judged, Risk, worst

_TOKEN = re.compile(
    r"""
      --[^\n]* | /\*.*?\*/                               # comments
    | (?P<dollar>\$\w*\$).*?(?P=dollar)                  # dollar quotes
    | [eE]?'(?:[^'\\]|''|\\.)*'                          # strings
    | "(?:[^"]|"")*"                                     # names
    | \\[A-Za-z!?+]+[^\n]*                               # commands of psql
    | [A-Za-z_][\w.]*\s*\(?                              # words, and functions with their bracket
    | .
    """,
    re.VERBOSE | re.DOTALL,
)
_READ: Final = frozenset(
    ("SELECT", "TABLE", "VALUES", "SHOW", "BEGIN", "START", "COMMIT", "END", "ROLLBACK", "SET", "RESET", "LISTEN")
)
_DESTROYS: Final = frozenset(("DELETE", "TRUNCATE", "DROP"))
_OF_EXPLAIN: Final = frozenset(("ANALYZE", "VERBOSE", "(", ")", "BUFFERS", ",", "WAL", "SETTINGS"))
_WRITES: Final = frozenset(
    listed(
        """ALTER ANALYZE CHECKPOINT CLUSTER COMMENT COPY CREATE DISCARD GRANT IMPORT INSERT LOCK MERGE NOTIFY REASSIGN
        REFRESH REINDEX REVOKE SECURITY UPDATE VACUUM"""
    )
)
_HARMLESS: Final = frozenset(
    listed(
        """ABS AGE ALL AND ANY ARRAY ARRAY_AGG ARRAY_LENGTH AS AVG BOOL_AND BOOL_OR BY CASE CAST CEIL CLOCK_TIMESTAMP
        COALESCE CONCAT COUNT CURRENT_DATABASE CURRENT_SETTING DATE DATE_PART DATE_TRUNC DENSE_RANK DISTINCT ELSE
        EXISTS EXPLAIN EXTRACT FILTER FLOOR FORMAT FROM GREATEST GROUP HAVING IN INTERVAL INTERSECT JOIN JSON_AGG
        JSON_BUILD_OBJECT JSONB_AGG LAG LATERAL LEAD LEAST LEFT LENGTH LOWER MATERIALIZED MAX MIN NOT NOW NULLIF
        NUMERIC ON OR OVER PARTITION PERCENTILE_CONT PG_BACKEND_PID PG_BLOCKING_PIDS PG_CURRENT_WAL_LSN
        PG_DATABASE_SIZE PG_GET_INDEXDEF PG_GET_USERBYID PG_INDEXES_SIZE PG_IS_IN_RECOVERY PG_LAST_WAL_RECEIVE_LSN
        PG_LAST_WAL_REPLAY_LSN PG_LAST_XACT_REPLAY_TIMESTAMP PG_LOCK_STATUS PG_POSTMASTER_START_TIME PG_RELATION_SIZE
        PG_SIZE_PRETTY PG_SLEEP PG_TABLE_SIZE PG_TOTAL_RELATION_SIZE PG_WAL_LSN_DIFF RANK REGEXP_REPLACE REPLACE RIGHT
        ROUND ROW ROW_NUMBER SELECT SOME SPLIT_PART STRING_AGG SUBSTRING SUM THEN TO_CHAR TO_TIMESTAMP TRIM UNION
        UNNEST UPPER USING VALUES VARCHAR VERSION WHEN WHERE WITH WITHIN"""
    )
)
"""Words and functions that may stand before a bracket; any other function may write."""
_ENDING: Final = frozenset(("PG_TERMINATE_BACKEND", "PG_DROP_REPLICATION_SLOT"))
_WRITING: Final = re.compile(
    r"PG_(?:CANCEL_BACKEND|RELOAD_CONF|ROTATE_LOGFILE|SWITCH_WAL|PROMOTE|STAT_(?:STATEMENTS_)?RESET\w*|CREATE_\w+)"
    r"|SETVAL|NEXTVAL|SET_CONFIG|LO_\w+|DBLINK\w*|PG_(?:TRY_)?ADVISORY_\w+"
)
_HARMLESS_OF_PSQL: Final = re.compile(
    r"\\(?:d\w*\+?|l\+?|conninfo|x|timing|pset|encoding|echo|q|\?|h|watch|g|gx)(?:\s|$)"
)


def judge_sql(text: str) -> Judged:
    """Tell how much care a script of SQL asks for: as much as the worst statement in it."""
    return worst(_judge(statement) for statement in _statements(text))


def _statements(text: str) -> list[list[str]]:
    """Cut at semicolons; give of each statement what is neither a comment nor in quotes, in capital letters."""
    statements: list[list[str]] = [[]]
    for found in _TOKEN.finditer(text):
        token = found[0]
        if token == ";":  # noqa: S105  (of SQL)
            statements.append([])
        elif token[0] == "\\":
            statements += [[token], []]
        elif token[0] not in "'\"" and not token.startswith(("--", "/*", "$", "e'", "E'")) and not token.isspace():
            statements[-1].append("".join(token.split()).upper())
    return [statement for statement in statements if statement]


def _judge(tokens: list[str]) -> Judged:
    first = tokens[0].rstrip("(")
    words = {token.rstrip("(") for token in tokens}
    match first:
        case command if command.startswith("\\"):
            return _judge_of_psql(command)
        case "EXPLAIN":
            rest = [token for token in tokens[1:] if token not in _OF_EXPLAIN]
            return _judge(rest) if "ANALYZE" in words and rest else Judged(Risk.READ)
        case "UPDATE" if "WHERE" not in words:
            return Judged(Risk.DESTROY, "UPDATE without WHERE changes every row", _subject(tokens))
        case "COPY" if "STDOUT" in words:
            return Judged(Risk.READ)
        case "SELECT" | "WITH" | "":
            return _judge_query(tokens, words)
    return _judge_verb(first, tokens, words)


def _judge_verb(verb: str, tokens: list[str], words: set[str]) -> Judged:
    """Judge a statement by the word that it begins with."""
    if verb in _DESTROYS:
        return Judged(Risk.DESTROY, f"{verb} takes away what is there", _subject(tokens))
    if verb in _WRITES:
        return Judged(Risk.WRITE, f"{verb} writes")
    if verb in _READ:
        return _judge_query(tokens, words)
    return Judged(Risk.UNKNOWN, f"what {verb} does is not known")


def _judge_of_psql(command: str) -> Judged:
    if _HARMLESS_OF_PSQL.match(command.lower()):
        return Judged(Risk.READ)
    return Judged(Risk.UNKNOWN, f"what {command.split(maxsplit=1)[0].lower()} does is not known")


def _judge_query(tokens: list[str], words: set[str]) -> Judged:
    for word in ("DELETE", "TRUNCATE"):
        if word in words:
            return Judged(Risk.DESTROY, f"it has a {word} in it", word.lower())
    functions = [token[:-1] for token in tokens if token.endswith("(") and len(token) > 1]
    bare = [name.removeprefix("PG_CATALOG.") for name in functions]
    if ending := next((name for name in bare if name in _ENDING), ""):
        return Judged(Risk.DESTROY, f"{ending.lower()} ends what it finds", ending.lower())
    if any(word in words for word in ("INSERT", "UPDATE", "MERGE", "INTO")) or _locks(tokens):
        return Judged(Risk.WRITE, "it writes or locks rows")
    if writing := next((name for name in bare if _WRITING.fullmatch(name)), ""):
        return Judged(Risk.WRITE, f"{writing.lower()} changes something")
    if unknown := next((name for name in bare if name not in _HARMLESS), ""):
        return Judged(Risk.UNKNOWN, f"what {unknown.lower()}() does is not known")
    return Judged(Risk.READ)


def _locks(tokens: list[str]) -> bool:
    pairs = pairwise(tokens)
    return any(first == "FOR" and second in {"UPDATE", "SHARE", "NO", "KEY"} for first, second in pairs)


def _subject(tokens: list[str]) -> str:
    """Tell what a statement is about: the name after its verb."""
    passed = {"FROM", "TABLE", "INDEX", "DATABASE", "ONLY", "IF", "EXISTS", "CONCURRENTLY", "SCHEMA", "VIEW"}
    return next((token.rstrip("(").lower() for token in tokens[1:] if token not in passed), tokens[0].lower())
