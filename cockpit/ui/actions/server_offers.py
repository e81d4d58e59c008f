"""What can be done to a Postgres server, and to the connection under the cursor."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from cockpit.actions.plan import Verb
from cockpit.actions.postgres.live import backend_ref
from cockpit.actions.resource import Ref
from cockpit.diagnosis import finding
from cockpit.sources.postgres.model import Backend, BackendState

POSTGRES_KIND = "Postgres"
"""Kind of the object that a finding about a server names."""
CLIENT = "client backend"


class ServerSelection(NamedTuple):
    """What an action on a server would be about."""

    backend: Backend | None = None
    blocked: bool = False
    """Somebody waits for a lock."""
    suggestions: Sequence[finding.Suggestion] = ()
    """What a diagnosis suggests, also what is done to the cluster."""
    refused: bool = False
    """The server takes no further connection, and we have none to look through."""


class ServerOffer(NamedTuple):
    """Something that can be done, before it is known exactly how."""

    verb: Verb
    why: str
    """What speaks for it, or what it does."""
    refs: tuple[Ref, ...] = ()
    """The connections that it is done to, where they are chosen."""
    minutes: str = ""
    """For how long they have been idle, where that is suggested."""
    in_transaction: bool = False
    """Only those that are idle in a transaction."""

    @property
    def title(self) -> str:
        """Say it in a few words: `terminate backend/4711`, `terminate all idle in transaction for more than 5 min`."""
        match self.verb:
            case Verb.TERMINATE_IDLE:
                what = "idle in transaction" if self.in_transaction else "idle"
                return f"terminate all {what} for more than {self.minutes or '…'} min"
            case Verb.TERMINATE_BLOCKERS:
                return "terminate the root blockers"
            case Verb.VACUUM:
                return "vacuum and analyze a table"
            case Verb.ANALYZE:
                return "analyze a table"
        return f"{self.verb} {self.refs[0]}"


def server_offers(selection: ServerSelection) -> list[ServerOffer]:
    """List what can be done: to the connection under the cursor first, then to the server as a whole."""
    return [*_to_backend(selection.backend), *_to_server(blocked=selection.blocked)]


def suggested_to_server(suggestions: Iterable[finding.Suggestion]) -> list[ServerOffer]:
    """List what a diagnosis suggests to do to the server itself."""
    return [offer for each in suggestions if each.target.kind == POSTGRES_KIND for offer in _suggested(each)]


def _to_backend(backend: Backend | None) -> Iterator[ServerOffer]:
    if backend is None or backend.backend_type != CLIENT:
        return
    refs = (backend_ref(backend.pid, backend.backend_start),)
    if backend.state is BackendState.ACTIVE:
        yield ServerOffer(Verb.CANCEL, "ends its statement; the connection stays", refs)
    yield ServerOffer(Verb.TERMINATE, "ends the connection; what it has not committed is rolled back", refs)


def _to_server(*, blocked: bool) -> Iterator[ServerOffer]:
    if blocked:
        yield ServerOffer(Verb.TERMINATE_BLOCKERS, "ends whoever others wait for, and who waits for nobody")
    yield ServerOffer(Verb.TERMINATE_IDLE, "they hold locks and old row versions", in_transaction=True)
    yield ServerOffer(Verb.TERMINATE_IDLE, "makes room; a pool connects anew when it needs to")
    yield ServerOffer(Verb.ANALYZE, "gathers the planner's statistics anew")
    yield ServerOffer(Verb.VACUUM, "makes the room of dead rows usable again")


def _suggested(suggestion: finding.Suggestion) -> Iterator[ServerOffer]:
    known = suggestion.parameters
    match suggestion.verb:
        case finding.Verb.CANCEL:
            yield ServerOffer(Verb.CANCEL, suggestion.why, (_ref(known["pid"], known["backend_start"]),))
        case finding.Verb.TERMINATE:
            yield ServerOffer(Verb.TERMINATE, suggestion.why, (_ref(known["pid"], known["backend_start"]),))
        case finding.Verb.TERMINATE_IDLE:
            yield ServerOffer(Verb.TERMINATE_IDLE, suggestion.why, minutes=known["minutes"])
        case finding.Verb.TERMINATE_BLOCKERS:
            yield ServerOffer(Verb.TERMINATE_BLOCKERS, suggestion.why)


def _ref(pid: str, backend_start: str) -> Ref:
    start = datetime.fromisoformat(backend_start).astimezone(UTC) if backend_start else None
    return backend_ref(int(pid), start)
