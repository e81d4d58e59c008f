"""What Postgres and poolers write when they cannot serve. The wording decides: a refused connection has no SQLSTATE."""

import re

from cockpit.diagnosis.wording import LONGEST_READ

_FULL = re.compile(
    r"""sorry,\ too\ many\ clients\ already | remaining\ connection\ slots\ are\ reserved
      | too\ many\ connections\ for\ (?:role|database) | no\ more\ connections\ allowed | exceeded\ connection\ limit
      | \brds_reserved\b | query_wait_timeout | max_(?:client_conn|user_connections|db_connections)
      | number\ of\ requested\ standby\ connections""",
    re.VERBOSE | re.IGNORECASE,
)
_DISK = re.compile(
    r"No\ space\ left\ on\ device | \bdisk\ (?:is\ )?full\b | could\ not\ extend\ file | Disk\ quota\ exceeded",
    re.VERBOSE | re.IGNORECASE,
)
_AUTH = re.compile(
    r"""authentication\ failed | no\ pg_hba\.conf\ entry | role\ "[^"]{0,200}"\ does\ not\ exist
      | is\ not\ permitted\ to\ log\ in | no\ password\ supplied | pg_hba\.conf\ rejects""",
    re.VERBOSE | re.IGNORECASE,
)
_NOT_SET_UP = re.compile(r'\b(?:role|database) "[^"]{0,200}" does not exist', re.IGNORECASE)
_BUSY = re.compile(
    r"""the\ database\ system\ is\ (?:starting\ up|shutting\ down|in\ recovery\ mode|not\ (?:yet\ )?accepting)
      | consistent\ recovery\ state\ has\ not\ been\ yet\ reached""",
    re.VERBOSE | re.IGNORECASE,
)


def says_full(message: str) -> bool:
    """Tell whether there is no connection left."""
    return bool(_FULL.search(message[:LONGEST_READ]))


def says_disk_full(message: str) -> bool:
    """Tell whether there is no room on the disk."""
    return bool(_DISK.search(message[:LONGEST_READ]))


def says_not_let_in(message: str) -> bool:
    """Tell whether whoever asked was not accepted."""
    return bool(_AUTH.search(message[:LONGEST_READ]))


def says_not_set_up(message: str) -> bool:
    """Tell whether the server does not know the role or the database: one that is being set up does not yet."""
    return bool(_NOT_SET_UP.search(message[:LONGEST_READ]))


def says_not_serving(message: str) -> bool:
    """Tell whether the server is there, but starts, stops or recovers."""
    return bool(_BUSY.search(message[:LONGEST_READ]))
