"""What can be done to a Postgres server, and to the connection under the cursor."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from cockpit.actions.plan import Verb
from cockpit.actions.postgres.live import backend_ref
from cockpit.actions.resource import Ref
from cockpit.diagnosis import finding
from cockpit.sources.postgres.model import Backend, BackendState
from cockpit.ui.actions.offers import Offer, Selection, Worst, suggested

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
    away: str = ""
    """Why and since when nothing can be done on it; empty: it can."""
    worst: Worst | None = None
    """Set where the cursor stands on something else, which is well: what is wrong on the server comes first then."""
    besides: Selection | None = None
    """On what the cursor stands then."""

    @property
    def client(self) -> Backend | None:
        """The connection under the cursor, where it is one that can be signalled."""
        return self.backend if self.backend is not None and self.backend.backend_type == CLIENT else None


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


def server_offers(selection: ServerSelection) -> list[ServerOffer | Offer]:
    """List what can be done: to the connection under the cursor, what is suggested, and to the server as a whole.

    Nothing is done on a server that is away; what is suggested to do to the cluster remains.
    """
    told = [offer for each in selection.suggestions for offer in suggestion_offers(each)]
    if selection.away:
        return _once(offer for offer in told if isinstance(offer, Offer))
    whys = {offer.title: offer.why for offer in told}
    own = [offer._replace(why=whys.get(offer.title, offer.why)) for offer in _to_backend(selection.client)]
    whole = () if selection.worst is not None else _to_server(blocked=selection.blocked)
    return _once((*own, *told, *whole))


def suggestion_offers(suggestion: finding.Suggestion) -> Sequence[ServerOffer | Offer]:
    """List what a suggestion comes to: it is done on a server, or in the cluster."""
    return list(_suggested(suggestion)) if suggestion.target.kind == POSTGRES_KIND else suggested([suggestion])


def _once(offers: Iterable[ServerOffer | Offer]) -> list[ServerOffer | Offer]:
    """Offer once what is suggested and possible anyway."""
    first: dict[str, ServerOffer | Offer] = {}
    for offer in offers:
        first.setdefault(offer.title, offer)
    return list(first.values())


def _to_backend(backend: Backend | None) -> Iterator[ServerOffer]:
    if backend is None:
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
