"""What is offered on a Postgres server, and in which order."""

from datetime import UTC

import pytest
from support.postgres_looks import ACTIVE, IN_TRANSACTION, backend
from support.shop import NOW

from cockpit.diagnosis.finding import Suggestion, Verb
from cockpit.reading import Trouble, TroubleKind
from cockpit.sources.kubernetes.objects import ObjectRef
from cockpit.ui.actions.selecting import away_since
from cockpit.ui.actions.server_offers import POSTGRES_KIND, ServerSelection, server_offers

DB = ObjectRef(POSTGRES_KIND, "", "shop-db")
START = "2026-11-21T13:00:00.000000Z"
BACK = Suggestion(Verb.ROLLBACK, ObjectRef("Deployment", "shop", "report"), "it came with 2", {"revision": "1"})
VICTIM = Suggestion(Verb.CANCEL, DB, "8 wait behind it", {"pid": "4720", "backend_start": START})
ROOT = Suggestion(Verb.TERMINATE, DB, "9 go on", {"pid": "4711", "backend_start": START})
SUGGESTED = (BACK, VICTIM, ROOT)


def test_the_connection_under_the_cursor_comes_first_with_what_speaks_for_it() -> None:
    offers = server_offers(ServerSelection(backend(4711, IN_TRANSACTION), suggestions=SUGGESTED))
    assert [(each.title, each.why) for each in offers[:3]] == [
        ("terminate backend/4711", "9 go on"),
        ("rollback deployment/report to revision 1", "it came with 2"),
        ("cancel backend/4720", "8 wait behind it"),
    ]


def test_a_statement_that_runs_can_be_cancelled_before_its_connection_is_ended() -> None:
    offers = server_offers(ServerSelection(backend(4720, ACTIVE)))
    assert [each.title for each in offers[:2]] == ["cancel backend/4720", "terminate backend/4720"]


def test_what_the_diagnosis_suggests_keeps_its_order_where_no_connection_has_the_cursor() -> None:
    offers = server_offers(ServerSelection(suggestions=SUGGESTED))
    assert [each.title.split()[0] for each in offers[:3]] == ["rollback", "cancel", "terminate"]


def test_a_process_of_the_server_itself_is_not_signalled() -> None:
    selection = ServerSelection(backend(7000, ACTIVE, backend_type="autovacuum worker"))
    assert selection.client is None
    assert not any("7000" in each.title for each in server_offers(selection))


def test_on_a_server_that_is_away_only_the_cluster_can_be_acted_on() -> None:
    offers = server_offers(ServerSelection(backend(4711, ACTIVE), suggestions=SUGGESTED, away="away since 14:08:51"))
    assert [each.title for each in offers] == ["rollback deployment/report to revision 1"]


@pytest.mark.parametrize(
    ("kind", "message", "away"),
    [
        (TroubleKind.UNREACHABLE, "Connection refused", True),
        (TroubleKind.REFUSED, "FATAL: the database system is shutting down", True),
        (TroubleKind.REFUSED, "FATAL: sorry, too many clients already", False),
        (TroubleKind.TIMEOUT, "no answer within 10 s", False),
    ],
)
def test_a_server_is_away_when_it_has_no_ear_and_not_when_it_only_has_no_room_or_time(
    kind: TroubleKind, message: str, away: bool
) -> None:
    said = away_since(Trouble(kind, message, NOW), UTC)
    assert said == (f"away since {NOW:%H:%M:%S}: {message}" if away else "")
