"""Functions that a read-only transaction does not stop, and which the prompt does not call.

They signal other backends, steer the server, wait, take locks that outlive a transaction, reach files or other servers,
or run a text as a statement, in which these names would not be seen. Names are compared wherever they stand outside
of strings and comments.

The limit: a view, an operator, a default, or a function of somebody's own may call any of these inside. Whoever must
rule that out gives the prompt a role that has no right to them.

Source: PostgreSQL 18 documentation, 9.28 (system administration functions), 9.27.12, 9.15.3, 12.4, F.11.
"""

import re
from collections.abc import Iterable
from typing import Final

from cockpit.actions.postgres.sql_text import Sort, StatementRefusedError, Token

_SERVER: Final = (
    r"pg_(reload_conf|rotate_logfile\w*|promote|switch_wal|create_restore_point|log_standby_snapshot"
    r"|log_backend_memory_contexts|(start|stop)_backup|backup_(start|stop)|wal_replay_(pause|resume)"
    r"|stat_(\w+_)?reset\w*|stat_clear_snapshot|stat_force_next_flush|prewarm|buffercache_evict\w*"
    r"|clear_\w+_stats|restore_\w+_stats|export_snapshot|logical_emit_message|notify)"
)
_REPLICATION: Final = (
    r"pg_((create|copy)_\w*replication_slot|drop_replication_slot|replication_slot_advance"
    r"|logical_slot_(get|peek)_\w+|sync_replication_slots|replication_origin_\w+)"
)
_FILES: Final = (
    r"pg_(read_file|read_binary_file|file_\w+|stat_file|ls_\w*dir|logdir_ls)"
    r"|lo_(import|export|creat|create|open|from_bytea|put|get|unlink|truncate\w*)"
)
_TEXTS: Final = r"(query|cursor|table|schema|database)_to_xml\w*|ts_stat|ts_rewrite|crosstab\w*|connectby|xpath_table"
_REASONS: Final = (
    (r"pg_(cancel|terminate)_backend", "it signals a backend, which the actions do, previewed and recorded"),
    (r"pg_sleep\w*", "it only waits, and holds a connection meanwhile"),
    (r"set_config", "it changes the settings of the session"),
    (_SERVER, "it steers the server"),
    (_REPLICATION, "it changes replication"),
    (r"pg_(try_)?advisory_\w+", "it takes or releases locks that others go by"),
    (_FILES, "it reaches files or large objects"),
    (r"dblink\w*", "it reaches another server, where nothing is read-only"),
    (_TEXTS, "it runs a text as a statement, which cannot be checked"),
    (r"brin_(de)?summarize_\w+|gin_clean_pending_list|pg_import_system_collations", "it changes what is stored"),
)
_NAMES: Final = tuple((re.compile(pattern), reason) for pattern, reason in _REASONS)


def require_harmless(tokens: Iterable[Token]) -> None:
    """See that a statement names none of these functions.

    Raises:
        StatementRefusedError: it does.
    """
    for token in tokens:
        if token.sort in (Sort.WORD, Sort.NAME):
            for name, reason in _NAMES:
                if name.fullmatch(token.text):
                    raise StatementRefusedError(f"{token.text} is not called from here: {reason}")
